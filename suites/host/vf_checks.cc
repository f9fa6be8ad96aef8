#include "suites/host/vf_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

namespace vfqual::suites {

Result<std::vector<PciFunction>> FindVfs(const PciFunction& pf) {
  const auto count = pf.Number("sriov_numvfs");
  if (!count) return Fail(count.error());
  std::vector<PciFunction> vfs;
  std::set<std::string> seen;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto link = fmt::format("virtfn{}", i);
    const auto bdf = pf.LinkTarget(link);
    if (!bdf) return Fail(fmt::format("{}: sriov_numvfs is {}, but there is no {}", pf.Bdf(), *count, link));
    auto vf = pf.Sibling(*bdf);
    if (!vf.Exists()) return Fail(fmt::format("{}: {} leads to {}, which does not exist", pf.Bdf(), link, *bdf));
    if (!seen.insert(*bdf).second) return Fail(fmt::format("{}: {} is the VF of two links", pf.Bdf(), *bdf));
    if (vf.LinkTarget("physfn") != pf.Bdf()) {
      return Fail(
          fmt::format("{}: physfn is {}, {} expected", *bdf, vf.LinkTarget("physfn").value_or("absent"), pf.Bdf()));
    }
    vfs.push_back(std::move(vf));
  }
  if (const auto extra = fmt::format("virtfn{}", *count); pf.HasAttribute(extra)) {
    return Fail(fmt::format("{}: sriov_numvfs is {}, yet there is {}", pf.Bdf(), *count, extra));
  }
  return vfs;
}

Status CheckVfCount(const PciFunction& pf, unsigned vfs) {
  const auto count = pf.Number("sriov_numvfs");
  if (!count) return Fail(fmt::format("{}: no SR-IOV: {}", pf.Bdf(), count.error()));
  if (*count != vfs) return Fail(fmt::format("{}: sriov_numvfs is {}, {} asked for", pf.Bdf(), *count, vfs));
  return {};
}

Status CheckVfIds(const PciFunction& pf, const std::vector<PciFunction>& vfs) {
  const auto vendor = pf.Hex("vendor");
  if (!vendor) return Fail(vendor.error());
  const auto device = pf.Hex("sriov_vf_device");
  if (!device) return Fail(device.error());
  for (const auto& vf : vfs) {
    const auto vf_vendor = vf.Hex("vendor");
    if (!vf_vendor) return Fail(vf_vendor.error());
    const auto vf_device = vf.Hex("device");
    if (!vf_device) return Fail(vf_device.error());
    if (*vf_vendor != *vendor || *vf_device != *device) {
      return Fail(fmt::format("{}: is {:04x}:{:04x}, {:04x}:{:04x} expected", vf.Bdf(), *vf_vendor, *vf_device, *vendor,
                              *device));
    }
  }
  return {};
}

Status CheckVfGroups(const std::vector<PciFunction>& vfs) {
  for (const auto& vf : vfs) {
    const auto group = vf.IommuGroup();
    if (group.empty()) return Fail(fmt::format("{}: is in no IOMMU group", vf.Bdf()));
    if (group != std::vector{vf.Bdf()}) {
      return Fail(fmt::format("{}: shares its IOMMU group ({})", vf.Bdf(), fmt::join(group, " ")));
    }
  }
  return {};
}

}  // namespace vfqual::suites
