// apt with lists and cache of its own in our cache: looks into any suite of the distribution's archive and downloads
// from it, while /etc/apt and /var/lib/apt stay as they are. Needs no root.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/base/debian_archive.h"
#include "harness/base/result.h"

namespace vfqual {

struct ArchivePackage {
  std::string name;
  std::string version;
  std::vector<std::string> depends;  // the names alone, the first of alternatives
};

class PrivateApt {
 public:
  // The lists of `suite` ("bookworm", "trixie-security", …), fetched where they are missing or older than `max_age`.
  // Errors: kInput for a suite that the archive does not have, kHarness without apt, archive or network.
  static Result<PrivateApt> Open(const std::filesystem::path& cache, const DebianArchive& archive,
                                 const std::string& suite, std::chrono::hours max_age,
                                 const std::function<bool()>& cancelled);

  // kInput where the suite has no such package; the fix names some that it has.
  Result<ArchivePackage> Show(const std::string& package) const;
  // Names that begin so, in apt's order.
  Result<std::vector<std::string>> Names(const std::string& prefix) const;
  // Fetched and checked against the archive's signed digests; the file's path.
  Result<std::filesystem::path> Download(const ArchivePackage& package, const std::filesystem::path& folder) const;

 private:
  explicit PrivateApt(std::filesystem::path state, std::string suite, std::function<bool()> cancelled)
      : state_(std::move(state)), suite_(std::move(suite)), cancelled_(std::move(cancelled)) {}
  Result<std::string> Run(std::vector<std::string> argv, const std::filesystem::path& working_directory) const;

  std::filesystem::path state_;
  std::string suite_;
  std::function<bool()> cancelled_;
};

// A line of sources.list for one suite; empty where the archive has none for it.
std::string SuiteLine(const DebianArchive& archive, const std::string& suite);
// "bookworm" of "bookworm-security": whose compiler and tools the suite's kernels are built with.
std::string BaseSuite(const std::string& suite);
bool IsSuiteName(const std::string& text);

// The fields of `apt-cache show`'s first entry.
Result<ArchivePackage> ParsePackage(const std::string& text);

}  // namespace vfqual
