#include "harness/guest/domain_xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <pugixml.hpp>
#include <sstream>
#include <string_view>

#include "harness/guest/domain_marker.h"
#include "harness/guest/uuid.h"

namespace vfqual {

namespace {

constexpr unsigned kMaxVcpus = 255;  // what q35 takes without an emulated IOMMU
constexpr unsigned kMinMemory_mib = 64;

// Slots of the root bus. libvirt would put each device behind a root port of its own, for hot-plugging that no guest
// here needs: probing the ports is a third of an emulated guest's boot. An iGPU and its VFs are integrated endpoints of
// bus 0 too. Not slot 2: there QEMU takes an Intel VGA device for the legacy IGD (hw/vfio/igd.c).
enum class Slot { kAgent = 3, kRootDisk, kPayloadDisk, kRng, kVf, kWatchdog };
// QEMU's default is 31, with a pair of queues each that the guest has to probe.
constexpr const char* kAgentPorts = "2";

bool IsNameCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

// XML 1.0 has no way to write most control characters, not even escaped.
bool HasControlCharacter(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return std::iscntrl(static_cast<unsigned char>(c)) != 0; });
}

Status CheckText(const char* field, const std::string& text) {
  if (HasControlCharacter(text)) return FailInput(fmt::format("guest: {}: control characters are not allowed", field));
  return {};
}

Status CheckPath(const char* field, const std::string& path) {
  if (!path.starts_with('/')) return FailInput(fmt::format("guest: {}: '{}' is not an absolute path", field, path));
  return CheckText(field, path);
}

// The PF guard (harness/vf/pf_guard.h) has looked already; an iGPU's PF is function 0, its first seven VFs are not.
Status CheckVf(const DomainSpec& spec) {
  if (!spec.vf || spec.vf->Address().function != 0) return {};
  return FailInput(fmt::format("guest: vf: {} has function 0", spec.vf->Bdf()),
                   "a PF is never passed to a guest: name one of its VFs, e.g. 0000:00:02.1");
}

Status CheckSpec(const DomainSpec& spec) {
  if (spec.name.empty() || !std::ranges::all_of(spec.name, IsNameCharacter)) {
    return FailInput(fmt::format("guest: name: '{}' is not a domain name", spec.name),
                     "use letters, digits, '-', '_' and '.'");
  }
  if (spec.run_id.empty()) return FailInput("guest: run_id is empty: the domain could not be told from foreign ones");
  VFQUAL_CHECK(CheckText("run_id", spec.run_id), "");
  if (spec.uuid && !IsUuid(*spec.uuid)) return FailInput(fmt::format("guest: uuid: '{}' is none", *spec.uuid));
  VFQUAL_CHECK(CheckText("emulated_cpu", spec.emulated_cpu), "");
  if (spec.vcpus == 0 || spec.vcpus > kMaxVcpus) {
    return FailInput(fmt::format("guest: vcpus: {} is not between 1 and {}", spec.vcpus, kMaxVcpus));
  }
  if (spec.memory_mib < kMinMemory_mib) {
    return FailInput(fmt::format("guest: memory_mib: {} is less than {}", spec.memory_mib, kMinMemory_mib));
  }
  if (!spec.root_disk && !spec.direct_kernel) return FailInput("guest: nothing to boot: neither a disk nor a kernel");
  if (spec.root_disk) VFQUAL_CHECK(CheckPath("root_disk", spec.root_disk->path), "");
  if (spec.payload_disk) VFQUAL_CHECK(CheckPath("payload_disk", *spec.payload_disk), "");
  if (spec.direct_kernel) {
    VFQUAL_CHECK(CheckPath("kernel", spec.direct_kernel->kernel), "");
    if (!spec.direct_kernel->initrd.empty()) VFQUAL_CHECK(CheckPath("initrd", spec.direct_kernel->initrd), "");
    VFQUAL_CHECK(CheckText("cmdline", spec.direct_kernel->cmdline), "");
  }
  if (!spec.agent_socket.empty()) VFQUAL_CHECK(CheckPath("agent_socket", spec.agent_socket), "");
  if (!spec.console_log.empty()) VFQUAL_CHECK(CheckPath("console_log", spec.console_log), "");
  return CheckVf(spec);
}

pugi::xml_node Append(pugi::xml_node parent, const char* name, const char* text = nullptr) {
  pugi::xml_node node = parent.append_child(name);
  if (text != nullptr) node.text().set(text);
  return node;
}

