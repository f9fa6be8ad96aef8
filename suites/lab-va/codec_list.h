// Which codecs the driver offers.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "suites/lab-va/codec.h"

namespace vfqual::lab_va {

// Those in this shared object: H.264 alone (h264_alone.cc), or all (all_codecs.cc).
std::span<const Codec* const> BuiltCodecs();

inline constexpr std::string_view kUsualCodecs = "h264";

// A list like "h264,hevc" of built codecs; the error says what is wrong, and which there are.
std::variant<std::vector<const Codec*>, std::string> ParseCodecs(std::string_view words,
                                                                 std::span<const Codec* const> built);

// What VFQUAL_LAB_VA_CODECS says; without it kUsualCodecs.
std::variant<std::vector<const Codec*>, std::string> ReadCodecs(std::span<const Codec* const> built);

}  // namespace vfqual::lab_va
