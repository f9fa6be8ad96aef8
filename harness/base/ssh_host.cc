#include "harness/base/ssh_host.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <thread>
#include <utility>

#include "harness/base/ssh_quote.h"

namespace vfqual {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kConnectionLost = 255;    // ssh(1)
constexpr int kTimeoutElapsed = 124;    // timeout(1)
constexpr int kTimeoutCannotRun = 126;  // timeout(1): found, cannot be invoked
constexpr int kTimeoutNotFound = 127;   // timeout(1)
constexpr int kTerminated = 128 + SIGTERM;
constexpr int kKilled = 128 + SIGKILL;
constexpr int kEnvFailed = 125;  // env(1)
constexpr std::chrono::seconds kToolTimeout{60};
// What the way to the host and back may add to a remote time limit.
constexpr std::chrono::seconds kTransitSlack{15};

std::string ReadTail(const std::filesystem::path& path) {
  std::ifstream stream(path);
  std::string line;
  std::string last;
  while (std::getline(stream, line)) {
    while (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) last = line;
  }
  return last;
}

// The client says so when the shared connection is there but gives no further session (MaxSessions in sshd_config).
bool SessionRefused(const std::string& stderr_text) {
  return stderr_text.find("mux_client_") != std::string::npos ||
         stderr_text.find("Session open refused by peer") != std::string::npos;
}

// timeout(1) and env(1) speak for themselves when they cannot start the program.
Status StartFailure(const Completed& completed, const Command& command) {
  const int told = ErrnoFromToolMessage(completed.err);
  if (completed.exit_code == kEnvFailed && command.working_directory && completed.err.starts_with("env: ")) {
    return FailErrno(fmt::format("change to folder {}", command.working_directory->string()),
                     told != 0 ? told : ENOENT);
  }
  const bool cannot_run = completed.exit_code == kTimeoutNotFound || completed.exit_code == kTimeoutCannotRun;
  if (!cannot_run || !completed.err.starts_with("timeout: ")) return {};
  const std::string& program = command.argv.front();
  const int fallback = completed.exit_code == kTimeoutNotFound ? ENOENT : EACCES;
  return FailErrno(fmt::format("start {}", program), told != 0 ? told : fallback,
                   completed.exit_code == kTimeoutNotFound ? fmt::format("install the program '{}'", program) : "");
}

}  // namespace

struct SshHost::Connection {
  TemporaryFolder folder;
  BackgroundProcess master;
};

SshHost::SshHost(SshTarget target) : target_(std::move(target)) {}

SshHost::~SshHost() {
  Disconnect();
}

std::string SshHost::Name() const {
  return SshUrl(target_);
}

