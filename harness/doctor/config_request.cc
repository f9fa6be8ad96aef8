#include "harness/doctor/config_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "harness/facts/platform.h"
#include "harness/vf/pf_guard.h"

namespace vfqual {

namespace {

Result<PfFacts> ChoosePf(Host& host, const AskedConfig& asked, const std::vector<Platform>& platforms) {
  if (!asked.pf.empty()) {
    VFQUAL_TRY(const auto address, ParsePciAddress(asked.pf), "--pf");
    return ReadPfFacts(host, address);
  }
  VFQUAL_TRY(auto found, FindPfs(host, AllDeviceIds(platforms)), "");
  if (found.empty()) {
    return Fail("no Intel GPU with SR-IOV on this host",
                "enable SR-IOV and VT-d in the firmware's set-up; vfqual doctor tells what else is missing");
  }
  if (found.size() > 1) {
    std::vector<std::string> addresses;
    for (const auto& pf : found) addresses.push_back(pf.address.ToString());
    return FailInput(fmt::format("several GPUs have SR-IOV: {}", fmt::join(addresses, ", ")), "name one with --pf");
  }
  return found.front();
}

Result<std::string> ChooseDriver(const std::string& asked, const Platform& platform) {
  const auto& drivers = platform.drivers;
  if (asked.empty()) {
    const bool i915 = std::find(drivers.begin(), drivers.end(), "i915") != drivers.end();
    return i915 ? std::string("i915") : drivers.front();
  }
  if (std::find(drivers.begin(), drivers.end(), asked) == drivers.end()) {
    return FailInput(fmt::format("{} offers no SR-IOV on {}", asked, platform.name),
                     fmt::format("--driver {}", fmt::join(drivers, " or ")));
  }
  return asked;
}

// "/sys/devices/pci0000:00/0000:00:02.0"; the address's link leads there.
std::string DeviceFolder(Host& host, const PciAddress& address) {
  const auto link = host.ReadLink(address.SysfsPath());
  if (!link) return fmt::format("/sys/devices/pci{:04x}:{:02x}/{}", address.domain, address.bus, address.ToString());
  return (std::filesystem::path(address.SysfsPath()).parent_path() / *link).lexically_normal().string();
}

}  // namespace

Result<FoundConfig> MakeConfigRequest(Host& host, const AskedConfig& asked) {
  FoundConfig found;
  VFQUAL_TRY(const auto platforms, LoadPlatforms(), "");
  VFQUAL_TRY(found.pf, ChoosePf(host, asked, platforms), "");
  const Platform* platform = FindPlatform(platforms, found.pf.device);
  if (platform == nullptr) {
    return FailInput(fmt::format("{} ({}:{}) is no platform that vfqual knows", found.pf.address.ToString(),
                                 found.pf.vendor, found.pf.device),
                     "name an Intel GPU with --pf");
  }
  found.platform = platform->id;
  auto& request = found.request;
  VFQUAL_TRY(request.driver, ChooseDriver(asked.driver, *platform), "");
  if (!asked.method.empty()) {
    VFQUAL_TRY(request.method, host_config::ParseMethod(asked.method), "--method");
  }
  if (!asked.vfs_at_boot.empty()) {
    VFQUAL_TRY(request.vfs_at_boot, host_config::ParseVfsAtBoot(asked.vfs_at_boot), "--vfs-at-boot");
  }
  request.vfs = asked.vfs.value_or(std::min(platform->default_vfs, found.pf.total_vfs));
  if (request.vfs < 1 || request.vfs > found.pf.total_vfs) {
    return FailInput(fmt::format("--vfs: {} VFs are asked for, {} offers {}", request.vfs, found.pf.address.ToString(),
                                 found.pf.total_vfs),
                     fmt::format("ask for 1 to {}", found.pf.total_vfs));
  }
  request.max_vfs = found.pf.total_vfs;
  request.keep_vfs_from_host = asked.keep_vfs_from_host;
  request.device_id = found.pf.device;
  request.pf = found.pf.address.ToString();
  request.pf_device_folder = DeviceFolder(host, found.pf.address);
  for (int number = 1; number <= found.pf.total_vfs; ++number) {
    VFQUAL_TRY(const auto vf, GuardVf(found.pf, number), "");
    request.vf_addresses.push_back(vf.Bdf());
  }
  return found;
}

}  // namespace vfqual
