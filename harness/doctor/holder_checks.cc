#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "harness/doctor/subject.h"
#include "harness/facts/open_files.h"
#include "harness/vf/pf_guard.h"

namespace vfqual::doctor {

namespace {

constexpr std::size_t kLongestName = 80;

// "qemu-system-x86 (812), domain win11": libvirt tells QEMU the guest's name (-name guest=win11,…).
std::string Describe(Host& host, const std::string& process) {
  std::string text = fmt::format("{} ({})", host.ReadTrimmed("/proc/" + process + "/comm").value_or("?"), process);
  const std::string arguments = host.Read("/proc/" + process + "/cmdline").value_or("");
  const std::string key = "guest=";
  const auto at = arguments.find(key);
  if (at == std::string::npos) return text;
  const auto begin = at + key.size();
  std::string name = arguments.substr(
      begin, std::min(arguments.find_first_of(std::string_view(",\0", 2), begin) - begin, kLongestName));
  return text + ", domain " + name;
}

// The processes that hold any of the files, as people read them.
std::vector<std::string> Holding(Host& host, const std::vector<OpenFile>& open, const std::vector<std::string>& paths) {
  std::vector<std::string> processes;
  for (const auto& file : open) {
    const bool held = std::find(paths.begin(), paths.end(), file.path) != paths.end();
    if (held && std::find(processes.begin(), processes.end(), file.process) == processes.end())
      processes.push_back(file.process);
  }
  for (auto& process : processes) process = Describe(host, process);
  return processes;
}

Check VfHolders(const Subject& subject, const std::vector<OpenFile>& open) {
  std::vector<std::string> held;
  for (int number = 1; number <= subject.pf->num_vfs; ++number) {
    const auto vf = GuardVf(*subject.pf, number);
    if (!vf) continue;
    const auto group = subject.host.ReadLink(vf->Address().SysfsPath() + "/iommu_group");
    const auto driver = subject.host.ReadLink(vf->Address().SysfsPath() + "/driver");
    if (!group || !driver || !driver->ends_with("/vfio-pci")) continue;
    const auto holders = Holding(subject.host, open, {"/dev/vfio/" + group->substr(group->find_last_of('/') + 1)});
    if (!holders.empty()) held.push_back(fmt::format("VF {} by {}", number, fmt::join(holders, " and ")));
  }
  if (held.empty())
    return {"vf-holders", State::kOk,
            fmt::format("{} VFs exist; no process holds one (/proc/*/fd)", subject.pf->num_vfs), ""};
  return {"vf-holders", State::kWarn, fmt::format("held: {}", fmt::join(held, "; ")),
          "shut these guests down before a run"};
}

Check GpuUsers(const Subject& subject, const std::vector<OpenFile>& open) {
  std::vector<std::string> nodes;
  for (const auto& node :
       subject.host.List(subject.pf->address.SysfsPath() + "/drm").value_or(std::vector<std::string>{})) {
    nodes.push_back("/dev/dri/" + node);
  }
  const auto users = Holding(subject.host, open, nodes);
  if (users.empty()) return {"gpu-users", State::kOk, "no process has the GPU's DRM nodes open", ""};
  return {"gpu-users", State::kWarn, fmt::format("in use by {}", fmt::join(users, ", ")),
          "stop them before a run, or run with --force"};
}

}  // namespace

Checks CheckHolders(const Subject& subject) {
  if (!subject.pf) return {};
  const auto open = FindOpenFiles(subject.host, {"/dev/vfio/*", "/dev/dri/*"});
  if (!open) return {{"vf-holders", State::kUnknown, open.error().Message(), ""}};
  Checks checks = {VfHolders(subject, *open), GpuUsers(subject, *open)};
  for (auto& check : checks) {
    if (!subject.is_root && check.state == State::kOk) {
      check = {check.id, State::kUnknown, "other users' open files are seen by root only", "sudo vfqual doctor"};
    }
  }
  return checks;
}

}  // namespace vfqual::doctor
