#include "vmimages/build_failure.h"

#include <fmt/format.h>

#include <array>
#include <string>

namespace vfqual {

namespace {

struct Cause {
  std::string_view sign;  // in the log, as apt, dpkg, mke2fs and the C library print it
  std::string_view what;
  std::string_view fix;
};

// The first that is found wins: a full disk makes apt complain of much else.
constexpr std::array kCauses{
    Cause{"No space left on device", "the disk is full",
          "free some space (an image takes about 3 GiB while it is built), or set VFQUAL_CACHE to another file system"},
    Cause{"You don't have enough free space", "the disk is full",
          "free some space (an image takes about 3 GiB while it is built), or set VFQUAL_CACHE to another file system"},
    Cause{"Could not allocate block in ext2 filesystem", "the image's files do not fit its disk",
          "raise size_mib in its definition"},
    Cause{"Temporary failure resolving", "the Debian archive's name cannot be resolved",
          "check the network, or name another archive with --mirror URL"},
    Cause{"Could not resolve", "the Debian archive's name cannot be resolved",
          "check the network, or name another archive with --mirror URL"},
    Cause{"Could not connect to", "the Debian archive cannot be reached",
          "check the network, or name another archive with --mirror URL"},
    Cause{"Unable to locate package", "the archive has no such package", "correct the definition's packages or suites"},
    Cause{"has no installation candidate", "the archive has no such package",
          "correct the definition's packages or suites"},
    Cause{"does not have a Release file", "the archive has no such suite", "correct the definition's suites"},
    Cause{"NO_PUBKEY", "the archive's signature cannot be checked", "install debian-archive-keyring"},
    Cause{"Failed to fetch", "a file of the Debian archive cannot be fetched",
          "check the network and try again, or name another archive with --mirror URL"},
    Cause{"is not accessible by the unshared user", "the cache folder is closed to the user namespace",
          "set VFQUAL_CACHE to a folder whose parents other users may pass (chmod o+x), or run as root"},
};

std::string_view LineAround(std::string_view log, std::size_t at) {
  const auto before = log.rfind('\n', at);
  const auto begin = before == std::string_view::npos ? 0 : before + 1;
  return log.substr(begin, log.find('\n', at) - begin);
}

}  // namespace

Error ExplainBuildFailure(std::string_view log, std::string_view outcome, const std::filesystem::path& log_file) {
  Error error;
  for (const auto& cause : kCauses) {
    const auto at = log.find(cause.sign);
    if (at == std::string_view::npos) continue;
    error.what = fmt::format("{}: \"{}\"; the whole log is {}", cause.what, LineAround(log, at), log_file.string());
    error.fix = cause.fix;
    return error;
  }
  error.what = fmt::format("mmdebstrap failed ({}); the whole log is {}", outcome, log_file.string());
  error.fix = "read the log's last lines";
  return error;
}

}  // namespace vfqual
