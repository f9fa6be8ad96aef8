// Capabilities in a function's configuration space (PCI Express Base Specification, 7.6.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vfqual::suites {

constexpr std::uint16_t kSriovCapability = 0x0010;

// Whether the list of extended capabilities, from offset 256 on, holds `id`. False for a space of 256 bytes.
bool HasExtendedCapability(std::span<const std::byte> config, std::uint16_t id);

}  // namespace vfqual::suites
