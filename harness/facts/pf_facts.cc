#include "harness/facts/pf_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace vfqual {

namespace {

std::string WithoutHexPrefix(const std::string& text) {
  return text.starts_with("0x") ? text.substr(2) : text;
}

Result<int> ReadNumber(Host& host, const std::string& path) {
  VFQUAL_TRY(const auto text, host.ReadTrimmed(path), "");
  int number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    return Fail(fmt::format("{} holds '{}', not a number", path, text));
  }
  return number;
}

// The last part of a link's target; empty where the link does not exist.
std::string LinkName(Host& host, const std::string& path) {
  const auto target = host.ReadLink(path);
  return target ? target->substr(target->find_last_of('/') + 1) : std::string();
}

}  // namespace

Result<PfFacts> ReadPfFacts(Host& host, const PciAddress& address) {
  const std::string folder = address.SysfsPath();
  PfFacts pf;
  pf.address = address;
  VFQUAL_TRY(const auto vendor, host.ReadTrimmed(folder + "/vendor"), "");
  VFQUAL_TRY(const auto device, host.ReadTrimmed(folder + "/device"), "");
  pf.vendor = WithoutHexPrefix(vendor);
  pf.device = WithoutHexPrefix(device);
  pf.driver = LinkName(host, folder + "/driver");
  pf.iommu_group = LinkName(host, folder + "/iommu_group");
  auto total = ReadNumber(host, folder + "/sriov_totalvfs");
  if (!total) {
    return Fail(fmt::format("{} ({}:{}) has no SR-IOV capability", address.ToString(), pf.vendor, pf.device),
                "enable SR-IOV (and VT-d) in the firmware's set-up, or name a GPU that has it");
  }
  pf.total_vfs = *total;
  VFQUAL_TRY(pf.num_vfs, ReadNumber(host, folder + "/sriov_numvfs"), "");
  VFQUAL_TRY(const int offset, ReadNumber(host, folder + "/sriov_offset"), "");
  VFQUAL_TRY(const int stride, ReadNumber(host, folder + "/sriov_stride"), "");
  pf.vf_offset = static_cast<unsigned>(offset);
  pf.vf_stride = static_cast<unsigned>(stride);
  return pf;
}

Result<std::vector<PfFacts>> FindPfs(Host& host, const std::vector<std::string>& device_ids) {
  VFQUAL_TRY(const auto names, host.List("/sys/bus/pci/devices"), "looking for GPUs");
  std::vector<PfFacts> found;
  for (const auto& name : names) {
    const auto address = ParsePciAddress(name);
    if (!address) continue;
    const auto vendor = host.ReadTrimmed(address->SysfsPath() + "/vendor");
    const auto device = host.ReadTrimmed(address->SysfsPath() + "/device");
    if (!vendor || !device || WithoutHexPrefix(*vendor) != "8086") continue;
    if (std::find(device_ids.begin(), device_ids.end(), WithoutHexPrefix(*device)) == device_ids.end()) continue;
    const auto is_pf = host.Exists(address->SysfsPath() + "/sriov_totalvfs");
    if (!is_pf || !*is_pf) continue;
    VFQUAL_TRY(auto pf, ReadPfFacts(host, *address), "");
    found.push_back(std::move(pf));
  }
  return found;
}

}  // namespace vfqual
