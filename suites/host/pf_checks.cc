#include "suites/host/pf_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vfqual::suites {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kIntel = 0x8086;

}  // namespace

Status CheckPfIsPresent(const PciFunction& pf) {
  if (!pf.Exists()) return Fail(fmt::format("{}: there is no such PCI function", pf.Bdf()));
  const auto vendor = pf.Hex("vendor");
  if (!vendor) return Fail(vendor.error());
  if (*vendor != kIntel) return Fail(fmt::format("{}: vendor {:04x} is not Intel (8086)", pf.Bdf(), *vendor));
  return {};
}

Status CheckPfDriver(const PciFunction& pf, std::string_view driver) {
  const auto bound = pf.Driver();
  if (!bound) return Fail(fmt::format("{}: no driver is bound, {} expected", pf.Bdf(), driver));
  if (*bound != driver) return Fail(fmt::format("{}: bound to {}, {} expected", pf.Bdf(), *bound, driver));
  return {};
}

Status CheckPfRenderNode(const PciFunction& pf, const fs::path& dev) {
  const auto nodes = pf.RenderNodes();
  if (nodes.size() != 1) {
    return Fail(fmt::format("{}: {} render nodes ({}), 1 expected", pf.Bdf(), nodes.size(), fmt::join(nodes, " ")));
  }
  const auto file = dev / "dri" / nodes.front();
  std::error_code absent;
  if (!fs::exists(file, absent)) return Fail(fmt::format("{}: {} does not exist", pf.Bdf(), file.string()));
  return {};
}

Status CheckPfOffersVfs(const PciFunction& pf, unsigned vfs) {
  const auto total = pf.Number("sriov_totalvfs");
  if (!total) return Fail(fmt::format("{}: no SR-IOV: {}", pf.Bdf(), total.error()));
  if (*total < vfs) return Fail(fmt::format("{}: sriov_totalvfs is {}, {} VFs asked for", pf.Bdf(), *total, vfs));
  return {};
}

Status CheckIommuIsOn(const PciFunction& pf) {
  std::error_code absent;
  const auto units = pf.Sysfs() / "class/iommu";
  if (!fs::exists(units, absent) || fs::is_empty(units, absent)) {
    return Fail(
        fmt::format("no IOMMU in {}: enable VT-d in the firmware and boot with intel_iommu=on", units.string()));
  }
  if (pf.IommuGroup().empty()) return Fail(fmt::format("{}: is in no IOMMU group", pf.Bdf()));
  return {};
}

}  // namespace vfqual::suites
