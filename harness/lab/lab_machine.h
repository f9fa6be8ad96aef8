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
#include "harness/lab/lab_spec.h"
#include "harness/lab/machine_watch.h"
#include "harness/lab/qmp.h"

namespace vfqual {

struct LabMachineOptions {
  std::filesystem::path logs;      // console.log, qemu.log and known_hosts are written there
  std::filesystem::path identity;  // the private key that root's login accepts
  std::string host_key;            // the machine's public key, "ssh-ed25519 AAAA…"
  bool outlive_us = false;         // goes on when this process ends (--keep); LeaveRunning says when
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

  // Until the machine ends by itself, as one that was told to reboot or power off does. An error when its kernel died
  // or time is up.
  Status WaitForEnd(std::chrono::milliseconds timeout);

  const std::optional<LabDeath>& CheckDeath() { return watch_.CheckDeath(); }
  std::vector<std::string> LastConsoleLines() const { return watch_.LastConsoleLines(); }

  SshHost& Host() { return *host_; }
  const SshTarget& Login() const { return login_; }
  pid_t Pid() const { return watch_.Process().Pid(); }

  // Politely through QEMU's monitor, then by signals: a machine's power is cut. What it wrote is lost, unless its root
  // is kept (LabSpec).
  StopMethod Stop();
  // The machine goes on when this object ends: for --keep.
  void LeaveRunning();

 private:
  LabMachine(MachineWatch watch, TemporaryFolder folder, SshTarget login)
      : watch_(std::move(watch)), folder_(std::move(folder)), login_(std::move(login)) {}
  Status FindLogin(const std::filesystem::path& qmp_socket, const std::string& host_key);

  MachineWatch watch_;
  TemporaryFolder folder_;  // the monitor's socket
  std::optional<Qmp> qmp_;
  SshTarget login_;
  std::unique_ptr<SshHost> host_;
};

}  // namespace vfqual
