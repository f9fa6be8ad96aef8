// apt with lists and cache of its own in our cache: looks into any suite of an archive and downloads from it, while
// /etc/apt and /var/lib/apt stay as they are. Needs no root, and takes nothing that is not signed.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "module/build/kernel_archives.h"

namespace vfqual {

struct ArchivePackage {
  std::string name;
  std::string version;
  std::vector<std::string> depends;  // the names alone, the first of alternatives
};

class PrivateApt {
 public:
  // The lists of `sources`, fetched where they are missing or older than `max_age`. Errors: kInput for a suite that the
  // archive does not have and for an archive that no trusted key has signed, kHarness without apt, archive or network.
  static Result<PrivateApt> Open(const std::filesystem::path& cache, const SuiteSources& sources,
                                 std::chrono::hours max_age, const std::function<bool()>& cancelled);

  // kInput where the suite has no such package; the fix names some that it has.
  Result<ArchivePackage> Show(const std::string& package) const;
  // The suite that has it: "noble-updates".
  Result<std::string> SuiteOf(const ArchivePackage& package) const;
  // Names that begin so, sorted.
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

// The fields of `apt-cache show`'s first entry.
Result<ArchivePackage> ParsePackage(const std::string& text);
// `madison`: rows "package | version | URI suite/component amd64 Packages"; empty where no row has that version.
std::string SuiteOfMadison(const std::string& madison, const std::string& version);

}  // namespace vfqual
