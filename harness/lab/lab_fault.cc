#include "harness/lab/lab_fault.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/plan/guest_fault.h"

namespace vfqual {

namespace {

constexpr auto kNoIommu = "no-iommu";
constexpr auto kNoSriov = "no-sriov";
constexpr auto kNoLibvirt = "no-libvirt";
constexpr auto kPanic = "panic";
constexpr auto kPanicOnce = "panic-once";

// Detached from the SSH session, or its end would wait for it.
constexpr auto kPanicScript = "sleep 15; echo c >/proc/sysrq-trigger";

std::string WithoutIommu(std::string command_line) {
  constexpr std::string_view kOn = "intel_iommu=on";
  if (const auto at = command_line.find(kOn); at != std::string::npos) command_line.erase(at, kOn.size());
  return command_line + " intel_iommu=off";
}

bool IsLabFault(const std::string& name) {
  const auto& faults = LabFaults();
  return std::any_of(faults.begin(), faults.end(), [&name](const LabFault& fault) { return fault.name == name; });
}

std::string KnownFaults() {
  std::vector<std::string_view> names;
  for (const auto& fault : LabFaults()) names.push_back(fault.name);
  for (const auto& fault : GuestFaults()) names.push_back(fault.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

const std::vector<LabFault>& LabFaults() {
  static const std::vector<LabFault> kFaults = {
      {kNoIommu, "the machine has no IOMMU"},
      {kNoSriov, "the PF has no SR-IOV capability"},
      {kNoLibvirt, "libvirt does not run"},
      {kPanic, "the kernel panics during the run, in every try"},
      {kPanicOnce, "the kernel panics during the run, in the first try only"},
  };
  return kFaults;
}

Result<FaultChoice> ParseFaults(const std::string& text) {
  FaultChoice choice;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    const std::string part(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const auto equals = part.find('=');
    const auto guest = equals == std::string::npos ? std::string() : part.substr(0, equals);
    const auto name = equals == std::string::npos ? part : part.substr(equals + 1);
    if (IsGuestFault(name)) {
      if (!choice.guests.emplace(guest, name).second) {
        return FailInput("--fault: more than one fault for " + (guest.empty() ? "all guests" : "guest " + guest),
                         "a guest has one at a time");
      }
      continue;
    }
    if (!IsLabFault(name)) {
      return FailInput(fmt::format("--fault: there is no fault '{}'", name), "choose from " + KnownFaults());
    }
    if (equals != std::string::npos || !choice.machine.empty()) {
      return FailInput(fmt::format("--fault: '{}' is the machine's, not a guest's, and it has one at a time", part),
                       fmt::format("give --fault {} alone", name));
    }
    choice.machine = name;
  }
  return choice;
}

Status GiveFaults(const FaultChoice& choice, Plan& plan) {
  for (const auto& [name, fault] : choice.guests) {
    bool found = false;
    for (auto& guest : plan.guests) {
      if (!name.empty() && guest.name != name) continue;
      // What is asked for of one guest stands above what all get; the map has "" first.
      guest.lab_fault = fault;
      found = true;
    }
    if (found) continue;
    std::vector<std::string> names;
    for (const auto& guest : plan.guests) names.push_back(guest.name);
    return FailInput(fmt::format("--fault: there is no guest '{}'", name),
                     fmt::format("the plan's guests are: {}", fmt::join(names, ", ")));
  }
  return {};
}

LabSpec WithFault(LabSpec spec, const std::string& name) {
  if (name == kNoIommu) {
    spec.iommu = false;
    spec.command_line = WithoutIommu(spec.command_line);
  }
  if (name == kNoSriov) spec.total_vfs = 0;
  return spec;
}

std::optional<std::vector<std::string>> FaultArgv(const std::string& name, int attempt) {
  if (name == kNoLibvirt) {
    return std::vector<std::string>{"systemctl",          "mask",
                                    "--runtime",          "--now",
                                    "libvirtd.service",   "libvirtd.socket",
                                    "libvirtd-ro.socket", "libvirtd-admin.socket"};
  }
  if (name != kPanic && !(name == kPanicOnce && attempt == 1)) return std::nullopt;
  return std::vector<std::string>{"sh", "-c", "setsid --fork sh -c \"$1\" </dev/null >/dev/null 2>&1", "sh",
                                  kPanicScript};
}

}  // namespace vfqual
