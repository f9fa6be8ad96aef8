#include "vmimages/apt_sources.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace vfqual {

namespace {

bool HasSuite(const ImageDefinition& definition, const std::string& suite) {
  return std::ranges::find(definition.suites, suite) != definition.suites.end();
}

}  // namespace

Result<std::vector<std::string>> SourceLines(const ImageDefinition& definition, const KernelSource& kernel,
                                             const DebianArchive& archive) {
  auto suites = definition.suites;
  if (!HasSuite(definition, kernel.suite)) suites.push_back(kernel.suite);
  std::vector<std::string> lines;
  if (archive.main.empty()) {
    if (suites.size() == 1) return lines;
    return Fail(fmt::format("no Debian archive is known for {}: apt on this machine is configured with none",
                            fmt::join(suites, ", ")),
                "run apt-get update on a Debian machine, or name an archive with --mirror URL");
  }
  const auto options = archive.keyring.empty() ? "" : fmt::format("[signed-by={}] ", archive.keyring);
  for (const auto& suite : suites) {
    const bool security = suite.ends_with("-security");
    if (security && archive.security.empty()) continue;
    lines.push_back(fmt::format("deb {}{} {} {}", options, security ? archive.security : archive.main, suite,
                                fmt::join(definition.components, " ")));
  }
  return lines;
}

std::string AptPreferences(const ImageDefinition& definition, const KernelSource& kernel) {
  if (HasSuite(definition, kernel.suite)) return "";
  return fmt::format("Package: *\nPin: release n={}\nPin-Priority: 50\n", kernel.suite);
}

}  // namespace vfqual
