#include "harness/base/changes/left_running.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <thread>

namespace vfqual {

namespace {

constexpr const char* kMarkName = "VFQUAL_CHANGE";
constexpr std::size_t kMostCommandBytes = 120;

bool IsPid(const std::string& name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](unsigned char letter) { return std::isdigit(letter) != 0; });
}

bool HasMark(const std::string& environment) {
  const auto mark = fmt::format("{}=", kMarkName);
  return environment.starts_with(mark) || environment.find('\0' + mark) != std::string::npos;
}

std::string Words(std::string command_line) {
  while (!command_line.empty() && command_line.back() == '\0') command_line.pop_back();
  std::replace_if(
      command_line.begin(), command_line.end(), [](unsigned char letter) { return std::iscntrl(letter) != 0; }, ' ');
  return command_line.substr(0, kMostCommandBytes);
}

}  // namespace

std::pair<std::string, std::string> ChangeMark() {
  return {kMarkName, "1"};
}

std::vector<LeftRunning> FindLeftRunning(Host& host) {
  std::vector<LeftRunning> left;
  for (const auto& name : host.List("/proc").value_or(std::vector<std::string>())) {
    if (!IsPid(name)) continue;
    const auto environment = host.Read(fmt::format("/proc/{}/environ", name));
    if (!environment || !HasMark(*environment)) continue;
    left.push_back({name, Words(host.Read(fmt::format("/proc/{}/cmdline", name)).value_or(""))});
  }
  return left;
}

Status WaitForLeftRunning(Host& host, std::ostream& out, const WaitLimits& limits) {
  const auto deadline = std::chrono::steady_clock::now() + limits.timeout;
  for (bool told = false;;) {
    const auto left = FindLeftRunning(host);
    if (left.empty()) return {};
    const auto who = fmt::format("'{}' (process {})", left.front().command, left.front().pid);
    if (std::chrono::steady_clock::now() >= deadline) {
      return Fail(fmt::format("{}, which a run that died started, still runs", who), "end it, then: vfqual recover");
    }
    if (!told) fmt::print(out, "waiting for {}, which a run that died started\n", who);
    if (!told) out.flush();
    told = true;
    std::this_thread::sleep_for(limits.poll);
  }
}

}  // namespace vfqual