void Set(pugi::xml_node node, const char* attribute, const std::string& value) {
  node.append_attribute(attribute).set_value(value.c_str());
}

void AddMetadata(pugi::xml_node domain, const DomainSpec& spec) {
  const auto marker = Append(Append(domain, "metadata"), "vfqual:guest");
  Set(marker, "xmlns:vfqual", kMarkerNamespace);
  Set(marker, "run", spec.run_id);
  if (!spec.console_log.empty()) Set(marker, "console", spec.console_log);
}

void AddOs(pugi::xml_node domain, const DomainSpec& spec) {
  const auto os = Append(domain, "os");
  if (spec.firmware == Firmware::kUefi) Set(os, "firmware", "efi");
  const auto type = Append(os, "type", "hvm");
  Set(type, "arch", "x86_64");
  Set(type, "machine", "q35");
  if (spec.direct_kernel) {
    Append(os, "kernel", spec.direct_kernel->kernel.c_str());
    if (!spec.direct_kernel->initrd.empty()) Append(os, "initrd", spec.direct_kernel->initrd.c_str());
    Append(os, "cmdline", spec.direct_kernel->cmdline.c_str());
  } else {
    Set(Append(os, "boot"), "dev", "hd");
  }
}

void AddCpu(pugi::xml_node domain, const DomainSpec& spec) {
  const auto cpu = Append(domain, "cpu");
  if (spec.type == DomainType::kKvm) {
    Set(cpu, "mode", "host-passthrough");
    Set(cpu, "check", "none");
    return;
  }
  Set(cpu, "mode", "custom");
  Set(cpu, "match", "exact");
  Set(cpu, "check", "none");
  Set(Append(cpu, "model", spec.emulated_cpu.c_str()), "fallback", "forbid");
}

// libvirt.org/drvqemu.html, "Control of QEMU capabilities": one that libvirt shall not see.
void LeaveOutCpuQuestions(pugi::xml_node domain) {
  Set(domain, "xmlns:qemu", "http://libvirt.org/schemas/domain/qemu/1.0");
  Set(Append(Append(domain, "qemu:capabilities"), "qemu:del"), "capability", "cpu-unavailable-features");
}

void AddClock(pugi::xml_node domain) {
  const auto clock = Append(domain, "clock");
  Set(clock, "offset", "utc");
  const auto timer = [&](const char* name, const char* attribute, const char* value) {
    const auto node = Append(clock, "timer");
    Set(node, "name", name);
    Set(node, attribute, value);
  };
  timer("rtc", "tickpolicy", "catchup");
  timer("pit", "tickpolicy", "delay");
  timer("hpet", "present", "no");
}

void AddSlot(pugi::xml_node device, Slot slot) {
  const auto address = Append(device, "address");
  Set(address, "type", "pci");
  Set(address, "domain", "0x0000");
  Set(address, "bus", "0x00");
  Set(address, "slot", fmt::format("0x{:02x}", static_cast<unsigned>(slot)));
  Set(address, "function", "0x0");
}

struct DiskLine {
  std::string path;
  DiskFormat format;
  const char* device;
  const char* serial;
  bool read_only;
  Slot slot;
};

void AddDisk(pugi::xml_node devices, const DiskLine& line) {
  const auto disk = Append(devices, "disk");
  Set(disk, "type", "file");
  Set(disk, "device", "disk");
  const auto driver = Append(disk, "driver");
  Set(driver, "name", "qemu");
  Set(driver, "type", line.format == DiskFormat::kRaw ? "raw" : "qcow2");
  if (!line.read_only) {
    // A guest's disk is thrown away after the run: no flush has to reach the host's disk.
    Set(driver, "cache", "unsafe");
    Set(driver, "discard", "unmap");
  }
  Set(Append(disk, "source"), "file", line.path);
  const auto target = Append(disk, "target");
  Set(target, "dev", line.device);
  Set(target, "bus", "virtio");
  Append(disk, "serial", line.serial);
  if (line.read_only) Append(disk, "readonly");
  AddSlot(disk, line.slot);
}

void AddConsole(pugi::xml_node devices, const DomainSpec& spec) {
  const auto serial = Append(devices, "serial");
  Set(serial, "type", "pty");
  if (!spec.console_log.empty()) {
    const auto log = Append(serial, "log");
    Set(log, "file", spec.console_log);
    Set(log, "append", "on");
  }
  Set(Append(serial, "target"), "port", "0");
}

