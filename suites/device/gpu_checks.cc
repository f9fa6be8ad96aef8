#include "suites/device/gpu_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
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

// "render:x:992:user,…" (group(5)).
Result<gid_t> GroupId(const fs::path& group_file, std::string_view name) {
  std::ifstream lines(group_file);
  for (std::string line; std::getline(lines, line);) {
    const auto password = line.find(':');
    const auto id = password == std::string::npos ? password : line.find(':', password + 1);
    if (id == std::string::npos || line.substr(0, password) != name) continue;
    gid_t number = 0;
    const char* end = line.data() + line.size();
    if (std::from_chars(line.data() + id + 1, end, number).ec == std::errc()) return number;
  }
  return Fail(fmt::format("{}: there is no group {}", group_file.string(), name));
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

Status CheckRenderGroup(const fs::path& node, const fs::path& group_file) {
  const auto render = GroupId(group_file, "render");
  if (!render) return Fail(render.error());
  struct stat status {};
  if (stat(node.c_str(), &status) != 0) return Fail(fmt::format("{}: {}", node.string(), std::strerror(errno)));
  if (status.st_gid != *render) {
    return Fail(fmt::format("{}: belongs to group {}, render is {}", node.string(), status.st_gid, *render));
  }
  constexpr mode_t kReadWrite = S_IRGRP | S_IWGRP;
  if ((status.st_mode & kReadWrite) != kReadWrite) {
    return Fail(fmt::format("{}: mode {:o} keeps its group render from it", node.string(), status.st_mode & 0777U));
  }
  return {};
}

Status CheckOtherDriverAbsent(const fs::path& sysfs, std::string_view driver) {
  const std::string_view other = driver == "xe" ? "i915" : "xe";
  std::error_code absent;
  if (!fs::exists(sysfs / "module" / other, absent)) return {};
  return Fail(fmt::format("{} is loaded beside {}: blacklist it", other, driver));
}

Result<std::string> ModuleVersion(const fs::path& sysfs, std::string_view module) {
  const auto folder = sysfs / "module" / module;
  std::error_code absent;
  if (!fs::exists(folder, absent)) return Fail(fmt::format("module {} is not loaded", module));
  return ReadText(folder / "version").value_or("");
}

}  // namespace vfqual::suites
