// Builds images with mmdebstrap and mke2fs and keeps them in a cache by content. No mount, no loop device.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "vmimages/image.h"
#include "vmimages/image_definition.h"

namespace vfqual {

struct BuildOptions {
  std::filesystem::path cache;            // CacheFolder()
  std::string mmdebstrap = "mmdebstrap";  // the program; unit tests name a stand-in
  bool rebuild = false;                   // build again even where a whole one is there
  std::string mirror;  // Debian archive to use; empty: the one apt is configured with, else mmdebstrap's default
  std::function<void(std::string_view)> progress;  // one line each, without a line end; may be empty
  std::function<bool()> cancelled;                 // true ends the build (^C); may be empty
};

// The image from the cache, built first where it is missing, half-written or damaged (missing file, other size or time
// than its manifest says). Another process that builds the same one is waited for. Safe to call for several images at
// once. `kernel` is a name of definition.kernels; empty takes the only one.
Result<Image> EnsureImage(const ImageDefinition& definition, const std::string& kernel, const BuildOptions& options);

// The image from the cache; nothing is built. An error says what is missing or damaged.
Result<Image> FindImage(const ImageDefinition& definition, const std::string& kernel,
                        const std::filesystem::path& cache);

// Compares every file with the sha256 of the manifest: takes seconds. An error names the first file that differs.
Status VerifyImage(const Image& image);

}  // namespace vfqual