void AddAgent(pugi::xml_node devices, const DomainSpec& spec) {
  const auto controller = Append(devices, "controller");
  Set(controller, "type", "virtio-serial");
  Set(controller, "index", "0");
  Set(controller, "ports", kAgentPorts);
  AddSlot(controller, Slot::kAgent);
  const auto channel = Append(devices, "channel");
  Set(channel, "type", "unix");
  if (!spec.agent_socket.empty()) {
    const auto source = Append(channel, "source");
    Set(source, "mode", "bind");
    Set(source, "path", spec.agent_socket);
  }
  const auto target = Append(channel, "target");
  Set(target, "type", "virtio");
  Set(target, "name", "org.qemu.guest_agent.0");
}

void AddVf(pugi::xml_node devices, const PciAddress& vf) {
  const auto device = Append(devices, "hostdev");
  Set(device, "mode", "subsystem");
  Set(device, "type", "pci");
  Set(device, "managed", "yes");
  Set(Append(device, "driver"), "name", "vfio");
  const auto address = Append(Append(device, "source"), "address");
  Set(address, "domain", fmt::format("0x{:04x}", vf.domain));
  Set(address, "bus", fmt::format("0x{:02x}", vf.bus));
  Set(address, "slot", fmt::format("0x{:02x}", vf.device));
  Set(address, "function", fmt::format("0x{:x}", vf.function));
  AddSlot(device, Slot::kVf);
}

// Only what a run needs: each further device costs time while a guest boots under emulation. libvirt adds a USB
// controller and a memory balloon unless told not to; without graphics it adds no video card.
void AddDevices(pugi::xml_node domain, const DomainSpec& spec) {
  const auto devices = Append(domain, "devices");
  if (spec.root_disk) {
    AddDisk(devices, {spec.root_disk->path, spec.root_disk->format, "vda", kRootDiskSerial, spec.root_disk->read_only,
                      Slot::kRootDisk});
  }
  if (spec.payload_disk) {
    AddDisk(devices, {*spec.payload_disk, DiskFormat::kRaw, "vdb", kPayloadDiskSerial, true, Slot::kPayloadDisk});
  }
  const auto usb = Append(devices, "controller");
  Set(usb, "type", "usb");
  Set(usb, "model", "none");
  AddConsole(devices, spec);
  AddAgent(devices, spec);
  if (spec.vf) AddVf(devices, spec.vf->Address());
  if (spec.watchdog) {
    const auto watchdog = Append(devices, "watchdog");
    Set(watchdog, "model", "i6300esb");
    Set(watchdog, "action", "pause");
    AddSlot(watchdog, Slot::kWatchdog);
  }
  Set(Append(devices, "memballoon"), "model", "none");
  if (spec.rng) {
    const auto rng = Append(devices, "rng");
    Set(rng, "model", "virtio");
    Set(Append(rng, "backend", "/dev/urandom"), "model", "random");
    AddSlot(rng, Slot::kRng);
  }
  Set(Append(devices, "panic"), "model", "isa");
}

}  // namespace

Result<std::string> DomainXml(const DomainSpec& spec) {
  VFQUAL_CHECK(CheckSpec(spec), "");
  pugi::xml_document document;
  const auto domain = Append(document, "domain");
  Set(domain, "type", spec.type == DomainType::kKvm ? "kvm" : "qemu");
  Append(domain, "name", spec.name.c_str());
  if (spec.uuid) Append(domain, "uuid", spec.uuid->c_str());
  Append(domain, "title", fmt::format("vfqual guest of run {}", spec.run_id).c_str());
  AddMetadata(domain, spec);
  Set(Append(domain, "memory", std::to_string(spec.memory_mib).c_str()), "unit", "MiB");
  Append(domain, "vcpu", std::to_string(spec.vcpus).c_str());
  AddOs(domain, spec);
  const auto features = Append(domain, "features");
  Append(features, "acpi");
  Append(features, "apic");
  AddCpu(domain, spec);
  AddClock(domain);
  Append(domain, "on_poweroff", "destroy");
  Append(domain, "on_reboot", spec.on_reboot == OnReboot::kRestart ? "restart" : "destroy");
  // A guest that panicked stays as it is, paused: "crashed" can be told from "off", and its memory can be looked at.
  Append(domain, "on_crash", "preserve");
  AddDevices(domain, spec);
  if (spec.cpu_asked_in_short) LeaveOutCpuQuestions(domain);
  std::ostringstream text;
  document.save(text, "  ", pugi::format_indent | pugi::format_no_declaration, pugi::encoding_utf8);
  return text.str();
}

}  // namespace vfqual
