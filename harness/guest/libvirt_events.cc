#include "harness/guest/libvirt_events.h"

#include <array>
#include <utility>

namespace vfqual {

namespace {

// What libvirt keeps for a callback; freed by libvirt itself after the last call.
struct Subscriber {
  decltype(&::virDomainGetName) get_name;
  decltype(&::virDomainGetUUIDString) get_uuid_string;
  LibvirtSubscription::Listener listener;

  void Tell(virDomainPtr domain, LibvirtEvent event) const {
    const char* name = get_name(domain);
    if (name != nullptr) event.domain_name = name;
    std::array<char, VIR_UUID_STRING_BUFLEN> uuid{};
    if (get_uuid_string(domain, uuid.data()) == 0) event.domain_uuid = uuid.data();
    listener(event);
  }
};

int OnLifecycle(virConnectPtr /*connection*/, virDomainPtr domain, int event, int detail, void* subscriber) {
  LibvirtEvent told;
  told.event = event;
  told.detail = detail;
  static_cast<Subscriber*>(subscriber)->Tell(domain, std::move(told));
  return 0;
}

void NoteReboot(virConnectPtr /*connection*/, virDomainPtr domain, void* subscriber) {
  LibvirtEvent told;
  told.is_reboot = true;
  static_cast<Subscriber*>(subscriber)->Tell(domain, std::move(told));
}

void FreeSubscriber(void* subscriber) {
  std::unique_ptr<Subscriber>(static_cast<Subscriber*>(subscriber)).reset();
}

void OnWakeUp(int /*timer*/, void* /*opaque*/) {}

}  // namespace

LibvirtEventLoop::LibvirtEventLoop(const LibvirtSymbols& symbols) : symbols_(symbols) {
  symbols_.event_register_default_impl();
  thread_ = std::thread([this] { Run(); });
}

void LibvirtEventLoop::Run() {
  while (!stop_) {
    // It only fails when no loop is registered; never spin on that.
    if (symbols_.event_run_default_impl() < 0) return;
  }
}

LibvirtEventLoop::~LibvirtEventLoop() {
  stop_ = true;
  const int timer = symbols_.event_add_timeout(0, OnWakeUp, nullptr, nullptr);
  thread_.join();
  if (timer >= 0) symbols_.event_remove_timeout(timer);
}

bool LibvirtSubscription::Subscribe(const Listener& listener) {
  const auto subscribe = [&](int event_id, virConnectDomainEventGenericCallback callback) {
    auto subscriber =
        std::make_unique<Subscriber>(Subscriber{symbols_.domain_get_name, symbols_.domain_get_uuid_string, listener});
    const int id = symbols_.connect_domain_event_register_any(connection_, nullptr, event_id, callback,
                                                              subscriber.get(), FreeSubscriber);
    if (id >= 0) std::exchange(subscriber, nullptr).release();  // NOLINT(bugprone-unused-return-value): libvirt's now
    return id;
  };
  lifecycle_id_ = subscribe(VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(OnLifecycle));
  if (lifecycle_id_ < 0) return false;
  reboot_id_ = subscribe(VIR_DOMAIN_EVENT_ID_REBOOT, NoteReboot);
  return reboot_id_ >= 0;
}

LibvirtSubscription::~LibvirtSubscription() {
  for (const int id : {lifecycle_id_, reboot_id_}) {
    if (id >= 0) symbols_.connect_domain_event_deregister_any(connection_, id);
  }
}

}  // namespace vfqual
