#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "module/build/build_finding.h"
#include "module/build/compiler_error.h"

namespace vfqual {

namespace {

constexpr std::size_t kMaxReasonBytes = 500;

struct Sign {
  std::string_view text;
  BuildOutcome outcome;
};

// What no module is to blame for comes first, wherever it stands.
constexpr std::array kMachineSigns{
    Sign{"No space left on device", BuildOutcome::kBroken},
    Sign{"Killed signal terminated program", BuildOutcome::kBroken},
    Sign{"virtual memory exhausted", BuildOutcome::kBroken},
    Sign{"Cannot allocate memory", BuildOutcome::kBroken},
    Sign{"internal compiler error", BuildOutcome::kCompilerWrong},
};

// A line of make.log that decides by itself; the first line with any of them wins.
constexpr std::array kLineSigns{
    Sign{"Kernel configuration is invalid", BuildOutcome::kHeadersMissing},
    Sign{"include/config/auto.conf are missing", BuildOutcome::kHeadersMissing},
    Sign{"unrecognized command-line option", BuildOutcome::kCompilerWrong},
    Sign{"unrecognized command line option", BuildOutcome::kCompilerWrong},
    Sign{"incompatible gcc/plugin versions", BuildOutcome::kCompilerWrong},
    Sign{"cannot load plugin", BuildOutcome::kCompilerWrong},
    Sign{"No such instruction", BuildOutcome::kCompilerWrong},
    // The kernel's own tools (modpost, objtool) were built on a newer distribution.
    Sign{"version `GLIBC_", BuildOutcome::kCompilerWrong},
};

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string Short(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return std::string(line.substr(begin, kMaxReasonBytes));
}

BuildFinding Found(BuildOutcome outcome, std::string_view reason) {
  BuildFinding finding;
  finding.outcome = outcome;
  finding.reason = Short(reason);
  return finding;
}

// The compiler, and what else a kernel's own build runs; anything else is a program of the module.
bool IsBuildTool(std::string_view name) {
  constexpr std::array kTools{"pahole", "objtool", "resolve_btfids", "make",    "as", "ar",
                              "nm",     "objcopy", "perl",           "python3", "bc"};
  const auto slash = name.rfind('/');
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  return name.starts_with("gcc") || name.starts_with("cc") || name.starts_with("clang") || name.starts_with("ld") ||
         Has(name, "-gcc") || std::ranges::find(kTools, name) != kTools.end();
}

// "/bin/sh: 1: gcc-14: not found", "make[1]: gcc-14: No such file or directory", "bash: line 1: x: command not found"
std::string MissingProgram(std::string_view line) {
  for (const std::string_view end : {": not found", ": command not found", ": No such file or directory"}) {
    const auto at = line.find(end);
    if (at == std::string_view::npos) continue;
    const bool from_shell = Has(line, "sh: ") || line.starts_with("make");
    if (!from_shell) return {};
    const auto head = line.substr(0, at);
    const auto space = head.rfind(' ');
    return std::string(space == std::string_view::npos ? head : head.substr(space + 1));
  }
  return {};
}

// The name between the quotes that modpost and ld use: "sym", `sym', ‘sym’.
std::string Quoted(std::string_view text) {
  for (const auto& [open, close] :
       {std::pair<std::string_view, std::string_view>{"\"", "\""}, {"`", "'"}, {"‘", "’"}, {"'", "'"}}) {
    const auto begin = text.find(open);
    if (begin == std::string_view::npos) continue;
    const auto end = text.find(close, begin + open.size());
    if (end != std::string_view::npos) {
      return std::string(text.substr(begin + open.size(), end - begin - open.size()));
    }
  }
  return {};
}

bool IsLinkLine(std::string_view line) {
  return Has(line, "ERROR: modpost:") || Has(line, "undefined reference to") || Has(line, "multiple definition of") ||
         Has(line, "error: objtool:") || Has(line, "BTF: .tmp") || line.starts_with("FATAL: modpost:") ||
         (line.starts_with("ld: ") && !Has(line, "warning"));
}

BuildFinding LinkError(const std::vector<std::string_view>& lines, std::size_t first) {
  auto finding = Found(BuildOutcome::kLinkError, lines[first]);
  std::set<std::string> symbols;
  for (std::size_t at = first; at < lines.size(); ++at) {
    const auto& line = lines[at];
    std::string symbol;
    if (Has(line, "ERROR: modpost:") && Has(line, "undefined!")) symbol = Quoted(line);
    if (Has(line, "undefined reference to")) symbol = Quoted(line.substr(line.find("undefined reference to")));
    if (Has(line, "uses symbol ")) {
      const auto rest = line.substr(line.find("uses symbol ") + 12);
      symbol = rest.substr(0, rest.find(' '));
      std::erase(symbol, '\'');  // quoted since Linux 6.13
    }
    if (Has(line, "uses GPL-only symbol")) symbol = Quoted(line.substr(line.find("uses GPL-only symbol")));
    if (!symbol.empty()) symbols.insert(symbol);
  }
  finding.symbols.assign(symbols.begin(), symbols.end());
  if (finding.symbols.size() > 1) {
    finding.reason =
        fmt::format("{} (unknown: {})", finding.reason, fmt::join(finding.symbols, ", ")).substr(0, kMaxReasonBytes);
  }
  return finding;
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::optional<BuildFinding> FromMakeLine(const std::vector<std::string_view>& lines, std::size_t at,
                                         std::string_view package) {
  const auto line = lines[at];
  for (const auto& sign : kLineSigns) {
    if (Has(line, sign.text)) return Found(sign.outcome, line);
  }
  if (Has(line, "No such file or directory.  Stop.") && line.starts_with("make")) {
    return Found(BuildOutcome::kHeadersMissing, line);
  }
  if (const auto program = MissingProgram(line); !program.empty()) {
    return Found(IsBuildTool(program) ? BuildOutcome::kCompilerWrong : BuildOutcome::kPackagingError, line);
  }
  if (Has(line, ": Permission denied")) return Found(BuildOutcome::kPackagingError, line);
  if (Has(line, "No rule to make target")) {
    const auto target = Quoted(line.substr(line.find("No rule to make target")));
    const bool of_kernel = Has(target, "linux-headers") || target.starts_with("/usr/src/");
    return Found(of_kernel ? BuildOutcome::kHeadersMissing : BuildOutcome::kPackagingError, line);
  }
  if (IsLinkLine(line)) return LinkError(lines, at);
  if (const auto error = ReadCompilerError(lines, at, package)) {
    BuildFinding finding =
        Found(error->local_file_missing ? BuildOutcome::kPackagingError : BuildOutcome::kCompileError, error->message);
    finding.file = error->file;
    finding.line = error->line;
    finding.header = error->header;
    return finding;
  }
  // The compiler itself, without a place: "cc1: error: …".
  if (line.starts_with("cc1: ") && Has(line, "error:")) return Found(BuildOutcome::kCompilerWrong, line);
  return std::nullopt;
}

// dkms' own words, for what never came as far as make.
BuildFinding FromDkms(const BuildLog& log) {
  struct DkmsSign {
    std::string_view text;
    int exit_code;  // 0: the text alone decides
    BuildOutcome outcome;
  };
  constexpr int kMissingModule = 7;
  constexpr int kBadSource = 8;
  constexpr int kDependsMissing = 13;
  constexpr int kNoHeaders = 21;
  constexpr std::array kSigns{
      DkmsSign{"Your kernel headers for kernel", kNoHeaders, BuildOutcome::kHeadersMissing},
      DkmsSign{"Build of ", kMissingModule, BuildOutcome::kPackagingError},
      DkmsSign{"Missing module ", kMissingModule, BuildOutcome::kPackagingError},
      DkmsSign{"does not appear to have module source", kBadSource, BuildOutcome::kPackagingError},
      DkmsSign{"dkms.conf", kBadSource, BuildOutcome::kPackagingError},
      DkmsSign{"BUILD_DEPENDS", kDependsMissing, BuildOutcome::kPackagingError},
      DkmsSign{"Could not find module source directory", 0, BuildOutcome::kPackagingError},
      DkmsSign{"Could not locate dkms.conf", 0, BuildOutcome::kPackagingError},
      DkmsSign{"patch", 0, BuildOutcome::kPackagingError},
  };
  for (const auto& sign : kSigns) {
    const auto at = log.dkms.find(sign.text);
    if (at == std::string_view::npos && log.exit_code != sign.exit_code) continue;
    const auto error = log.dkms.find("Error! ");
    const auto line = log.dkms.substr(error == std::string_view::npos ? std::min(at, log.dkms.size()) : error);
    return Found(sign.outcome, line.substr(0, line.find('\n')));
  }
  const auto error = log.dkms.find("Error! ");
  const auto line = error == std::string_view::npos ? std::string_view{} : log.dkms.substr(error);
  return Found(BuildOutcome::kPackagingError, line.empty() ? fmt::format("dkms ended with {}", log.exit_code)
                                                           : std::string(line.substr(0, line.find('\n'))));
}

// The module's folder stands before each of its files in the logs, and tells nobody anything.
void LeaveFolderOut(std::string_view package, std::string& reason) {
  if (package.empty()) return;
  const auto folder = std::string(package) + "/";
  for (auto at = reason.find(folder); at != std::string::npos; at = reason.find(folder, at)) {
    reason.erase(at, folder.size());
  }
}

BuildFinding Classify(const BuildLog& log) {
  constexpr int kExcludedByConf = 77;
  if (log.exit_code == 0) return Found(BuildOutcome::kBuilt, "");
  if (log.exit_code == kExcludedByConf || Has(log.dkms, "includes a BUILD_EXCLUSIVE directive")) {
    return Found(BuildOutcome::kExcluded, "a BUILD_EXCLUSIVE directive of its dkms.conf does not match this kernel");
  }
  const auto lines = Lines(log.make);
  for (const auto& sign : kMachineSigns) {
    const auto* const text = Has(log.dkms, sign.text) ? &log.dkms : &log.make;
    const auto at = text->find(sign.text);
    if (at == std::string_view::npos) continue;
    const auto before = text->rfind('\n', at);
    const auto begin = before == std::string_view::npos ? 0 : before + 1;
    return Found(sign.outcome, text->substr(begin, text->find('\n', at) - begin));
  }
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (auto finding = FromMakeLine(lines, at, log.package)) return *std::move(finding);
  }
  // make failed and nothing told why: a recipe of the package itself.
  for (const auto line : lines) {
    if (Has(line, "*** ")) return Found(BuildOutcome::kPackagingError, line);
  }
  return FromDkms(log);
}

}  // namespace

BuildFinding ClassifyBuild(const BuildLog& log) {
  auto finding = Classify(log);
  LeaveFolderOut(log.package, finding.reason);
  return finding;
}

}  // namespace vfqual
