// Data for kernels that only read it, and the host's answer to what the device makes of it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vfqual::opencl {

// `count` words that a GPU's memory compression cannot shrink; the same ones for the same seed.
std::vector<std::uint32_t> IncompressibleWords(std::size_t count, std::uint32_t seed = 0);

// The sum modulo 2^32: the same in whatever order the device adds.
std::uint32_t WordSum(std::span<const std::uint32_t> words);

}  // namespace vfqual::opencl
