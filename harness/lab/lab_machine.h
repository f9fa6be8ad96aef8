// The lab's virtual machine while it runs. It ends with this object, and with the process, whatever happens.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/process.h"
#include "harness/base/result.h"
#include "harness/base/ssh_host.h"
#include "harness/base/temporary_folder.h"
#include "harness/lab/console_log.h"
#include "harness/lab/lab_spec.h"
#include "harness/lab/qmp.h"

namespace vfqual {

// How a machine was lost.
struct LabDeath {
  std::string reason;                    // "the kernel panicked", "QEMU ended (exit 1: …)"
  std::vector<std::string> last_lines;   // of its console
  std::string Describe() const;          // one line
};

struct LabMachineOptions {
  std::filesystem::path logs;      // console.log, qemu.log and known_hosts are written there
  std::filesystem::path identity;  // the private key that root's login accepts
  std::string host_key;            // the machine's public key, "ssh-ed25519 AAAA…"
  bool outlive_us = false;         // goes on when this process ends (--keep); LeaveRunning says when
  std::function<bool()> cancelled;
};

class LabMachine {
 public:
  // Starts QEMU and finds the forwarded port. Call it from the main thread: the machine dies with its starter. The
  // console and the monitor's socket of `spec` are filled in here.
  static Result<std::unique_ptr<LabMachine>> Start(LabSpec spec, const LabMachineOptions& options);
  LabMachine(const LabMachine&) = delete;
  LabMachine& operator=(const LabMachine&) = delete;
  ~LabMachine();

  // Until root can log in; an error when the machine dies, time is up or `cancelled` says so.
  Status WaitForLogin(std::chrono::milliseconds timeout, const std::function<bool()>& cancelled);

  // Cheap: asked a few times a second while something runs inside. Once it is lost it stays lost.
  const std::optional<LabDeath>& CheckDeath();

  SshHost& Host() { return *host_; }
  const SshTarget& Login() const { return login_; }
  pid_t Pid() const { return qemu_.Pid(); }

  // Politely through QEMU's monitor, then by signals. What the machine wrote is lost either way.
  StopMethod Stop();
  // The machine goes on when this object ends: for --keep.
  void LeaveRunning();

 private:
  LabMachine(BackgroundProcess qemu, TemporaryFolder folder, LabSpec spec, std::filesystem::path logs)
      : qemu_(std::move(qemu)),
        folder_(std::move(folder)),
        spec_(std::move(spec)),
        logs_(std::move(logs)),
        console_(spec_.console_log) {}

  BackgroundProcess qemu_;
  TemporaryFolder folder_;  // the monitor's socket
  LabSpec spec_;
  std::filesystem::path logs_;
  ConsoleLog console_;
  std::optional<Qmp> qmp_;
  SshTarget login_;
  std::unique_ptr<SshHost> host_;
  std::optional<LabDeath> death_;
};

}  // namespace vfqual
