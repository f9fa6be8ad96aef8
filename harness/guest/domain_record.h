// What libvirt's events have told about one domain: written by the event thread, read by the thread that drives the
// guest.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "harness/guest/domain_state.h"
#include "harness/guest/libvirt_api.h"

namespace vfqual {

class DomainRecord {
 public:
  void Note(const LibvirtEvent& event);

  int Reboots() const;
  // Set once QEMU is gone.
  std::optional<GuestState> Stopped() const;
  // Sleeps until an event comes that Note() was not called for before this call, at most so long.
  void WaitForEvent(std::chrono::milliseconds at_most) const;
  // The event that tells why comes a moment after libvirt denies the domain.
  std::optional<GuestState> WaitUntilStopped(std::chrono::milliseconds at_most) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  unsigned events_ = 0;
  int reboots_ = 0;
  std::optional<GuestState> stopped_;
};

// Gives each event to the record of its domain.
class DomainEventHub {
 public:
  std::shared_ptr<DomainRecord> RecordOf(const std::string& uuid);
  void Dispatch(const LibvirtEvent& event);

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<DomainRecord>> records_;
};

}  // namespace vfqual
