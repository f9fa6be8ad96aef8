#include "suites/device/gpu_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "suites/pci/config_space.h"
#include "suites/support/text_file.h"

namespace vfqual::suites {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kIntel = 0x8086;
constexpr std::uint64_t kDisplayBaseClass = 0x03;

bool IsIntelGpu(const PciFunction& function, const std::vector<std::uint16_t>& device_ids) {
  if (function.Hex("vendor") != kIntel) return false;
  if (device_ids.empty()) {
    const auto class_code = function.Hex("class");
    return class_code && *class_code >> 16U == kDisplayBaseClass;
  }
  const auto device = function.Hex("device");
  return device && std::find(device_ids.begin(), device_ids.end(), *device) != device_ids.end();
}

std::vector<std::byte> ReadConfigSpace(const PciFunction& function) {
  std::ifstream file(function.AttributePath("config"), std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  std::vector<std::byte> config(bytes.size());
  std::transform(bytes.begin(), bytes.end(), config.begin(), [](char c) { return static_cast<std::byte>(c); });
  return config;
}

}  // namespace

Result<PciFunction> FindGuestGpu(const fs::path& sysfs, const std::vector<std::uint16_t>& device_ids) {
  auto gpus = ListPciFunctions(sysfs);
  std::erase_if(gpus, [&](const PciFunction& function) { return !IsIntelGpu(function, device_ids); });
  if (gpus.empty()) return Fail("the guest has no Intel GPU: no VF was passed through, or its id is another");
  if (gpus.size() > 1) {
    std::vector<std::string> addresses;
    addresses.reserve(gpus.size());
    for (const auto& gpu : gpus) addresses.push_back(gpu.Bdf());
    return Fail(fmt::format("the guest has {} Intel GPUs ({}), 1 expected", gpus.size(), fmt::join(addresses, " ")));
  }
  return std::move(gpus.front());
}

Status CheckIsVf(const PciFunction& gpu) {
  const auto config = ReadConfigSpace(gpu);
  if (config.size() < 64) return Fail(fmt::format("{}: its configuration space cannot be read", gpu.Bdf()));
  if (gpu.HasAttribute("sriov_totalvfs") || HasExtendedCapability(config, kSriovCapability)) {
    return Fail(fmt::format("{}: has the SR-IOV capability, so it is a PF", gpu.Bdf()));
  }
  return {};
}

Status CheckDriver(const PciFunction& gpu, std::string_view driver) {
  const auto bound = gpu.Driver();
  if (bound == driver) return {};
  return Fail(fmt::format("{}: bound to {}, {} expected", gpu.Bdf(), bound.value_or("no driver"), driver));
}

Result<fs::path> RenderNodePath(const PciFunction& gpu, const fs::path& dev) {
  const auto nodes = gpu.RenderNodes();
  if (nodes.size() != 1) {
    return Fail(fmt::format("{}: {} render nodes ({}), 1 expected", gpu.Bdf(), nodes.size(), fmt::join(nodes, " ")));
  }
  return dev / "dri" / nodes.front();
}

Result<std::string> ModuleVersion(const fs::path& sysfs, std::string_view module) {
  const auto folder = sysfs / "module" / module;
  std::error_code absent;
  if (!fs::exists(folder, absent)) return Fail(fmt::format("module {} is not loaded", module));
  return ReadText(folder / "version").value_or("");
}

}  // namespace vfqual::suites
