// A PCI function as sysfs shows it (Documentation/ABI/testing/sysfs-bus-pci). Nothing here changes anything.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suites/support/result.h"

namespace vfqual::suites {

class PciFunction {
 public:
  // `bdf` is the full address, "0000:00:02.0"; `sysfs` is /sys but in tests.
  PciFunction(std::filesystem::path sysfs, std::string bdf);

  const std::string& Bdf() const { return bdf_; }
  bool Exists() const;
  std::filesystem::path AttributePath(std::string_view name) const { return path_ / name; }
  bool HasAttribute(std::string_view name) const;
  Result<std::uint64_t> Number(std::string_view name) const;  // a decimal attribute
  Result<std::uint64_t> Hex(std::string_view name) const;     // a hexadecimal one, as `vendor` and `device`

  // The last part of a link's target: the driver's name, another function's address; nothing where there is no such
  // link.
  std::optional<std::string> LinkTarget(std::string_view name) const;
  std::optional<std::string> Driver() const { return LinkTarget("driver"); }

  // "renderD128"; more than one only if a driver is very wrong.
  std::vector<std::string> RenderNodes() const;
  // The addresses in the IOMMU group, this one included, sorted; empty where the function is in none.
  std::vector<std::string> IommuGroup() const;

  // The function `bdf` on the same machine.
  PciFunction Sibling(std::string bdf) const { return {sysfs_, std::move(bdf)}; }
  const std::filesystem::path& Sysfs() const { return sysfs_; }

 private:
  std::filesystem::path sysfs_;
  std::string bdf_;
  std::filesystem::path path_;
};

// All functions of the machine, sorted by address.
std::vector<PciFunction> ListPciFunctions(const std::filesystem::path& sysfs);

}  // namespace vfqual::suites
