#include "harness/facts/open_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

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

Result<std::vector<OpenFile>> FindOpenFiles(Host& host, const std::vector<std::string>& patterns) {
  Command command;
  // At /proc/PROCESS/fd/NUMBER: nothing else of /proc is looked into.
  command.argv = {"find", "/proc",  "-mindepth", "1",     "-maxdepth",    "3", "(", "-path", "/proc/[0-9]*",
                  "-o",   "-prune", ")",         "-path", "/proc/*/fd/*", "("};
  for (const auto& pattern : patterns) {
    if (&pattern != &patterns.front()) command.argv.emplace_back("-o");
    command.argv.insert(command.argv.end(), {"-lname", pattern});
  }
  command.argv.insert(command.argv.end(), {")", "-printf", "%p\\t%l\\n"});
  // Processes that end meanwhile, and those of others, make it exit with 1.
  VFQUAL_TRY(const auto completed, host.Run(command), "looking for open files");
  std::vector<OpenFile> open;
  std::istringstream lines(completed.out);
  for (std::string line; std::getline(lines, line);) {
    const auto tab = line.find('\t');
    const std::string proc = "/proc/";
    if (tab == std::string::npos || !line.starts_with(proc)) continue;
    open.push_back({line.substr(proc.size(), line.find('/', proc.size()) - proc.size()), line.substr(tab + 1)});
  }
  return open;
}

}  // namespace vfqual
