// libvirt's event loop in a thread, and the registration of a listener for a connection's domain events.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "harness/guest/libvirt_api.h"
#include "harness/guest/libvirt_symbols.h"

namespace vfqual {

// Runs libvirt's default event loop until destroyed. Must exist before the first connection is opened: a connection
// made without a loop has neither events nor keep-alive.
class LibvirtEventLoop {
 public:
  explicit LibvirtEventLoop(const LibvirtSymbols& symbols);
  LibvirtEventLoop(const LibvirtEventLoop&) = delete;
  LibvirtEventLoop& operator=(const LibvirtEventLoop&) = delete;
  ~LibvirtEventLoop();

 private:
  void Run();

  const LibvirtSymbols& symbols_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// Lifecycle and reboot events of all domains of a connection go to the listener until this object ends; one call of the
// listener may still be under way then, so it must own what it uses.
class LibvirtSubscription {
 public:
  using Listener = std::function<void(const LibvirtEvent&)>;

  LibvirtSubscription(const LibvirtSymbols& symbols, virConnectPtr connection)
      : symbols_(symbols), connection_(connection) {}
  LibvirtSubscription(const LibvirtSubscription&) = delete;
  LibvirtSubscription& operator=(const LibvirtSubscription&) = delete;
  ~LibvirtSubscription();

  // False: libvirt's last error says why.
  bool Subscribe(const Listener& listener);

 private:
  const LibvirtSymbols& symbols_;
  virConnectPtr connection_;
  int lifecycle_id_ = -1;
  int reboot_id_ = -1;
};

}  // namespace vfqual
