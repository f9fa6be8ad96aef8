#include "suites/compute/timeline_oracle.h"

#include <fmt/format.h>

namespace vfqual::suites {

std::optional<std::string> TimelineProblem(std::span<const CommandTimes> commands, const TimelineBounds& bounds) {
  std::uint64_t running_ns = 0;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto& times = commands[i];
    if (times.started == 0 || times.ended == 0) return fmt::format("command {} has no start or no end", i);
    if (times.queued > times.submitted || times.submitted > times.started || times.started > times.ended) {
      return fmt::format("command {} was queued at {} ns, submitted at {}, started at {} and ended at {}", i,
                         times.queued, times.submitted, times.started, times.ended);
    }
    if (i > 0 && times.started + bounds.resolution_ns < commands[i - 1].ended) {
      return fmt::format("in an in-order queue command {} started at {} ns, before command {} ended at {}", i,
                         times.started, i - 1, commands[i - 1].ended);
    }
    running_ns += times.ended - times.started;
  }
  const auto most_ns = bounds.host_elapsed_ns + bounds.host_elapsed_ns / 10 + bounds.resolution_ns * commands.size();
  if (running_ns > most_ns) {
    return fmt::format("{} commands ran for {} ns by the device's clock, and {} ns by the host's", commands.size(),
                       running_ns, bounds.host_elapsed_ns);
  }
  return std::nullopt;
}

}  // namespace vfqual::suites
