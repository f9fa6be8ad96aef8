#include "harness/facts/host_facts.h"

#include <sstream>

namespace vfqual {

namespace {

std::string OsReleaseValue(const std::string& os_release, const std::string& key) {
  std::istringstream lines(os_release);
  std::string line;
  while (std::getline(lines, line)) {
    if (!line.starts_with(key + "=")) continue;
    std::string value = line.substr(key.size() + 1);
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
      value = value.substr(1, value.size() - 2);
    }
    return value;
  }
  return {};
}

}  // namespace

std::string DistributionFromOsRelease(const std::string& os_release) {
  std::string id = OsReleaseValue(os_release, "ID");
  const std::string version = OsReleaseValue(os_release, "VERSION_ID");
  if (id.empty()) id = "linux";
  return version.empty() ? id : id + " " + version;
}

Result<HostFacts> ReadHostFacts(Host& host) {
  HostFacts facts;
  VFQUAL_TRY(facts.kernel_release, host.ReadTrimmed("/proc/sys/kernel/osrelease"), "reading the kernel's release");
  facts.kernel_command_line = host.ReadTrimmed("/proc/cmdline").value_or("");
  auto os_release = host.Read("/etc/os-release");
  if (!os_release) os_release = host.Read("/usr/lib/os-release");
  facts.distribution = DistributionFromOsRelease(os_release.value_or(""));
  const auto iommus = host.List("/sys/class/iommu");
  facts.iommu = iommus.has_value() && !iommus->empty();
  return facts;
}

}  // namespace vfqual
