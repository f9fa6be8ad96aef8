// Archives by libarchive, which only reads here: what is written goes through TreeWriter.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "harness/base/result.h"
#include "module/source/tree_writer.h"

namespace vfqual {

enum class ArchiveKind : std::uint8_t { kTarball, kDeb, kPacman };

struct UnpackedArchive {
  ArchiveKind kind = ArchiveKind::kTarball;
};

struct UnpackOptions {
  TreeLimits limits;
  // Of a package only what lies under this folder is taken: DKMS packages of both distributions have their source in
  // usr/src/.
  std::string packaged = "usr/src/";
  std::function<bool()> cancelled;  // may be empty
};

// Unpacks a tarball (gzip, bzip2, xz, lzma, zstd, lz4, compress or none), a .deb or an Arch package into `root`.
// Devices, sockets and pipes are refused wherever they are. `work` takes a .deb's inner archive. Errors are kInput for
// a damaged, truncated or hostile archive.
Result<UnpackedArchive> UnpackArchive(const std::filesystem::path& file, const std::filesystem::path& root,
                                      const std::filesystem::path& work, const UnpackOptions& options = {});

}  // namespace vfqual
