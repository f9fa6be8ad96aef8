#include <fmt/format.h>

#include "harness/doctor/subject.h"
#include "module/host_config/kernel_command_line.h"

namespace vfqual::doctor {

Checks CheckIommu(const Subject& subject) {
  Checks checks;
  const std::string table = "/sys/firmware/acpi/tables/DMAR";
  const auto exists = subject.host.Exists(table);
  // The firmware leaves the table out where VT-d is off (Intel VT-d specification, "DMA Remapping Reporting
  // Structure").
  if (!exists) {
    checks.push_back({"iommu-firmware", State::kUnknown, exists.error().Message(), ""});
  } else if (*exists) {
    checks.push_back({"iommu-firmware", State::kOk, table + " is there: the firmware offers VT-d", ""});
  } else {
    checks.push_back({"iommu-firmware", State::kBad, table + " is not there: the firmware offers no VT-d",
                      "enable VT-d in the firmware's set-up"});
  }
  const auto parameter = host_config::ParameterValue(subject.facts.kernel_command_line, "intel_iommu");
  const std::string said =
      parameter ? fmt::format("intel_iommu={} in /proc/cmdline", *parameter) : "no intel_iommu= in /proc/cmdline";
  if (subject.facts.iommu) {
    const bool igfx_off = parameter && parameter->find("igfx_off") != std::string::npos;
    checks.push_back({"iommu-kernel", igfx_off ? State::kBad : State::kOk,
                      fmt::format("/sys/class/iommu is not empty; {}", said),
                      igfx_off ? "take igfx_off out: it leaves the GPU without an IOMMU (vfqual host configure)" : ""});
  } else {
    checks.push_back({"iommu-kernel", State::kBad,
                      fmt::format("/sys/class/iommu is empty: no IOMMU is in use; {}", said),
                      "add intel_iommu=on to the kernel's command line: vfqual host configure"});
  }
  return checks;
}

}  // namespace vfqual::doctor
