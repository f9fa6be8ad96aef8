// A libvirt for unit tests: domains in memory, scripted agents, injected errors and events.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/guest/libvirt_api.h"

namespace vfqual {

// One domain of the fake daemon. A test may change it at any time, also from within the agent's script.
struct FakeGuest {
  std::string name;
  std::string uuid;
  std::string xml;
  unsigned create_flags = 0;
  bool exists = true;
  LibvirtState state{1, 1};  // running, booted
  // Answers an agent command's JSON; the default is an agent that is not connected.
  std::function<LibvirtResult<std::string>(const std::string& json)> agent;
  bool obeys_acpi = true;
  int agent_calls = 0;
  int acpi_shutdowns = 0;
  int destroys = 0;
  std::function<void()> on_resume = [] {};
  int resumes = 0;
  int last_agent_timeout_s = 0;
};

class FakeLibvirt final : public LibvirtApi {
 public:
  LibvirtResult<std::unique_ptr<LibvirtConnection>> Open(const std::string& uri) override;

  // Called for each new domain, before CreateXml returns: gives it an agent, or kills it.
  void OnCreate(std::function<void(FakeGuest&)> reaction) { daemon_->on_create = std::move(reaction); }
  void FailOpen(LibvirtError error) { daemon_->open_error = std::move(error); }
  void OpenAgain() { daemon_->open_error.reset(); }
  void FailCreate(LibvirtError error) { daemon_->create_error = std::move(error); }
  // From now on every call on connections that are open now fails as the real one does; new connections work.
  void LoseConnections() { ++daemon_->epoch; }

  FakeGuest& Add(const std::string& name, const std::string& uuid, const std::string& xml);
  const std::vector<std::shared_ptr<FakeGuest>>& Guests() const { return daemon_->guests; }

  // The domain vanishes, and its listeners get VIR_DOMAIN_EVENT_STOPPED with this detail.
  void EndGuest(FakeGuest& guest, int stopped_detail);
  void Emit(const LibvirtEvent& event);

  static LibvirtError NoDomain();
  static LibvirtError AgentNotConnected();
  static LibvirtError ConnectionLost();

  struct Daemon {
    std::vector<std::shared_ptr<FakeGuest>> guests;
    std::function<void(FakeGuest&)> on_create;
    std::optional<LibvirtError> open_error;
    std::optional<LibvirtError> create_error;
    std::vector<std::function<void(const LibvirtEvent&)>> listeners;
    int epoch = 0;
  };

 private:
  std::shared_ptr<Daemon> daemon_ = std::make_shared<Daemon>();
};

}  // namespace vfqual