Status SshHost::Connect(const ConnectOptions& connect) {
  const std::lock_guard lock(mutex_);
  if (connection_ && connection_->master.Running()) return {};
  connection_.reset();
  VFQUAL_TRY(auto folder, TemporaryFolder::Make("vfqual-ssh"), "");
  const auto socket = folder.Path() / "s";
  const auto log = folder.Path() / "log";
  std::vector<std::string> argv = {"ssh",           "-T", "-o",  "ControlMaster=yes", "-o", "ControlPersist=no", "-o",
                                   "BatchMode=yes", "-S", socket};
  const auto options = SshOptions(target_);
  argv.insert(argv.end(), options.begin(), options.end());
  const auto greeting_seconds =
      std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(connect.greeting_timeout).count());
  argv.insert(argv.end(), {"-o", fmt::format("ConnectTimeout={}", greeting_seconds), "-o", "ServerAliveInterval=10",
                           "-o", "ServerAliveCountMax=6", "--", target_.address, "exec cat >/dev/null"});
  // The connection lives as long as we hold cat's stdin: it also goes when we are killed.
  VFQUAL_TRY(auto master, BackgroundProcess::Start(argv, log, {.die_with_starter = false, .hold_stdin = true}),
             fmt::format("connect to {}", Name()));
  const auto deadline = Clock::now() + connect.timeout;
  std::error_code ignored;
  while (!std::filesystem::exists(socket, ignored)) {  // the client makes it once it is logged in
    if (connect.cancelled && connect.cancelled()) return Fail("cancelled");
    const bool running = master.Running();
    if (!running || Clock::now() >= deadline) {
      const std::string last = ReadTail(log);
      return Fail(fmt::format("connect to {}: {}", Name(),
                              !last.empty() ? last
                              : running     ? "no answer in time"
                                            : "refused"),
                  fmt::format("try it by hand: {}", QuoteAllForShell(LoginArgv(target_))));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  connection_ = std::make_unique<Connection>(Connection{std::move(folder), std::move(master)});
  return {};
}

void SshHost::Disconnect() {
  const std::lock_guard lock(mutex_);
  connection_.reset();
}

std::filesystem::path SshHost::SocketPath() {
  const std::lock_guard lock(mutex_);
  return connection_ ? connection_->folder.Path() / "s" : std::filesystem::path();
}

bool SshHost::MasterAlive() {
  // The master outlives its sessions by a moment when the connection breaks.
  const auto deadline = Clock::now() + std::chrono::milliseconds(500);
  while (Clock::now() < deadline) {
    {
      const std::lock_guard lock(mutex_);
      if (!connection_ || !connection_->master.Running()) return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

std::vector<std::string> SshHost::SharedClientArgv(const std::string& program) {
  // Without the shared connection it must fail, not open one of its own.
  std::vector<std::string> argv = {program,
                                   "-o",
                                   fmt::format("ControlPath={}", SocketPath().string()),
                                   "-o",
                                   "ControlMaster=no",
                                   "-o",
                                   "ProxyCommand=false",
                                   "-o",
                                   "BatchMode=yes"};
  const auto options = SshOptions(target_);
  argv.insert(argv.end(), options.begin(), options.end());
  return argv;
}

Result<Completed> SshHost::RunLine(const std::string& line, Command command) {
  VFQUAL_CHECK(Connect({}), "");
  command.argv = SharedClientArgv("ssh");
  command.argv.insert(command.argv.end(), {"-T", "--", target_.address, line});
  command.environment.clear();
  command.working_directory.reset();
  VFQUAL_TRY(auto completed, RunProcess(command), "");
  const bool ended_by_itself = !completed.timed_out && !completed.cancelled;
  if (ended_by_itself && completed.exit_code == kConnectionLost) {
    if (SessionRefused(completed.err)) return Fail(fmt::format("{}: {}", Name(), completed.Describe()));
    if (!MasterAlive()) return Fail(fmt::format("the connection to {} was lost", Name()));
  }
  return completed;
}

Result<Completed> SshHost::Run(const Command& command) {
  const std::string token = fmt::format("{}-{}", getpid(), ++command_count_);
  VFQUAL_TRY(const std::string line, RemoteCommandLine(command, token), fmt::format("run on {}", Name()));
  Command local = command;
  local.timeout = command.timeout + command.stop_grace + kTransitSlack;
  VFQUAL_TRY(auto completed, RunLine(line, std::move(local)), "");
  if (completed.timed_out || completed.cancelled) {
    Command end;
    end.timeout = kToolTimeout;
    // Best effort: timeout(1) ends the program there in any case.
    static_cast<void>(RunLine(QuoteAllForShell(EndRemoteArgv(token)), std::move(end)));
    return completed;
  }
  const bool time_was_up = completed.wall_seconds >= std::chrono::duration<double>(command.timeout).count();
  if (time_was_up && (completed.exit_code == kTimeoutElapsed || completed.exit_code == kKilled)) {
    completed.timed_out = true;
    completed.stop = completed.exit_code == kKilled ? StopMethod::kKilled : StopMethod::kTerminated;
    completed.exit_code = completed.exit_code == kKilled ? kKilled : kTerminated;
    return completed;
  }
  VFQUAL_CHECK(StartFailure(completed, command), fmt::format("on {}", Name()));
  return completed;
}

Result<std::string> SshHost::RunTool(std::vector<std::string> argv, const std::string& doing,
                                     std::optional<std::string> stdin_data, std::size_t max_bytes) {
  Command command;
  command.argv = std::move(argv);
  command.stdin_data = std::move(stdin_data);
  command.environment = {{"LC_ALL", "C"}};
  command.timeout = kToolTimeout;
  command.max_output_bytes = max_bytes;
  VFQUAL_TRY(auto completed, Run(command), doing);
  if (completed.Ok()) return std::move(completed.out);
  if (const int told = ErrnoFromToolMessage(completed.err); told != 0 && !completed.timed_out) {
    return FailErrno(fmt::format("{} on {}", doing, Name()), told);
  }
  return Fail(fmt::format("{} on {}: {}", doing, Name(), completed.Describe()));
}

}  // namespace vfqual
