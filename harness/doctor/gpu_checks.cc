#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "harness/doctor/subject.h"

namespace vfqual::doctor {

namespace {

// Intel's display controllers that have no SR-IOV capability, as evidence.
std::string OtherGpus(Host& host) {
  std::vector<std::string> found;
  for (const auto& name : host.List("/sys/bus/pci/devices").value_or(std::vector<std::string>{})) {
    const std::string folder = "/sys/bus/pci/devices/" + name;
    const auto class_code = host.ReadTrimmed(folder + "/class");
    const auto vendor = host.ReadTrimmed(folder + "/vendor");
    if (!class_code || !class_code->starts_with("0x03") || !vendor || *vendor != "0x8086") continue;
    found.push_back(fmt::format("{} is 8086:{}", name, host.ReadTrimmed(folder + "/device").value_or("0x?").substr(2)));
  }
  return found.empty() ? "and no Intel GPU without it" : fmt::format("but {}, without it", fmt::join(found, ", "));
}

Check Gpu(const Subject& subject) {
  if (!subject.pf) {
    return {"gpu", State::kBad, fmt::format("{}, {}", subject.no_pf, OtherGpus(subject.host)),
            "use a GPU that has it (11th generation and newer), enable SR-IOV in the firmware's set-up, or try the "
            "lab: vfqual lab"};
  }
  const auto& pf = *subject.pf;
  const std::string id = fmt::format("{} is {}:{}", pf.address.ToString(), pf.vendor, pf.device);
  if (!subject.platform) return {"gpu", State::kBad, id + ", no platform that vfqual knows", ""};
  const auto& platform = *subject.platform;
  const auto& drivers = platform.drivers;
  const std::string about = fmt::format("{}, {} ({})", id, platform.id, platform.name);
  if (std::find(drivers.begin(), drivers.end(), subject.driver) == drivers.end()) {
    return {"gpu", State::kBad, fmt::format("{}: {} offers no SR-IOV on it", about, subject.driver),
            fmt::format("use {}", fmt::join(drivers, " or "))};
  }
  return {"gpu", State::kOk, about + (platform.hardware ? "" : "; no hardware"), ""};
}

Check TotalVfs(const Subject& subject) {
  const auto& pf = *subject.pf;
  const std::string path = pf.address.SysfsPath() + "/sriov_totalvfs";
  const std::string evidence = fmt::format("{} is {}; {} exist", path, pf.total_vfs, pf.num_vfs);
  if (pf.total_vfs > 0) return {"total-vfs", State::kOk, evidence, ""};
  return {"total-vfs", State::kBad, evidence, "the driver bound to the GPU allows none: vfqual host configure"};
}

struct Resource {
  unsigned long long start = 0;
  unsigned long long end = 0;
  unsigned long long flags = 0;
};

// In a device's `resource` file, one line each: six BARs, the ROM, then the six VF BARs
// (include/linux/pci.h, PCI_IOV_RESOURCES; drivers/pci/pci-sysfs.c, resource_show).
constexpr std::size_t kFirstVfBar = 7;
constexpr std::size_t kVfBars = 6;
constexpr unsigned long long kUnset = 0x20000000;  // include/linux/ioport.h, IORESOURCE_UNSET

std::string NoRoomInKernelLog(const Subject& subject) {
  Command command;
  command.argv = {"dmesg"};
  command.max_output_bytes = std::size_t{4} << 20U;
  const auto log = subject.host.Run(command);
  if (!log || !log->Ok()) return {};
  std::istringstream lines(log->out);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(subject.pf->address.ToString()) == std::string::npos) continue;
    // drivers/pci/setup-res.c, drivers/pci/iov.c
    for (const char* mark : {"no space", "failed to assign", "can't assign", "not enough MMIO resources for SR-IOV"}) {
      if (line.find(mark) != std::string::npos) return line.substr(0, 300);
    }
  }
  return {};
}

Check VfBars(const Subject& subject) {
  const std::string path = subject.pf->address.SysfsPath() + "/resource";
  const std::string fix =
      "enable 'Above 4G decoding' (and Resizable BAR) in the firmware's set-up, or boot with pci=realloc";
  const auto text = subject.host.Read(path);
  if (!text) return {"vf-bars", State::kUnknown, text.error().Message(), ""};
  std::istringstream lines(*text);
  std::vector<Resource> resources;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    Resource resource;
    fields >> std::hex >> resource.start >> resource.end >> resource.flags;
    resources.push_back(resource);
  }
  int bars = 0;
  unsigned long long bytes = 0;
  for (std::size_t index = kFirstVfBar; index < std::min(resources.size(), kFirstVfBar + kVfBars); ++index) {
    const auto& bar = resources[index];
    if (bar.flags == 0) continue;
    if (bar.start == 0 || (bar.flags & kUnset) != 0) {
      return {"vf-bars", State::kBad, fmt::format("{} line {}: a VF BAR has no address", path, index + 1), fix};
    }
    ++bars;
    bytes += bar.end - bar.start + 1;
  }
  if (const auto said = NoRoomInKernelLog(subject); !said.empty())
    return {"vf-bars", State::kBad, "kernel log: " + said, fix};
  if (bars == 0) return {"vf-bars", State::kUnknown, path + " shows no VF BAR", ""};
  constexpr double kMib = 1024.0 * 1024.0;
  return {"vf-bars", State::kOk,
          fmt::format("{}: {} of the VFs' BARs have addresses, {:.2f} MiB for all VFs", path, bars,
                      static_cast<double>(bytes) / kMib),
          ""};
}

}  // namespace

Checks CheckGpu(const Subject& subject) {
  Checks checks = {Gpu(subject)};
  if (!subject.pf) return checks;
  checks.push_back(TotalVfs(subject));
  checks.push_back(VfBars(subject));
  return checks;
}

}  // namespace vfqual::doctor
