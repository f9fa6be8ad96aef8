#include "module/host_config/text_tools.h"

#include <fmt/format.h>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"

namespace vfqual::host_config {

namespace {

constexpr int kSame = 0;
constexpr int kDifferent = 1;  // diff: they differ; diff3: conflicts

Result<Completed> RunOn(const std::vector<std::pair<std::string, std::string>>& texts, std::vector<std::string> argv) {
  VFQUAL_TRY(const auto folder, TemporaryFolder::Make("vfqual-diff"), "");
  LocalHost local;
  Command command;
  for (const auto& [name, text] : texts) {
    const std::string path = (folder.Path() / name).string();
    VFQUAL_CHECK(local.WriteFile(path, text, 0600), "");
    argv.push_back(path);
    command.max_output_bytes += 4 * text.size();  // a line of a diff has a sign before it
  }
  command.argv = std::move(argv);
  command.environment = {{"LC_ALL", "C"}};
  VFQUAL_TRY(auto completed, local.Run(command), "");
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
      RunOn({{"from", from.value_or("")}, {"to", to.value_or("")}},
            {"diff", "--unified", "--text", "--label", from ? path : "/dev/null", "--label", to ? path : "/dev/null"}),
      "");
  return completed.out;
}

Result<std::optional<std::string>> MergeTexts(const std::string& mine, const std::string& base,
                                              const std::string& theirs) {
  VFQUAL_TRY(auto completed,
             RunOn({{"mine", mine}, {"base", base}, {"theirs", theirs}}, {"diff3", "--merge", "--text"}), "");
  if (completed.exit_code == kDifferent) return std::optional<std::string>();
  return std::optional(std::move(completed.out));
}

}  // namespace vfqual::host_config
