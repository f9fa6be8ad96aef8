#include "harness/loadvm/kernel_search.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "module/build/private_apt.h"
#include "module/kernel_range.h"

namespace vfqual {

namespace {

constexpr std::string_view kHeaders = "linux-headers-";
constexpr std::string_view kFlavour = "-amd64";
constexpr auto kSearchedListsAge = std::chrono::hours(24);

// "6.12" begins "6.12.107+deb13-amd64" and "6.12", not "6.120".
bool Begins(std::string_view release, std::string_view wanted) {
  return release.starts_with(wanted) &&
         (release.size() == wanted.size() ||
          std::string_view(".-+~").find(release[wanted.size()]) != std::string_view::npos);
}

std::string SeriesOf(std::string_view release) {
  const auto dot = release.find('.');
  return std::string(release.substr(0, dot == std::string_view::npos ? dot : release.find_first_of(".-+~", dot + 1)));
}

}  // namespace

const std::vector<std::string>& SearchedSuites() {
  static const std::vector<std::string> kSuites = {
      "bookworm", "bookworm-security", "bookworm-backports", "trixie", "trixie-security", "trixie-backports", "sid"};
  return kSuites;
}

std::vector<std::string> HeadersOfSeries(const std::vector<std::string>& packages, const std::string& wanted) {
  std::vector<std::string> found;
  for (const auto& package : packages) {
    if (!package.starts_with(kHeaders) || !package.ends_with(kFlavour)) continue;
    const auto release = std::string_view(package).substr(kHeaders.size());
    const auto plain = release.substr(0, release.size() - kFlavour.size());
    if (plain.empty() || std::isdigit(static_cast<unsigned char>(plain.front())) == 0) continue;
    if (plain.ends_with("-cloud") || plain.ends_with("-rt")) continue;
    if (Begins(release, wanted)) found.push_back(package);
  }
  std::ranges::stable_sort(found, KernelVersionLess);
  return found;
}

Result<KernelTree> FindKernel(const std::string& wanted, const KernelOptions& options) {
  if (wanted.find_first_of("@/") != std::string::npos) return PackagedKernel(wanted, options);
  if (auto installed = InstalledKernel(wanted)) return installed;
  std::set<std::string> series;
  for (const auto& suite : SearchedSuites()) {
    const auto apt =
        PrivateApt::Open(options.cache, SourcesOfSuite(options.archives, suite), kSearchedListsAge, options.cancelled);
    // Of these an archive may well lack some; without any archive nothing can be looked for.
    if (!apt && apt.error().blame == Blame::kInput) continue;
    if (!apt) return tl::unexpected<Error>(apt.error());
    VFQUAL_TRY(const auto packages, apt->Names(std::string(kHeaders)), "");
    const auto found = HeadersOfSeries(packages, wanted);
    if (!found.empty()) return PackagedKernel(fmt::format("{}@{}", found.back(), suite), options);
    for (const auto& package : packages) {
      const auto release = package.substr(kHeaders.size());
      if (package.ends_with(kFlavour) && std::isdigit(static_cast<unsigned char>(release.front())) != 0) {
        series.insert(SeriesOf(release));
      }
    }
  }
  return FailInput(fmt::format("no suite has a kernel '{}'", wanted),
                   fmt::format("choose from {}", fmt::join(series, ", ")));
}

}  // namespace vfqual
