#include "suites/pci/config_space.h"

#include <cstring>

namespace vfqual::suites {

bool HasExtendedCapability(std::span<const std::byte> config, std::uint16_t id) {
  constexpr std::size_t kFirst = 0x100;
  constexpr std::size_t kMaxCapabilities =
      (0x1000 - kFirst) / 8;  // more than these only in a list that runs in a circle
  std::size_t offset = kFirst;
  for (std::size_t i = 0; i < kMaxCapabilities && offset >= kFirst && offset + 4 <= config.size(); ++i) {
    std::uint32_t header = 0;
    std::memcpy(&header, config.subspan(offset, 4).data(), sizeof header);
    if (header == 0 || header == 0xffffffffU) return false;
    if ((header & 0xffffU) == id) return true;
    offset = header >> 20U;
  }
  return false;
}

}  // namespace vfqual::suites
