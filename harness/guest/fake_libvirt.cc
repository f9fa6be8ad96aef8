#include "harness/guest/fake_libvirt.h"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <pugixml.hpp>
#include <utility>

namespace vfqual {

namespace {

using Daemon = FakeLibvirt::Daemon;

void Tell(const Daemon& daemon, const LibvirtEvent& event) {
  for (const auto& listener : daemon.listeners) listener(event);
}

void End(const Daemon& daemon, FakeGuest& guest, int stopped_detail) {
  guest.exists = false;
  Tell(daemon, {guest.name, guest.uuid, false, VIR_DOMAIN_EVENT_STOPPED, stopped_detail});
}

class FakeDomain final : public LibvirtDomain {
 public:
  FakeDomain(std::shared_ptr<Daemon> daemon, std::shared_ptr<FakeGuest> guest, int epoch)
      : daemon_(std::move(daemon)), guest_(std::move(guest)), epoch_(epoch) {}

  std::string Name() override { return guest_->name; }
  std::string Uuid() override { return guest_->uuid; }
  LibvirtResult<LibvirtState> GetState() override {
    if (const auto error = Refusal()) return tl::unexpected(*error);
    return guest_->state;
  }
  LibvirtResult<std::string> GetXml() override {
    if (const auto error = Refusal()) return tl::unexpected(*error);
    return guest_->xml;
  }
  LibvirtResult<void> ShutdownAcpi() override {
    if (const auto error = Refusal()) return tl::unexpected(*error);
    ++guest_->acpi_shutdowns;
    if (guest_->obeys_acpi) End(*daemon_, *guest_, VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN);
    return {};
  }
  LibvirtResult<void> Destroy() override {
    if (const auto error = Refusal()) return tl::unexpected(*error);
    ++guest_->destroys;
    End(*daemon_, *guest_, VIR_DOMAIN_EVENT_STOPPED_DESTROYED);
    return {};
  }
  LibvirtResult<void> Resume() override {
    if (const auto error = Refusal()) return tl::unexpected(*error);
    ++guest_->resumes;
    guest_->state = {VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED};
    guest_->on_resume();
    return {};
  }
  LibvirtResult<void> SetAgentResponseTimeout(int /*seconds*/) override {
    if (const auto error = Refusal()) return tl::unexpected(*error);
    return {};
  }
  LibvirtResult<std::string> AgentCommand(const std::string& command, int timeout_s) override {
    if (const auto error = Refusal()) return tl::unexpected(*error);
    ++guest_->agent_calls;
    guest_->last_agent_timeout_s = timeout_s;
    if (!guest_->agent) return tl::unexpected(FakeLibvirt::AgentNotConnected());
    auto answer = guest_->agent(command);
    if (!guest_->exists) return tl::unexpected(FakeLibvirt::NoDomain());
    return answer;
  }

 private:
  std::optional<LibvirtError> Refusal() const {
    if (epoch_ != daemon_->epoch) return FakeLibvirt::ConnectionLost();
    if (!guest_->exists) return FakeLibvirt::NoDomain();
    return std::nullopt;
  }

  std::shared_ptr<Daemon> daemon_;
  std::shared_ptr<FakeGuest> guest_;
  int epoch_;
};

class FakeConnection final : public LibvirtConnection {
 public:
  explicit FakeConnection(std::shared_ptr<Daemon> daemon) : daemon_(std::move(daemon)), epoch_(daemon_->epoch) {}

  bool IsAlive() override { return epoch_ == daemon_->epoch; }

  LibvirtResult<std::unique_ptr<LibvirtDomain>> CreateXml(const std::string& xml, unsigned flags) override {
    if (!IsAlive()) return tl::unexpected(FakeLibvirt::ConnectionLost());
    if (daemon_->create_error) return tl::unexpected(*daemon_->create_error);
    pugi::xml_document document;
    if (!document.load_string(xml.c_str()))
      return tl::unexpected(LibvirtError{VIR_ERR_XML_ERROR, VIR_FROM_XML, "bad XML"});
    auto guest = std::make_shared<FakeGuest>();
    guest->name = document.child("domain").child_value("name");
    guest->uuid = document.child("domain").child_value("uuid");
    guest->xml = xml;
    guest->create_flags = flags;
    daemon_->guests.push_back(guest);
    if (daemon_->on_create) daemon_->on_create(*guest);
    return std::make_unique<FakeDomain>(daemon_, std::move(guest), epoch_);
  }
  LibvirtResult<std::vector<std::unique_ptr<LibvirtDomain>>> ListAll() override {
    if (!IsAlive()) return tl::unexpected(FakeLibvirt::ConnectionLost());
    std::vector<std::unique_ptr<LibvirtDomain>> domains;
    for (const auto& guest : daemon_->guests) {
      if (guest->exists) domains.push_back(std::make_unique<FakeDomain>(daemon_, guest, epoch_));
    }
    return domains;
  }
  LibvirtResult<void> Listen(std::function<void(const LibvirtEvent&)> listener) override {
    if (!IsAlive()) return tl::unexpected(FakeLibvirt::ConnectionLost());
    daemon_->listeners.push_back(std::move(listener));
    return {};
  }

 private:
  std::shared_ptr<Daemon> daemon_;
  int epoch_;
};

}  // namespace

LibvirtResult<std::unique_ptr<LibvirtConnection>> FakeLibvirt::Open(const std::string& /*uri*/) {
  if (daemon_->open_error) return tl::unexpected(*daemon_->open_error);
  return std::make_unique<FakeConnection>(daemon_);
}

FakeGuest& FakeLibvirt::Add(const std::string& name, const std::string& uuid, const std::string& xml) {
  auto guest = std::make_shared<FakeGuest>();
  guest->name = name;
  guest->uuid = uuid;
  guest->xml = xml;
  daemon_->guests.push_back(std::move(guest));
  return *daemon_->guests.back();
}

void FakeLibvirt::EndGuest(FakeGuest& guest, int stopped_detail) {
  End(*daemon_, guest, stopped_detail);
}

void FakeLibvirt::Emit(const LibvirtEvent& event) {
  Tell(*daemon_, event);
}

LibvirtError FakeLibvirt::NoDomain() {
  return {VIR_ERR_NO_DOMAIN, VIR_FROM_QEMU, "Domain not found: no domain with matching uuid"};
}

LibvirtError FakeLibvirt::AgentNotConnected() {
  return {VIR_ERR_AGENT_UNRESPONSIVE, VIR_FROM_QEMU,
          "Guest agent is not responding: QEMU guest agent is not connected"};
}

LibvirtError FakeLibvirt::ConnectionLost() {
  return {VIR_ERR_INTERNAL_ERROR, VIR_FROM_RPC, "internal error: client socket is closed"};
}

}  // namespace vfqual
