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
#include "harness/base/unique_fd.h"

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
  // The same for stdout alone: for a binary stream.
  std::function<void(std::string_view)> on_stdout;
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

struct BackgroundOptions {
  // The kernel kills it (prctl(2), PR_SET_PDEATHSIG) when the *thread* that started it ends, even by SIGKILL: start it
  // from the main thread, or from one that lives as long as it should.
  bool die_with_starter = false;
  // Its stdin is a pipe that closes when the BackgroundProcess or this process ends; otherwise it is /dev/null.
  bool hold_stdin = false;
};

// A program that goes on in the background (QEMU). Ended by the destructor: SIGTERM, grace, SIGKILL.
class BackgroundProcess {
 public:
  // stdout and stderr are appended to the file `output`.
  static Result<BackgroundProcess> Start(const std::vector<std::string>& argv, const std::filesystem::path& output,
                                         const BackgroundOptions& options = {});
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
  BackgroundProcess(pid_t pid, UniqueFd held_stdin) : pid_(pid), held_stdin_(std::move(held_stdin)) {}
  pid_t pid_ = -1;
  UniqueFd held_stdin_;
  std::optional<int> exit_code_;
};

}  // namespace vfqual
