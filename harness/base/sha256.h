// SHA-256 (FIPS 180-4), for content keys and for noticing damaged files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace vfqual {

class Sha256 {
 public:
  void Update(std::span<const std::byte> data);
  void Update(std::string_view text) { Update(std::as_bytes(std::span(text))); }
  // Ends the message; the object is of no further use.
  std::string HexDigest();

 private:
  void Block(const std::byte* block);

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, 64> pending_{};
  std::size_t pending_bytes_ = 0;
  std::uint64_t total_bytes_ = 0;
};

std::string Sha256OfText(std::string_view text);

// Of the bytes of the file, as sha256sum prints it, except that a hole of a sparse file is not read: its offset and
// length stand in for it. So a disk image of which little is written takes little time.
Result<std::string> Sha256OfSparseFile(const std::filesystem::path& path);

}  // namespace vfqual
