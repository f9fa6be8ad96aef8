// Times of the journal: RFC 3339, UTC, milliseconds ("2026-11-22T15:46:13.042Z").
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vfqual::reports {

using TimeMs = std::chrono::sys_time<std::chrono::milliseconds>;

std::string FormatTime(TimeMs time);

// Nothing for any text that FormatTime does not write.
std::optional<TimeMs> ParseTime(std::string_view text);

}  // namespace vfqual::reports
