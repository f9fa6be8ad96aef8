// What an H.264 stream says of itself.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "suites/h264/slice_header.h"
#include "suites/support/result.h"

namespace vfqual::suites {

struct StreamFacts {
  unsigned profile_idc = 0;
  bool constraint_set1 = false;                // with profile_idc 66: constrained baseline
  std::vector<int> slice_qps;                  // of each slice in the order of coding
  std::vector<h264::SliceType> picture_types;  // of each picture's first slice, in the order of coding
};

// `stream`: Annex B. An error where it has no parameter sets or a slice cannot be read.
Result<StreamFacts> ReadStreamFacts(std::span<const std::uint8_t> stream);

// "high (100)"
std::string ProfileWords(unsigned profile_idc, bool constraint_set1);

// "B"
const char* Word(h264::SliceType type);

}  // namespace vfqual::suites
