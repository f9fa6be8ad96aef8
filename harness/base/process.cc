#include "harness/base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <map>
#include <thread>

namespace vfqual {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPollInterval{100};

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Result<Pipe> MakePipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return FailErrno("pipe", errno);
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::vector<std::string> MakeEnvironment(const std::vector<std::pair<std::string, std::string>>& changes) {
  std::map<std::string, std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    merged[std::string(text.substr(0, equals))] = std::string(text.substr(equals + 1));
  }
  for (const auto& [name, value] : changes) merged[name] = value;
  std::vector<std::string> environment;
  environment.reserve(merged.size());
  for (const auto& [name, value] : merged) environment.push_back(name + "=" + value);
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (auto& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct SpawnSetup {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};

  SpawnSetup() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    sigset_t defaults;
    sigemptyset(&defaults);
    for (const int signal_number : {SIGINT, SIGTERM, SIGPIPE, SIGHUP}) sigaddset(&defaults, signal_number);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
};

Result<pid_t> Spawn(std::vector<std::string> argv, std::vector<std::string> environment, SpawnSetup& setup) {
  if (argv.empty()) return Fail("no program to run");
  // What our own caller left open goes no further: with ten files open, mmdebstrap hands apt a file number of two
  // digits, which dash cannot redirect to.
  posix_spawn_file_actions_addclosefrom_np(&setup.actions, STDERR_FILENO + 1);
  pid_t pid = -1;
  const std::string program = argv.front();
  const int code = posix_spawnp(&pid, program.c_str(), &setup.actions, &setup.attributes, Pointers(argv).data(),
                                Pointers(environment).data());
  if (code != 0) {
    return FailErrno(fmt::format("start {}", program), code,
                     code == ENOENT ? fmt::format("install the program '{}'", program) : "");
  }
  return pid;
}

int ExitCodeOf(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

void SignalGroup(pid_t pid, int signal_number) {
  if (kill(-pid, signal_number) != 0) kill(pid, signal_number);
}

// A pipe's bounded collector.
struct Stream {
  UniqueFd fd;
  std::string* text;
  const std::function<void(std::string_view)>* listener;  // of this stream alone; may be empty

  // False at the end of the stream.
  bool Drain(const Command& command, bool& truncated) {
    std::array<char, 65536> buffer{};
    const ssize_t got = read(fd.Get(), buffer.data(), buffer.size());
    if (got < 0) return errno == EINTR || errno == EAGAIN;
    if (got == 0) return false;
    const std::string_view piece(buffer.data(), static_cast<std::size_t>(got));
    if (command.on_output) command.on_output(piece);
    if (*listener) (*listener)(piece);
    const std::size_t room = command.max_output_bytes - std::min(command.max_output_bytes, text->size());
    text->append(piece.substr(0, room));
    if (piece.size() > room) truncated = true;
    return true;
  }
};

// A program that closed its standard input must not end us: SIGPIPE is held back on this thread and swallowed.
class SigpipeGuard {
 public:
  SigpipeGuard() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;
  ~SigpipeGuard() {
    const timespec now{};
    while (sigtimedwait(&pipe_, nullptr, &now) > 0) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

// What is written to the program, as fast as it takes it.
struct Feeder {
  UniqueFd fd;
  std::string_view rest;

  void Push() {
    const SigpipeGuard guard;
    const ssize_t sent = write(fd.Get(), rest.data(), rest.size());
    if (sent > 0) rest.remove_prefix(static_cast<std::size_t>(sent));
    const bool broken = sent < 0 && errno != EAGAIN && errno != EINTR;
    if (rest.empty() || broken) fd.Reset();
  }
};

// The polite end: SIGTERM when the time is up, SIGKILL after the grace.
class Stopper {
 public:
  Stopper(const Command& command, pid_t pid)
      : command_(command), pid_(pid), deadline_(Clock::now() + command.timeout) {}

  void Check(Completed& completed) {
    const auto now = Clock::now();
    if (completed.stop == StopMethod::kExited) {
      completed.cancelled = command_.cancelled && command_.cancelled();
      completed.timed_out = !completed.cancelled && now >= deadline_;
      if (!completed.cancelled && !completed.timed_out) return;
      SignalGroup(pid_, SIGTERM);
      completed.stop = StopMethod::kTerminated;
      kill_at_ = now + command_.stop_grace;
    } else if (completed.stop == StopMethod::kTerminated && now >= kill_at_) {
      SignalGroup(pid_, SIGKILL);
      completed.stop = StopMethod::kKilled;
    }
  }

  // Once killed, a grandchild that left the group may still hold the pipes: do not wait for it.
  bool GaveUp(const Completed& completed) const {
    return completed.stop == StopMethod::kKilled && Clock::now() >= kill_at_ + std::chrono::seconds(1);
  }

 private:
  const Command& command_;
  pid_t pid_;
  Clock::time_point deadline_;
  Clock::time_point kill_at_;
};

// Pumps the pipes until the program is gone and they are closed. A daemon that inherited them does not hold us up:
// a second after the program's end the rest is left.
void Pump(const Command& command, pid_t pid, Feeder& feeder, std::vector<Stream>& streams, Completed& completed,
          int& wait_status, rusage& usage) {
  Stopper stopper(command, pid);
  bool reaped = false;
  Clock::time_point reaped_at;
  for (;;) {
    if (!reaped && wait4(pid, &wait_status, WNOHANG, &usage) == pid) {
      reaped = true;
      reaped_at = Clock::now();
    }
    if (reaped && (streams.empty() || Clock::now() - reaped_at > std::chrono::seconds(1))) return;
    if (!reaped) stopper.Check(completed);
    if (!reaped && stopper.GaveUp(completed)) streams.clear();

    std::vector<pollfd> polled;
    for (const auto& stream : streams) polled.push_back({stream.fd.Get(), POLLIN, 0});
    if (feeder.fd.Valid()) polled.push_back({feeder.fd.Get(), POLLOUT, 0});
    const bool waiting_for_exit_only = streams.empty();
    poll(polled.data(), polled.size(), waiting_for_exit_only ? 5 : static_cast<int>(kPollInterval.count()));
    std::size_t index = 0;
    for (auto stream = streams.begin(); stream != streams.end(); ++index) {
      const bool open = polled[index].revents == 0 || stream->Drain(command, completed.truncated);
      stream = open ? std::next(stream) : streams.erase(stream);
    }
    if (feeder.fd.Valid() && polled.back().revents != 0) feeder.Push();
  }
}

std::string LastLine(const std::string& text) {
  const auto end = text.find_last_not_of(" \t\r\n");
  if (end == std::string::npos) return {};
  const auto start = text.find_last_of('\n', end);
  return text.substr(start == std::string::npos ? 0 : start + 1,
                     end - (start == std::string::npos ? 0 : start + 1) + 1);
}

}  // namespace

std::string Completed::Describe() const {
  if (cancelled) return "cancelled";
  if (timed_out) return fmt::format("timed out after {:.0f} s", wall_seconds);
  std::string last = LastLine(err);
  if (last.empty()) last = LastLine(out);
  const std::string how =
      exit_code > 128 ? fmt::format("ended by signal {}", exit_code - 128) : fmt::format("exit {}", exit_code);
  return last.empty() ? how : fmt::format("{}: {}", how, last);
}

Result<Completed> RunProcess(const Command& command) {
  VFQUAL_TRY(Pipe out, MakePipe(), "");
  VFQUAL_TRY(Pipe err, MakePipe(), "");
  VFQUAL_TRY(Pipe in, MakePipe(), "");

  SpawnSetup setup;
  if (command.stdin_data) {
    posix_spawn_file_actions_adddup2(&setup.actions, in.read.Get(), STDIN_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&setup.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  posix_spawn_file_actions_adddup2(&setup.actions, out.write.Get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&setup.actions, err.write.Get(), STDERR_FILENO);
  if (command.working_directory) {
    posix_spawn_file_actions_addchdir_np(&setup.actions, command.working_directory->c_str());
  }

  const auto started = Clock::now();
  VFQUAL_TRY(const pid_t pid, Spawn(command.argv, MakeEnvironment(command.environment), setup), "");
  in.read.Reset();
  out.write.Reset();
  err.write.Reset();

  Completed completed;
  Feeder feeder;
  if (command.stdin_data && !command.stdin_data->empty()) {
    feeder.rest = *command.stdin_data;
    feeder.fd = std::move(in.write);
    fcntl(feeder.fd.Get(), F_SETFL, O_NONBLOCK);
  } else {
    in.write.Reset();
  }
  std::vector<Stream> streams;
  const std::function<void(std::string_view)> nobody;
  streams.push_back({std::move(out.read), &completed.out, &command.on_stdout});
  streams.push_back({std::move(err.read), &completed.err, &nobody});

  int wait_status = 0;
  rusage usage{};
  Pump(command, pid, feeder, streams, completed, wait_status, usage);
  // Whatever of the group outlived its leader goes too.
  if (completed.stop != StopMethod::kExited) SignalGroup(pid, SIGKILL);

  completed.exit_code = ExitCodeOf(wait_status);
  completed.max_rss_kib = usage.ru_maxrss;
  completed.wall_seconds = std::chrono::duration<double>(Clock::now() - started).count();
  return completed;
}

Result<BackgroundProcess> BackgroundProcess::Start(const std::vector<std::string>& argv,
                                                   const std::filesystem::path& output,
                                                   const BackgroundOptions& options) {
  SpawnSetup setup;
  Pipe in;
  if (options.hold_stdin) {
    VFQUAL_TRY(in, MakePipe(), "");
    posix_spawn_file_actions_adddup2(&setup.actions, in.read.Get(), STDIN_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&setup.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  posix_spawn_file_actions_addopen(&setup.actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&setup.actions, STDOUT_FILENO, STDERR_FILENO);
  std::vector<std::string> words;
  if (options.die_with_starter) words = {"setpriv", "--pdeathsig", "KILL", "--"};
  words.insert(words.end(), argv.begin(), argv.end());
  VFQUAL_TRY(const pid_t pid, Spawn(words, MakeEnvironment({}), setup), "");
  return BackgroundProcess(pid, std::move(in.write));
}

BackgroundProcess::BackgroundProcess(BackgroundProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), held_stdin_(std::move(other.held_stdin_)), exit_code_(other.exit_code_) {}

BackgroundProcess& BackgroundProcess::operator=(BackgroundProcess&& other) noexcept {
  if (this != &other) {
    Stop(std::chrono::seconds(3));
    pid_ = std::exchange(other.pid_, -1);
    held_stdin_ = std::move(other.held_stdin_);
    exit_code_ = other.exit_code_;
  }
  return *this;
}

BackgroundProcess::~BackgroundProcess() {
  Stop(std::chrono::seconds(3));
}

bool BackgroundProcess::Running() {
  if (pid_ < 0) return false;
  int wait_status = 0;
  if (waitpid(pid_, &wait_status, WNOHANG) == 0) return true;
  exit_code_ = ExitCodeOf(wait_status);
  pid_ = -1;
  return false;
}

StopMethod BackgroundProcess::Stop(std::chrono::milliseconds grace) {
  if (!Running()) return StopMethod::kExited;
  SignalGroup(pid_, SIGTERM);
  const auto kill_at = Clock::now() + grace;
  while (Clock::now() < kill_at) {
    if (!Running()) return StopMethod::kTerminated;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  SignalGroup(pid_, SIGKILL);
  while (Running()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return StopMethod::kKilled;
}

}  // namespace vfqual
