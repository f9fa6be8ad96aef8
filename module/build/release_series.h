// The releases of the distributions by the names that their archives give them.
#pragma once

#include <string>

namespace vfqual {

struct ReleaseSeries {
  std::string distribution;  // "debian", "ubuntu"
  std::string number;        // "13", "24.04"; empty: never gets one
};

// Of "trixie", "noble"; nothing known: both empty.
ReleaseSeries SeriesOfBase(const std::string& base_suite);

// Where a Debian or Ubuntu machine has the archive keys of the distribution: packages debian-archive-keyring, and
// ubuntu-keyring (on Debian ubuntu-archive-keyring). Empty for others.
std::string KeyringOf(const std::string& distribution);

// "bookworm" of "bookworm-security": whose compiler and tools the suite's kernels are built with.
std::string BaseSuite(const std::string& suite);
bool IsSuiteName(const std::string& text);
// "debian 13" of "trixie-backports", "ubuntu 24.04" of "noble-updates"; the base suite itself where it is not known.
std::string DistributionOfSuite(const std::string& suite);

}  // namespace vfqual
