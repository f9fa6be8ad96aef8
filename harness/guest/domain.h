// One running guest: a transient libvirt domain that ends with the object.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "harness/base/result.h"
#include "harness/guest/connection.h"
#include "harness/guest/domain_spec.h"
#include "harness/guest/domain_state.h"

namespace vfqual {

enum class GuestStop { kAlreadyOff, kAgent, kAcpi, kDestroyed };  // what ended the guest
const char* ToString(GuestStop stop);                             // "already off" "agent" "acpi" "destroyed"

struct CreateOptions {
  // libvirt ends the guest when this process dies or its connection closes, so that no VF stays occupied.
  // The guest cannot be left running with Release() then.
  bool end_with_process = false;
  // How long a guest that panicked is left running once more when its console does not tell why: pvpanic stops it
  // before its kernel has printed all (panic() in kernel/panic.c calls the notifiers first, and what waits for the
  // console's lock is printed at the end).
  std::chrono::milliseconds hear_panic_for = std::chrono::seconds(10);
};

struct WaitOptions {
  std::chrono::milliseconds timeout = std::chrono::minutes(3);
  bool allow_reboot = false;  // false: a guest that restarts while booting is an error
  std::function<bool()> cancelled = nullptr;
};

// Use one object from one thread; different objects from different threads (each with its own Connection).
class Domain {
 public:
  // Builds the XML and starts the guest. The VF must already have passed the PF guard.
  static Result<Domain> Create(std::shared_ptr<Connection> connection, const DomainSpec& spec,
                               const CreateOptions& options = {});

  Domain(Domain&& other) noexcept;
  Domain& operator=(Domain&& other) noexcept;
  Domain(const Domain&) = delete;
  Domain& operator=(const Domain&) = delete;
  // Stop() with a grace of 10 s if nothing stopped the guest before. Errors are lost here: call Stop() to see them.
  ~Domain();  // NOLINT(bugprone-exception-escape): nothing but bad_alloc, and then ending is right

  const std::string& Name() const;
  const std::string& Uuid() const;
  const std::string& ConsoleLog() const;
  std::chrono::steady_clock::time_point StartedAt() const;  // when creation was asked for

  // A domain that is gone is kShutOff, with the reason that libvirt's events gave. An error means that the daemon
  // could not be asked.
  Result<GuestState> State();

  // The state if the guest runs. An error with the console's last lines if it does not, or if its console shows a
  // kernel panic that no device reported (the pvpanic module may not be loaded). A guest that panicked is given time to
  // tell why (CreateOptions), once.
  Result<GuestState> CheckAlive();

  // Until the agent answers a ping; returns the time from creation to that answer. A guest that crashes (also one
  // whose console shows a kernel panic), pauses, reboots or ends is noticed within a second: the error (blame: harness)
  // holds the state and the console's last lines.
  Result<std::chrono::milliseconds> WaitForAgent(const WaitOptions& options);

  // Politely (for half of the time by the agent if it has answered, else and then by ACPI), and by force when the guest
  // still runs after `grace`. A paused or crashed guest is ended by force at once. Tries a fresh connection when the
  // old one was lost.
  Result<GuestStop> Stop(std::chrono::milliseconds grace);

  // Asks the agent to restart the guest, and waits for libvirt to tell that it did. The agent answers again only later:
  // WaitForAgent with allow_reboot.
  Status Reboot(std::chrono::milliseconds timeout);

  // Leaves the guest running: the destructor does nothing.
  void Release();

  // One guest-agent command as JSON text, its answer as text; `timeout` is rounded up to seconds.
  // For GuestAgent; the answer is whatever the guest likes to send.
  LibvirtResult<std::string> AgentCommand(const std::string& json, std::chrono::milliseconds timeout);

  // "NAME: crashed (panicked); its console ends with:\n  …" for an error's text.
  std::string DescribeTrouble(const GuestState& state) const;

 private:
  struct Impl;
  explicit Domain(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vfqual
