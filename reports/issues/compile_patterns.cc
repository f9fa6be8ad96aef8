// compile_patterns FOLDER: compiles the pattern sets that vfqual needs, and writes FOLDER/prebuilt_patterns.cc, which
// takes in the databases beside it. Run by the build.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "reports/issues/known_issues.h"
#include "reports/issues/line_scanner.h"
#include "reports/issues/prebuilt_patterns.h"
#include "reports/triage/triage_patterns.h"

namespace vfqual::reports {
namespace {

constexpr std::string_view kHead =
    R"(// Made by compile_patterns.
#include "reports/issues/prebuilt_patterns.h"

#include <cstddef>

)";

void WriteFile(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
}

std::string TakeIn(const std::string& symbol, const std::string& path) {
  return fmt::format(
      "asm(\".pushsection .rodata\\n.balign 16\\n.globl {0}\\n{0}:\\n.incbin \\\"{1}\\\"\\n.popsection\\n\");\n"
      "extern \"C\" const char {0}[];\n",
      symbol, path);
}

int Main(const std::filesystem::path& folder) {
  const auto issues = LoadKnownIssues({});
  const auto messages = LoadFailureMessages();
  if (!issues || !messages) {
    fmt::print(stderr, "compile_patterns: {}\n", issues ? messages.error() : issues.error());
    return 1;
  }
  std::string symbols;
  std::string entries;
  int number = 0;
  for (const auto& patterns : {IssuePatterns(*issues), TriagePatterns(*issues, *messages)}) {
    const std::string joined = JoinPatterns(patterns);
    const std::string text = fmt::format("vfqual_patterns_{}", ++number);
    WriteFile(folder / text, joined);
    symbols += TakeIn(text, (folder / text).string());
    for (const ScannerTarget target : {ScannerTarget::kAvx2, ScannerTarget::kAnyProcessor}) {
      const auto database = LineScanner::Serialize(patterns, target);
      if (!database) {
        fmt::print(stderr, "compile_patterns: {}\n", database.error());
        return 1;
      }
      const std::string symbol = fmt::format("{}_for_{}", text, target == ScannerTarget::kAvx2 ? "avx2" : "any");
      WriteFile(folder / symbol, *database);
      symbols += TakeIn(symbol, (folder / symbol).string());
      entries += fmt::format("    {{.patterns = {{{}, {}}}, .database = {{{}, {}}}}},\n", text, joined.size(), symbol,
                             database->size());
    }
  }
  WriteFile(folder / "prebuilt_patterns.cc",
            fmt::format("{}{}\nnamespace vfqual::reports {{\n\nstd::span<const PrebuiltPatterns> AllPrebuiltPatterns() "
                        "{{\n  static const PrebuiltPatterns kAll[] = {{\n{}  }};\n  return kAll;\n}}\n\n}}  // "
                        "namespace vfqual::reports\n",
                        kHead, symbols, entries));
  return 0;
}

}  // namespace
}  // namespace vfqual::reports

int main(int argc, char** argv) {
  if (argc == 2) return vfqual::reports::Main(argv[1]);
  std::fputs("usage: compile_patterns FOLDER\n", stderr);
  return 2;
}
