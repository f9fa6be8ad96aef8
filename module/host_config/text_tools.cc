#include "module/host_config/text_tools.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "harness/base/process.h"
#include "harness/base/unique_fd.h"

namespace vfqual::host_config {

namespace {

constexpr int kSame = 0;
constexpr int kDifferent = 1;  // diff: they differ; diff3: conflicts

// A file in memory alone: a configure that is killed leaves nothing in /tmp.
Result<UniqueFd> MemoryFile(std::string_view text) {
  UniqueFd fd(memfd_create("vfqual-diff", MFD_CLOEXEC));
  if (!fd.Valid()) return FailErrno("keep a text in memory", errno);
  while (!text.empty()) {
    const auto written = write(fd.Get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return FailErrno("keep a text in memory", errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return fd;
}

Result<Completed> RunOn(const std::vector<std::string>& texts, std::vector<std::string> argv) {
  std::vector<UniqueFd> files;
  Command command;
  for (const auto& text : texts) {
    VFQUAL_TRY(auto file, MemoryFile(text), "");
    argv.push_back(fmt::format("/proc/{}/fd/{}", getpid(), file.Get()));  // proc(5): the same user may open it
    files.push_back(std::move(file));
    command.max_output_bytes += 4 * text.size();  // a line of a diff has a sign before it
  }
  command.argv = std::move(argv);
  command.environment = {{"LC_ALL", "C"}};
  VFQUAL_TRY(auto completed, RunProcess(command), "");
  if (completed.exit_code != kSame && completed.exit_code != kDifferent) {
    return Fail(fmt::format("{}: {}", command.argv.front(), completed.Describe()));
  }
  if (completed.truncated) return Fail(fmt::format("{}: too much output", command.argv.front()));
  return completed;
}

}  // namespace

Result<std::string> UnifiedDiff(const std::string& path, const FileText& from, const FileText& to) {
  if (from == to) return std::string();
  VFQUAL_TRY(
      const auto completed,
      RunOn({from.value_or(""), to.value_or("")},
            {"diff", "--unified", "--text", "--label", from ? path : "/dev/null", "--label", to ? path : "/dev/null"}),
      "");
  return completed.out;
}

Result<std::optional<std::string>> MergeTexts(const std::string& mine, const std::string& base,
                                              const std::string& theirs) {
  VFQUAL_TRY(auto completed, RunOn({mine, base, theirs}, {"diff3", "--merge", "--text"}), "");
  if (completed.exit_code == kDifferent) return std::optional<std::string>();
  return std::optional(std::move(completed.out));
}

}  // namespace vfqual::host_config
