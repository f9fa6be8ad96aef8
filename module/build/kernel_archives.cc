#include "module/build/kernel_archives.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "harness/base/sha256.h"
#include "module/build/release_series.h"

namespace vfqual {

namespace {

std::string DistributionOfLabel(const std::string& label) {
  if (label == "Debian" || label == "Debian-Security") return "debian";
  return label == "Ubuntu" ? "ubuntu" : "";
}

bool IsSecurity(const std::string& suite) {
  return suite.ends_with("-security");
}

// What apt's configuration says of the source: its key. False: it is trusted without one.
bool ReadKey(Host& host, const std::string& entry, AptSource& source) {
  const auto colon = entry.rfind(':');
  if (colon == std::string::npos) return true;
  const auto file = entry.substr(0, colon);
  const auto text = host.Read(file);
  if (!text) return true;
  const auto parsed = ParseAptSources(*text, file);
  const auto same_uri = [](std::string one, std::string other) {
    while (one.ends_with('/')) one.pop_back();
    while (other.ends_with('/')) other.pop_back();
    return one == other;
  };
  for (const auto& known : parsed.sources) {
    if (known.suite != source.suite || !same_uri(known.uri, source.uri)) continue;
    source.signed_by = known.signed_by;
    return true;
  }
  return parsed.refused.empty();
}

void AddComponent(AptSource& source, const std::string& component) {
  if (source.distribution == "debian" && component != "main") return;  // kernels and compilers are in main
  if (std::ranges::find(source.components, component) == source.components.end())
    source.components.push_back(component);
}

// The same archive with another suite of it.
AptSource WithSuite(AptSource source, const std::string& suite) {
  source.suite = suite;
  return source;
}

// Of `sources` the ones for `suite`; `any_release`: an archive that is configured for another release has it too.
std::vector<AptSource> Choose(const std::vector<AptSource>& sources, const std::string& suite, bool any_release) {
  std::vector<AptSource> chosen;
  for (const auto& source : sources) {
    if (source.suite == suite) chosen.push_back(source);
  }
  if (!chosen.empty()) return chosen;
  const auto derive = [&](auto&& fits) {
    const AptSource* best = nullptr;
    for (const auto& source : sources) {
      if (!fits(source)) continue;
      // Debian has security updates in an archive of their own; Ubuntu's main archive has them too.
      const bool apart = source.distribution == "debian" && IsSecurity(source.suite) != IsSecurity(suite);
      if (apart) continue;
      if (best == nullptr ||
          (IsSecurity(best->suite) != IsSecurity(suite) && IsSecurity(source.suite) == IsSecurity(suite)))
        best = &source;
    }
    if (best != nullptr) chosen.push_back(WithSuite(*best, suite));
  };
  derive([&](const AptSource& source) { return BaseSuite(source.suite) == BaseSuite(suite); });
  const auto distribution = SeriesOfBase(BaseSuite(suite)).distribution;
  if (!chosen.empty() || !any_release) return chosen;
  derive([&](const AptSource& source) { return distribution.empty() || source.distribution == distribution; });
  return chosen;
}

std::string DigestOf(const SuiteSources& sources) {
  return Sha256OfText(sources.Lines()).substr(0, 10);
}

}  // namespace

std::vector<AptSource> ParseMachineSources(Host& host, std::string_view index_targets) {
  std::vector<AptSource> sources;
  std::istringstream lines{std::string(index_targets)};
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> parts;
    std::istringstream words(line);
    for (std::string part; std::getline(words, part, '|');) parts.push_back(part);
    if (parts.size() < 5) continue;
    AptSource source{parts[1], parts[2], {}, "", DistributionOfLabel(parts[0])};
    if (source.distribution.empty() || !IsSuiteName(source.suite)) continue;
    const auto known = std::ranges::find_if(
        sources, [&source](const AptSource& one) { return one.uri == source.uri && one.suite == source.suite; });
    if (known != sources.end()) {
      AddComponent(*known, parts[3]);
      continue;
    }
    if (!ReadKey(host, parts[4], source)) continue;
    const auto keyring = KeyringOf(source.distribution);
    // All of the distribution's keys: other suites are looked into than the one that the machine's own key may be for.
    const bool whole = source.distribution == "debian" || source.signed_by.empty();
    if (whole && host.Exists(keyring).value_or(false)) source.signed_by = keyring;
    AddComponent(source, parts[3]);
    sources.push_back(std::move(source));
  }
  std::erase_if(sources, [](const AptSource& source) { return source.components.empty(); });
  return sources;
}

KernelArchives FindKernelArchives(Host& host) {
  Command command;
  command.argv = {"apt-get", "indextargets", "--format", "$(LABEL)|$(SITE)|$(RELEASE)|$(COMPONENT)|$(SOURCESENTRY)"};
  const auto listed = host.Run(command);
  KernelArchives archives;
  if (listed && listed->Ok()) archives.machine = ParseMachineSources(host, listed->out);
  return archives;
}

std::string SuiteSources::Lines() const {
  std::string lines;
  for (const auto& source : sources) lines += source.Line() + '\n';
  return lines;
}

std::string SuiteSources::Describe() const {
  if (!suite.empty()) return suite;
  std::string all;
  for (const auto& source : sources) {
    if (("/" + all + "/").find("/" + source.suite + "/") != std::string::npos) continue;
    all += (all.empty() ? "" : "/") + source.suite;
  }
  return all;
}

SuiteSources SourcesOfSuite(const KernelArchives& archives, const std::string& suite) {
  SuiteSources found{suite, Choose(archives.named, suite, false), ""};
  if (!found.sources.empty()) {
    found.cache_name = suite + "-" + DigestOf(found);
    return found;
  }
  found.sources = Choose(archives.machine, suite, true);
  found.cache_name = suite;
  return found;
}

SuiteSources AllSources(const KernelArchives& archives) {
  SuiteSources all{"", archives.named.empty() ? archives.machine : archives.named, ""};
  all.cache_name = "all-" + DigestOf(all);
  return all;
}

}  // namespace vfqual
