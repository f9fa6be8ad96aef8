// What is known of the module's releases: kernels, holes in their ranges, compilers, GuC firmware (data/releases.json).
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

// The leading number of "6.12.107+deb13-amd64", "70.44.1", "gcc … 14.2.0".
struct DottedVersion {
  int major = 0;
  int minor = 0;
  int patch = 0;
  auto operator<=>(const DottedVersion&) const = default;
  std::string ToString() const;  // "6.12.107"
};
std::optional<DottedVersion> ParseDottedVersion(std::string_view text);

struct KernelSpan {
  DottedVersion from;  // series, inclusive
  DottedVersion to;
};

struct ModuleRelease {
  std::string version;
  std::vector<KernelSpan> kernels;

  bool Serves(const DottedVersion& kernel) const;
  std::string Range() const;  // "6.17-6.19, 7.0"
};

struct KernelHole {
  std::vector<std::string> releases;
  DottedVersion from;
  DottedVersion below;
  std::string remedy;
};

struct CompilerHole {
  std::vector<std::string> releases;
  int gcc = 0;
  std::string remedy;
};

struct GucNeed {
  std::string since;  // release
  std::string driver;
  std::vector<std::string> platforms;
  std::string file;  // "tgl_guc_70"
  DottedVersion version;
  bool exact = false;
};

struct ModuleReleases {
  std::string name;  // of the package: "i915-sriov-dkms"
  std::vector<ModuleRelease> releases;
  std::vector<KernelHole> holes;
  std::vector<CompilerHole> compilers;
  std::vector<GucNeed> guc;

  const ModuleRelease* Find(const std::string& version) const;  // null for one that is not known
  const KernelHole* HoleFor(const std::string& version, const DottedVersion& kernel) const;
  const CompilerHole* CompilerHoleFor(const std::string& version, int gcc) const;
  // The newest need at or before the release; with an empty version, the newest of all.
  const GucNeed* GucFor(const std::string& version, const std::string& driver, const std::string& platform) const;
};

Result<ModuleReleases> LoadModuleReleases();

}  // namespace vfqual
