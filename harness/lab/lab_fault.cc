#include "harness/lab/lab_fault.h"

#include <fmt/format.h>

#include <algorithm>

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

Status CheckFault(const std::string& name) {
  const auto& faults = LabFaults();
  if (std::any_of(faults.begin(), faults.end(), [&name](const LabFault& fault) { return fault.name == name; }))
    return {};
  std::string known;
  for (const auto& fault : faults) known += fmt::format("{}{}", known.empty() ? "" : ", ", fault.name);
  return FailInput(fmt::format("--fault: there is no fault '{}'", name), "choose from " + known);
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
