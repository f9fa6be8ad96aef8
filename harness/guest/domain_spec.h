// What a guest is made of. Paths are absolute and must be readable by the user that libvirt runs QEMU as.
#pragma once

#include <optional>
#include <string>

#include "harness/vf/pf_guard.h"

namespace vfqual {

enum class DomainType { kKvm, kQemu };  // hardware virtualization, or emulation (TCG)
enum class DiskFormat { kRaw, kQcow2 };
enum class Firmware { kBios, kUefi };

struct RootDisk {
  std::string path;
  DiskFormat format = DiskFormat::kQcow2;
  bool read_only = false;
};

// The kernel is loaded by QEMU itself: no boot loader in the guest.
struct DirectKernel {
  std::string kernel;
  std::string initrd;  // may be empty
  std::string cmdline;
};

// A guest that restarts is told by Domain::State().reboots; kDestroy ends the domain instead.
enum class OnReboot { kRestart, kDestroy };

struct DomainSpec {
  std::string name;    // unique on the host, e.g. "vfqual-20260101-vf1": letters, digits, "-", "_" and "."
  std::string run_id;  // marks the domain as vfqual's, see domain_marker.h
  std::optional<std::string> uuid;
  DomainType type = DomainType::kKvm;
  // For kQemu only (kvm guests get host-passthrough). Nehalem is x86-64-v2 without XSAVE, whose emulation in QEMU 7.2
  // makes a 7.3 kernel panic in fpu__init_system_xstate.
  std::string emulated_cpu = "Nehalem";
  unsigned vcpus = 1;
  unsigned memory_mib = 512;
  std::optional<RootDisk> root_disk;        // virtio, vda, serial vfqual-root
  std::optional<std::string> payload_disk;  // raw, read-only, virtio, vdb, serial vfqual-payload
  std::optional<DirectKernel> direct_kernel;
  Firmware firmware = Firmware::kBios;
  std::optional<GuardedVf> vf;  // passed through, managed='yes'; only what the PF guard let through can be one
  std::string agent_socket;     // empty: libvirt chooses the path
  std::string console_log;      // the serial console is appended to this file; empty: not kept
  OnReboot on_reboot = OnReboot::kRestart;
  bool rng = true;        // virtio-rng: without it a guest whose CPU lacks RDRAND can wait for entropy while booting
  bool watchdog = false;  // i6300esb that pauses the guest
  // libvirt shall not ask QEMU for each property of a guest's CPU: 466 questions, a quarter of an emulated host's boot
  // of a guest. It asks for the CPUID words then, as with QEMU before 2.8.
  bool cpu_asked_in_short = false;
};

// The serials under which the guest finds its disks: /dev/disk/by-id/virtio-<serial>, /sys/block/vdX/serial.
inline constexpr const char* kRootDiskSerial = "vfqual-root";
inline constexpr const char* kPayloadDiskSerial = "vfqual-payload";

}  // namespace vfqual
