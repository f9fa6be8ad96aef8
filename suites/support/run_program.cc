#include "suites/support/run_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "suites/support/unique_fd.h"

namespace vfqual::suites {
namespace {

constexpr std::size_t kMaxOutputBytes = 1U << 20U;
constexpr std::size_t kToldBytes = 400;

using Clock = std::chrono::steady_clock;

// Until the other end is closed; nothing where that does not happen in time.
std::optional<std::string> ReadAll(int fd, Clock::time_point until) {
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    pollfd readable{fd, POLLIN, 0};
    const int polled = left.count() > 0 ? poll(&readable, 1, static_cast<int>(left.count())) : 0;
    if (polled < 0 && errno == EINTR) continue;
    if (polled <= 0) return std::nullopt;
    const ssize_t got = read(fd, part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    if (text.size() < kMaxOutputBytes) text.append(part.data(), static_cast<std::size_t>(got));
  }
}

std::string Told(const std::string& output) {
  if (output.empty()) return "";
  return ": " + output.substr(output.size() - std::min(output.size(), kToldBytes));
}

}  // namespace

Result<std::string> RunProgram(std::vector<std::string> argv, Errors errors, std::chrono::seconds timeout) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return Fail(fmt::format("pipe2: {}", std::strerror(errno)));
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, write_end.Get(), STDOUT_FILENO);
  if (errors == Errors::kInOutput) {
    posix_spawn_file_actions_adddup2(&actions, write_end.Get(), STDERR_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
  std::vector<char*> words;
  words.reserve(argv.size() + 1);
  for (auto& word : argv) words.push_back(word.data());
  words.push_back(nullptr);
  pid_t child = 0;
  const int error = posix_spawnp(&child, words.front(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) return Fail(std::string(kProgramMissing));
  if (error != 0) return Fail(fmt::format("{}: {}", argv.front(), std::strerror(error)));
  write_end = UniqueFd(-1);

  auto output = ReadAll(read_end.Get(), Clock::now() + timeout);
  if (!output) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!output) return Fail(fmt::format("{} hangs: no end after {} s", argv.front(), timeout.count()));
  if (WIFSIGNALED(status)) {
    return Fail(fmt::format("{} crashed (signal {}){}", argv.front(), WTERMSIG(status), Told(*output)));
  }
  if (WEXITSTATUS(status) != 0) {
    return Fail(fmt::format("{} ended with {}{}", argv.front(), WEXITSTATUS(status), Told(*output)));
  }
  return std::move(*output);
}

}  // namespace vfqual::suites
