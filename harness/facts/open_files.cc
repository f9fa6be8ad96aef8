#include "harness/facts/open_files.h"

#include <fmt/format.h>

#include <algorithm>

namespace vfqual {

Result<std::vector<std::string>> ProcessesHolding(Host& host, const std::vector<std::string>& paths) {
  std::vector<std::string> holders;
  VFQUAL_TRY(const auto processes, host.List("/proc"), "");
  for (const auto& process : processes) {
    if (process.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string fds = "/proc/" + process + "/fd";
    const auto names = host.List(fds);
    if (!names) continue;  // it ended meanwhile
    const bool holds = std::any_of(names->begin(), names->end(), [&](const std::string& name) {
      const auto target = host.ReadLink(fds + "/" + name);
      return target && std::find(paths.begin(), paths.end(), *target) != paths.end();
    });
    if (!holds) continue;
    holders.push_back(fmt::format("{} ({})", host.ReadTrimmed("/proc/" + process + "/comm").value_or("?"), process));
  }
  return holders;
}

}  // namespace vfqual
