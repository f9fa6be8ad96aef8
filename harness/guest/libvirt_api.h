// A thin virtual layer over the calls of libvirt's C API that vfqual uses: the seam behind which tests put a fake.
//
// Threads: every object here may be used from several threads at once, as libvirt's own connections and domains may
// (https://libvirt.org/api.html); libvirt keeps its last error for each thread. But the daemon serves at most five
// calls of one connection at a time (max_client_requests in libvirtd.conf), and a call to a silent guest agent occupies
// one of them until it times out: so open one connection for each guest.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

// virErrorNumber and virErrorDomain of libvirt/virterror.h, with libvirt's text.
struct LibvirtError {
  int code = 0;
  int domain = 0;
  std::string message;
};

template <class T>
using LibvirtResult = tl::expected<T, LibvirtError>;

// virDomainState and the reason that belongs to it, both as numbers of libvirt/libvirt-domain.h.
struct LibvirtState {
  int state = 0;
  int reason = 0;
};

// What the daemon tells by itself. `event` and `detail` are virDomainEventType and its detail; a reboot of the guest
// (VIR_DOMAIN_EVENT_ID_REBOOT) comes with is_reboot set.
struct LibvirtEvent {
  std::string domain_name;
  std::string domain_uuid;
  bool is_reboot = false;
  int event = 0;
  int detail = 0;
};

// The calls may outlast the connection object they came from.
class LibvirtDomain {
 public:
  LibvirtDomain() = default;
  LibvirtDomain(const LibvirtDomain&) = delete;
  LibvirtDomain& operator=(const LibvirtDomain&) = delete;
  virtual ~LibvirtDomain() = default;

  virtual std::string Name() = 0;
  virtual std::string Uuid() = 0;
  virtual LibvirtResult<LibvirtState> GetState() = 0;
  virtual LibvirtResult<std::string> GetXml() = 0;
  virtual LibvirtResult<void> ShutdownAcpi() = 0;
  virtual LibvirtResult<void> Destroy() = 0;
  // Also of a guest that panicked and was kept (qemuDomainResume in libvirt's qemu_driver.c).
  virtual LibvirtResult<void> Resume() = 0;
  // Bounds libvirt's own handshake (guest-sync) that goes before each agent command; its default is 5 s.
  virtual LibvirtResult<void> SetAgentResponseTimeout(int seconds) = 0;
  // One command in the guest agent's JSON, its answer. `timeout_s` counts from the end of the handshake.
  virtual LibvirtResult<std::string> AgentCommand(const std::string& json, int timeout_s) = 0;
};

class LibvirtConnection {
 public:
  LibvirtConnection() = default;
  LibvirtConnection(const LibvirtConnection&) = delete;
  LibvirtConnection& operator=(const LibvirtConnection&) = delete;
  virtual ~LibvirtConnection() = default;

  virtual bool IsAlive() = 0;
  // `flags` are virDomainCreateFlags.
  virtual LibvirtResult<std::unique_ptr<LibvirtDomain>> CreateXml(const std::string& xml, unsigned flags) = 0;
  // Running, paused and defined ones.
  virtual LibvirtResult<std::vector<std::unique_ptr<LibvirtDomain>>> ListAll() = 0;
  // Lifecycle and reboot events of all domains, until the connection is closed. Called on libvirt's event thread:
  // return at once and call nothing of libvirt. At most one listener a connection.
  virtual LibvirtResult<void> Listen(std::function<void(const LibvirtEvent&)> listener) = 0;
};

class LibvirtApi {
 public:
  LibvirtApi() = default;
  LibvirtApi(const LibvirtApi&) = delete;
  LibvirtApi& operator=(const LibvirtApi&) = delete;
  virtual ~LibvirtApi() = default;

  virtual LibvirtResult<std::unique_ptr<LibvirtConnection>> Open(const std::string& uri) = 0;
};

// Loads libvirt.so.0 and libvirt-qemu.so.0 and starts libvirt's event loop in a thread of its own, which ends with the
// last object that came from here. One for a process is enough. The error names the package to install.
Result<std::shared_ptr<LibvirtApi>> LoadLibvirt();

}  // namespace vfqual
