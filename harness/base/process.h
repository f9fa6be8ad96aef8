// Runs a local program: argv only, time limit, bounded output, polite stop then kill.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

struct Command {
  std::vector<std::string> argv;  // argv[0] is looked up in PATH
  std::optional<std::string> stdin_data;
  std::vector<std::pair<std::string, std::string>> environment;  // added to, or replacing, the inherited one
  std::optional<std::filesystem::path> working_directory;
  std::chrono::milliseconds timeout = std::chrono::minutes(1);
  std::chrono::milliseconds stop_grace = std::chrono::seconds(3);  // from SIGTERM to SIGKILL
  std::size_t max_output_bytes = std::size_t{1} << 20U;            // for each of stdout and stderr; the rest is dropped
  // Called with each piece of stdout and stderr as it comes, before the bound is applied.
  std::function<void(std::string_view)> on_output;
  // Asked a few times a second; true ends the program as a time-out does (for ^C).
  std::function<bool()> cancelled;
};

enum class StopMethod { kExited, kTerminated, kKilled };  // by itself, after SIGTERM, after SIGKILL

struct Completed {
  int exit_code = 0;  // 128 + signal number when a signal ended it
  bool timed_out = false;
  bool cancelled = false;
  StopMethod stop = StopMethod::kExited;
  std::string out;
  std::string err;
  bool truncated = false;  // more than max_output_bytes came
  double wall_seconds = 0;
  long max_rss_kib = 0;  // the largest of the program and its waited-for children

  bool Ok() const { return exit_code == 0 && !timed_out && !cancelled; }
  // "exit 2: <last line of stderr, or of stdout>", "timed out after 5 s", … for an error's text.
  std::string Describe() const;
};

// Errors only when the program could not be started (ENOENT: fix names the program).
// The program runs in a process group of its own, and the whole group is stopped with it.
Result<Completed> RunProcess(const Command& command);

// A program that goes on in the background (QEMU). Ended by the destructor: SIGTERM, grace, SIGKILL.
class BackgroundProcess {
 public:
  static Result<BackgroundProcess> Start(const std::vector<std::string>& argv, const std::filesystem::path& output);
  BackgroundProcess(BackgroundProcess&& other) noexcept;
  BackgroundProcess& operator=(BackgroundProcess&& other) noexcept;
  BackgroundProcess(const BackgroundProcess&) = delete;
  BackgroundProcess& operator=(const BackgroundProcess&) = delete;
  ~BackgroundProcess();

  pid_t Pid() const { return pid_; }
  bool Running();
  std::optional<int> ExitCode() const { return exit_code_; }  // set once Running() was false
  StopMethod Stop(std::chrono::milliseconds grace);
  void Release() { pid_ = -1; }  // leave it running: the destructor does nothing

 private:
  explicit BackgroundProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace vfqual
