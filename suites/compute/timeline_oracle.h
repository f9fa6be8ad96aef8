// Decides whether the times that a device tells about its commands can be.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace vfqual::suites {

// Nanoseconds of the device's clock (CL_PROFILING_COMMAND_*).
struct CommandTimes {
  std::uint64_t queued = 0;
  std::uint64_t submitted = 0;
  std::uint64_t started = 0;
  std::uint64_t ended = 0;
};

struct TimelineBounds {
  std::uint64_t host_elapsed_ns = 0;  // from before the first command was enqueued to after the last one ended
  std::uint64_t resolution_ns = 0;    // CL_DEVICE_PROFILING_TIMER_RESOLUTION
};

// Commands of an in-order queue: each is queued, submitted, started and ended in this order; one starts after the one
// before it ended; together they do not run longer (10 %: two clocks) than the host waited. Nothing, or the first of
// these that does not hold.
std::optional<std::string> TimelineProblem(std::span<const CommandTimes> commands, const TimelineBounds& bounds);

}  // namespace vfqual::suites
