#include "suites/pci/pci_function.h"

#include <algorithm>
#include <utility>

#include "suites/support/text_file.h"

namespace vfqual::suites {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kDevices = "bus/pci/devices";

std::vector<std::string> SortedNames(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code absent;
  for (fs::directory_iterator entry(folder, absent), end; !absent && entry != end; entry.increment(absent)) {
    names.push_back(entry->path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

PciFunction::PciFunction(fs::path sysfs, std::string bdf)
    : sysfs_(std::move(sysfs)), bdf_(std::move(bdf)), path_(sysfs_ / kDevices / bdf_) {}

bool PciFunction::Exists() const {
  return HasAttribute("vendor");
}

bool PciFunction::HasAttribute(std::string_view name) const {
  std::error_code absent;
  return fs::exists(path_ / name, absent);
}

Result<std::uint64_t> PciFunction::Number(std::string_view name) const {
  return ReadNumber(path_ / name);
}

Result<std::uint64_t> PciFunction::Hex(std::string_view name) const {
  return ReadNumber(path_ / name, 16);
}

std::optional<std::string> PciFunction::LinkTarget(std::string_view name) const {
  std::error_code absent;
  const auto target = fs::read_symlink(path_ / name, absent);
  if (absent) return std::nullopt;
  return target.filename().string();
}

std::vector<std::string> PciFunction::RenderNodes() const {
  auto nodes = SortedNames(path_ / "drm");
  std::erase_if(nodes, [](const std::string& name) { return !name.starts_with("renderD"); });
  return nodes;
}

std::vector<std::string> PciFunction::IommuGroup() const {
  return SortedNames(path_ / "iommu_group/devices");
}

std::vector<PciFunction> ListPciFunctions(const fs::path& sysfs) {
  std::vector<PciFunction> functions;
  for (auto& bdf : SortedNames(sysfs / kDevices)) functions.emplace_back(sysfs, std::move(bdf));
  return functions;
}

}  // namespace vfqual::suites
