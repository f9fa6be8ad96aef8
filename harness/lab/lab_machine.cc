#include "harness/lab/lab_machine.h"

#include <fmt/format.h>

#include <fstream>
#include <thread>
#include <utility>

#include "harness/lab/qemu_argv.h"

namespace vfqual {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kMonitorTimeout{10};
constexpr std::chrono::seconds kQuitTimeout{3};
constexpr std::chrono::seconds kGreetingTimeout{3};  // then asked anew: packets to a machine without network are lost
constexpr std::chrono::seconds kLoginTimeout{60};
constexpr std::chrono::milliseconds kPollInterval{100};

Result<int> FindPort(Qmp& qmp) {
  VFQUAL_TRY(const auto text, qmp.Monitor("info usernet", kMonitorTimeout), "");
  const auto port = ForwardedPort(text);
  if (!port) return Fail("QEMU forwards no port to SSH");
  return *port;
}

}  // namespace

Result<std::unique_ptr<LabMachine>> LabMachine::Start(LabSpec spec, const LabMachineOptions& options) {
  VFQUAL_TRY(auto folder, TemporaryFolder::Make("vfqual-lab"), "");
  std::error_code error;
  std::filesystem::create_directories(options.logs, error);
  if (error) return FailErrno(fmt::format("make folder {}", options.logs.string()), error.value());
  spec.console_log = options.logs / "console.log";
  spec.qmp_socket = folder.Path() / "qmp";
  const auto output = options.logs / "qemu.log";
  VFQUAL_TRY(auto qemu, BackgroundProcess::Start(QemuArgv(spec), output, {.die_with_starter = !options.outlive_us}),
             "start the lab's machine");
  SshTarget login;
  login.address = "127.0.0.1";
  login.identity_file = options.identity;
  login.known_hosts_file = options.logs / "known_hosts";
  std::unique_ptr<LabMachine> machine(
      new LabMachine(MachineWatch(std::move(qemu), spec.console_log, output), std::move(folder), std::move(login)));
  if (spec.accelerator == Accelerator::kTcg) machine->watch_.NoticeStandstill(Standstill());
  if (auto found = machine->FindLogin(spec.qmp_socket, options.host_key); !found) {
    const auto& death = machine->CheckDeath();
    return death ? Fail(fmt::format("start the lab's machine: {}", death->Describe()))
                 : AddContext(std::move(found).error(), "start the lab's machine");
  }
  machine->host_ = std::make_unique<SshHost>(machine->login_);
  return machine;
}

Status LabMachine::FindLogin(const std::filesystem::path& qmp_socket, const std::string& host_key) {
  VFQUAL_TRY(qmp_, Qmp::Connect(qmp_socket, kMonitorTimeout, [this] { return CheckDeath().has_value(); }), "");
  VFQUAL_TRY(login_.port, FindPort(*qmp_), "");
  std::ofstream(login_.known_hosts_file) << fmt::format("[127.0.0.1]:{} {}\n", login_.port, host_key);
  return {};
}

LabMachine::~LabMachine() {
  if (watch_.Process().Running()) Stop();
}

Status LabMachine::WaitForLogin(std::chrono::milliseconds timeout, const std::function<bool()>& cancelled) {
  const auto deadline = Clock::now() + timeout;
  const auto lost_or_cancelled = [&] { return CheckDeath().has_value() || (cancelled && cancelled()); };
  for (;;) {
    const auto connected = host_->Connect({kLoginTimeout, kGreetingTimeout, lost_or_cancelled});
    if (connected) return {};
    if (const auto& death = CheckDeath()) return Fail(death->Describe());
    if (cancelled && cancelled()) return Fail("cancelled");
    if (Clock::now() >= deadline) {
      const auto last = LastConsoleLines();
      return Fail(fmt::format("no login after {} s ({}); the console ends with: {}",
                              std::chrono::round<std::chrono::seconds>(timeout).count(), connected.error().what,
                              last.empty() ? "nothing" : last.back()));
    }
    std::this_thread::sleep_for(kPollInterval);
  }
}

Status LabMachine::WaitForEnd(std::chrono::milliseconds timeout) {
  if (host_) host_->Disconnect();
  const auto deadline = Clock::now() + timeout;
  while (!watch_.CheckDeath()) {
    if (Clock::now() >= deadline) return Fail("the machine did not end");
    std::this_thread::sleep_for(kPollInterval);
  }
  if (watch_.Process().Running() || watch_.Process().ExitCode() != 0) return Fail(CheckDeath()->Describe());
  return {};
}

StopMethod LabMachine::Stop() {
  if (host_) host_->Disconnect();
  if (qmp_ && watch_.Process().Running() && qmp_->Execute("quit", nlohmann::json::object(), kQuitTimeout)) {
    const auto deadline = Clock::now() + kQuitTimeout;
    while (watch_.Process().Running() && Clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return watch_.Process().Stop(kQuitTimeout);
}

void LabMachine::LeaveRunning() {
  if (host_) host_->Disconnect();
  watch_.Process().Release();
}

}  // namespace vfqual
