#include "harness/guest/domain_record.h"

#include <libvirt/libvirt.h>

namespace vfqual {

void DomainRecord::Note(const LibvirtEvent& event) {
  {
    const std::lock_guard lock(mutex_);
    ++events_;
    if (event.is_reboot) {
      ++reboots_;
    } else if (event.event == VIR_DOMAIN_EVENT_STOPPED) {
      stopped_ = FromStoppedEvent(event.detail);
    }
  }
  changed_.notify_all();
}

int DomainRecord::Reboots() const {
  const std::lock_guard lock(mutex_);
  return reboots_;
}

std::optional<GuestState> DomainRecord::Stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

void DomainRecord::WaitForEvent(std::chrono::milliseconds at_most) const {
  std::unique_lock lock(mutex_);
  const unsigned seen = events_;
  changed_.wait_for(lock, at_most, [&] { return events_ != seen; });
}

std::optional<GuestState> DomainRecord::WaitUntilStopped(std::chrono::milliseconds at_most) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most, [&] { return stopped_.has_value(); });
  return stopped_;
}

std::shared_ptr<DomainRecord> DomainEventHub::RecordOf(const std::string& uuid) {
  const std::lock_guard lock(mutex_);
  auto& known = records_[uuid];
  auto record = known.lock();
  if (!record) {
    record = std::make_shared<DomainRecord>();
    known = record;
  }
  return record;
}

void DomainEventHub::Dispatch(const LibvirtEvent& event) {
  std::shared_ptr<DomainRecord> record;
  {
    const std::lock_guard lock(mutex_);
    const auto known = records_.find(event.domain_uuid);
    if (known == records_.end()) return;
    record = known->second.lock();
    if (!record) records_.erase(known);
  }
  if (record) record->Note(event);
}

}  // namespace vfqual
