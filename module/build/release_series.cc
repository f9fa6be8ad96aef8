#include "module/build/release_series.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace vfqual {

namespace {

struct KnownSeries {
  std::string_view name, distribution, number;
};

// wiki.debian.org/DebianReleases and wiki.ubuntu.com/Releases.
constexpr std::array<KnownSeries, 13> kSeries{{{"bullseye", "debian", "11"},
                                               {"bookworm", "debian", "12"},
                                               {"trixie", "debian", "13"},
                                               {"forky", "debian", "14"},
                                               {"sid", "debian", ""},
                                               {"experimental", "debian", ""},
                                               {"focal", "ubuntu", "20.04"},
                                               {"jammy", "ubuntu", "22.04"},
                                               {"noble", "ubuntu", "24.04"},
                                               {"oracular", "ubuntu", "24.10"},
                                               {"plucky", "ubuntu", "25.04"},
                                               {"questing", "ubuntu", "25.10"},
                                               {"resolute", "ubuntu", "26.04"}}};

}  // namespace

ReleaseSeries SeriesOfBase(const std::string& base_suite) {
  const auto* const found =
      std::ranges::find(kSeries, base_suite, [](const KnownSeries& series) { return series.name; });
  if (found == kSeries.end()) return {};
  return {std::string(found->distribution), std::string(found->number)};
}

std::string KeyringOf(const std::string& distribution) {
  if (distribution == "debian") return "/usr/share/keyrings/debian-archive-keyring.gpg";
  if (distribution == "ubuntu") return "/usr/share/keyrings/ubuntu-archive-keyring.gpg";
  return {};
}

std::string BaseSuite(const std::string& suite) {
  return suite.substr(0, suite.find('-'));
}

bool IsSuiteName(const std::string& text) {
  return !text.empty() && text.size() < 64 && text.front() != '-' &&
         std::ranges::all_of(text, [](unsigned char letter) {
           return std::islower(letter) != 0 || std::isdigit(letter) != 0 || letter == '-';
         });
}

std::string DistributionOfSuite(const std::string& suite) {
  auto base = BaseSuite(suite);
  const auto series = SeriesOfBase(base);
  if (series.distribution.empty()) return base;
  return series.distribution + ' ' + (series.number.empty() ? base : series.number);
}

}  // namespace vfqual
