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
constexpr std::size_t kToldLines = 12;
constexpr std::chrono::milliseconds kPollInterval{100};
// After a panic the kernel still prints registers and the call trace.
constexpr std::chrono::milliseconds kTraceGrace{1500};

std::string LastLineOf(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string last;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

Result<int> FindPort(Qmp& qmp) {
  VFQUAL_TRY(const auto text, qmp.Monitor("info usernet", kMonitorTimeout), "");
  const auto port = ForwardedPort(text);
  if (!port) return Fail("QEMU forwards no port to SSH");
  return *port;
}

}  // namespace

std::string LabDeath::Describe() const {
  return last_lines.empty() ? reason : fmt::format("{}; its console ends with: {}", reason, last_lines.back());
}

Result<std::unique_ptr<LabMachine>> LabMachine::Start(LabSpec spec, const LabMachineOptions& options) {
  VFQUAL_TRY(auto folder, TemporaryFolder::Make("vfqual-lab"), "");
  std::error_code error;
  std::filesystem::create_directories(options.logs, error);
  if (error) return FailErrno(fmt::format("make folder {}", options.logs.string()), error.value());
  spec.console_log = options.logs / "console.log";
  spec.qmp_socket = folder.Path() / "qmp";
  VFQUAL_TRY(auto qemu, BackgroundProcess::Start(QemuArgv(spec), options.logs / "qemu.log",
                                                 {.die_with_starter = !options.outlive_us}),
             "start the lab's machine");
  std::unique_ptr<LabMachine> machine(
      new LabMachine(std::move(qemu), std::move(folder), std::move(spec), options.logs));
  auto qmp = Qmp::Connect(machine->spec_.qmp_socket, kMonitorTimeout);
  if (!qmp) {
    const auto& death = machine->CheckDeath();
    return death ? Fail(fmt::format("start the lab's machine: {}", death->Describe()))
                 : tl::unexpected<Error>(std::move(qmp).error());
  }
  machine->qmp_ = std::move(*qmp);
  VFQUAL_TRY(const int port, FindPort(*machine->qmp_), "start the lab's machine");

  auto& login = machine->login_;
  login.address = "127.0.0.1";
  login.port = port;
  login.identity_file = options.identity;
  login.known_hosts_file = options.logs / "known_hosts";
  std::ofstream(login.known_hosts_file) << fmt::format("[127.0.0.1]:{} {}\n", port, options.host_key);
  machine->host_ = std::make_unique<SshHost>(login);
  return machine;
}

LabMachine::~LabMachine() {
  if (qemu_.Running()) Stop();
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
      const auto last = console_.LastLines(1);
      return Fail(fmt::format("no login after {} s ({}); the console ends with: {}",
                              std::chrono::round<std::chrono::seconds>(timeout).count(), connected.error().what,
                              last.empty() ? "nothing" : last.back()));
    }
    std::this_thread::sleep_for(kPollInterval);
  }
}

const std::optional<LabDeath>& LabMachine::CheckDeath() {
  if (death_) return death_;
  const bool running = qemu_.Running();
  console_.Poll();
  if (running && !console_.Fatal()) return death_;
  if (running) std::this_thread::sleep_for(kTraceGrace);
  console_.Poll();
  LabDeath death;
  if (console_.Fatal()) {
    death.reason = *console_.Fatal();
  } else {
    const std::string last = LastLineOf(logs_ / "qemu.log");
    death.reason = fmt::format("QEMU ended with exit code {}{}", qemu_.ExitCode().value_or(-1),
                               last.empty() ? "" : fmt::format(" ({})", last));
  }
  death.last_lines = console_.LastLines(kToldLines);
  death_ = std::move(death);
  return death_;
}

StopMethod LabMachine::Stop() {
  if (host_) host_->Disconnect();
  if (qmp_ && qemu_.Running() && qmp_->Execute("quit", nlohmann::json::object(), kQuitTimeout)) {
    const auto deadline = Clock::now() + kQuitTimeout;
    while (qemu_.Running() && Clock::now() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return qemu_.Stop(kQuitTimeout);
}

void LabMachine::LeaveRunning() {
  if (host_) host_->Disconnect();
  qemu_.Release();
}

}  // namespace vfqual
