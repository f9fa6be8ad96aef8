// image.json in an artefact's folder: written last, so that an artefact without it is a half-written one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

struct ManifestFile {
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;  // since 1970
  std::string sha256;            // Sha256OfSparseFile
  friend bool operator==(const ManifestFile&, const ManifestFile&) = default;
};

struct ImageManifest {
  std::string name;
  std::string kernel;
  std::string kernel_release;
  std::string key;    // ArtefactKey
  std::string built;  // RFC 3339, UTC
  double build_seconds = 0;
  std::string ssh_host_key;  // "" for a guest
  std::map<std::string, ManifestFile> files;
};

// Size, time and digest of the named files in `folder`.
Result<std::map<std::string, ManifestFile>> DescribeFiles(const std::filesystem::path& folder,
                                                          const std::vector<std::string>& names);

std::string FormatManifest(const ImageManifest& manifest);
Result<ImageManifest> ReadManifest(const std::filesystem::path& folder);

// Quick: each file is there with the size and the time of the manifest. Thorough: and with its digest.
enum class CheckDepth { kQuick, kThorough };
Status CheckFiles(const ImageManifest& manifest, const std::filesystem::path& folder, CheckDepth depth);

}  // namespace vfqual
