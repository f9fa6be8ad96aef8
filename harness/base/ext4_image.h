// An ext4 file system made from a folder without mounting anything, by mke2fs -d.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vfqual {

inline constexpr std::uint64_t kExt4BlockBytes = 4096;

struct Ext4Image {
  std::string folder;  // its content becomes the root folder, owned by root
  std::string file;
  std::uint64_t blocks = 0;
  std::uint64_t inodes = 0;
  // Further words for -E, with a comma before each (",hash_seed=…"), and arguments of their own ("-L", "NAME").
  std::string extended_options;
  std::vector<std::string> arguments;
};

// For something that is written once: without journal, reserved blocks and room to grow.
std::vector<std::string> Mke2fsArgv(const Ext4Image& image);

}  // namespace vfqual
