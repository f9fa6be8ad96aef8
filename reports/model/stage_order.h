// The stages of a cell, in the order in which they run.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace vfqual::reports {

enum class StageLevel : std::uint8_t {
  kHost,   // once a cell
  kGuest,  // once a guest
};

struct StageKind {
  std::string_view name;
  StageLevel level;
};

inline constexpr std::array<StageKind, 14> kStageOrder = {{
    {"build", StageLevel::kHost},
    {"install", StageLevel::kHost},
    {"load", StageLevel::kHost},
    {"pf", StageLevel::kHost},
    {"vfs", StageLevel::kHost},
    {"bind", StageLevel::kHost},
    {"boot", StageLevel::kGuest},
    {"probe", StageLevel::kGuest},
    {"media", StageLevel::kGuest},
    {"compute", StageLevel::kGuest},
    {"bench", StageLevel::kGuest},
    {"isolation", StageLevel::kGuest},
    {"recover", StageLevel::kHost},
    {"unload", StageLevel::kHost},
}};

}  // namespace vfqual::reports
