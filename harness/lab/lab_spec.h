// What the lab's virtual machine consists of. design.md section 6 has the measurements behind the shape.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/lab/lab_qemu.h"

namespace vfqual {

enum class Accelerator { kKvm, kTcg };  // hardware virtualization; QEMU's software emulation

struct LabDisk {
  std::filesystem::path file;  // raw; attached read-only
  std::string serial;          // at most 20 characters: /dev/disk/by-id/virtio-<serial>
};

struct LabSpec {
  LabQemu qemu;
  std::filesystem::path kernel;
  std::filesystem::path initrd;
  std::string command_line;
  std::filesystem::path root_disk;  // raw, never written: what the machine writes is thrown away
  bool keep_root = false;           // root_disk is a qcow2, and keeps what the machine writes
  // Set: the firmware starts this raw disk (GRUB), and kernel, initrd and command_line above do not count.
  std::filesystem::path boot_disk;
  std::vector<LabDisk> disks;
  int memory_mib = 6144;
  // Emulation is only reliable with one.
  int vcpus = 1;
  Accelerator accelerator = Accelerator::kTcg;
  bool nested_kvm = true;  // with kKvm: whether guests inside can use KVM too
  int total_vfs = 7;       // of the PF; 0: the PF has no SR-IOV capability
  bool iommu = true;
  std::filesystem::path console_log;
  std::filesystem::path qmp_socket;
};

inline constexpr std::size_t kMaxDiskSerial = 20;  // virtio-blk: VIRTIO_BLK_ID_BYTES of linux/virtio_blk.h

// "virtio-<serial>" under /dev/disk/by-id, as udev's 60-persistent-storage.rules name it.
std::string DiskPathInLab(const LabDisk& disk);

}  // namespace vfqual
