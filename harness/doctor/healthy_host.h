// For this room's tests: an N100 that is ready, as its files and programs would tell.
#pragma once

#include <string>

#include "harness/base/fake_host.h"

namespace vfqual::doctor {

inline constexpr const char* kTestPf = "/sys/bus/pci/devices/0000:00:02.0";
inline constexpr const char* kTestKernel = "6.12.43+deb13-amd64";

inline Completed Said(std::string out, int exit_code = 0) {
  Completed completed;
  completed.out = std::move(out);
  completed.exit_code = exit_code;
  return completed;
}

// The first bytes of a GuC firmware of that version.
inline std::string GucBlob(int major, int minor, int patch) {
  std::string bytes(128, '\0');
  bytes[64] = static_cast<char>(patch);
  bytes[65] = static_cast<char>(minor);
  bytes[66] = static_cast<char>(major);
  return bytes;
}

inline void MakeHealthy(FakeHost& host) {
  const std::string kernel = kTestKernel;
  const std::string line =
      "BOOT_IMAGE=/vmlinuz ro quiet intel_iommu=on i915.enable_guc=3 i915.max_vfs=7 module_blacklist=xe\n";
  const std::string headers = "/lib/modules/" + kernel + "/build/";
  const std::string pf = kTestPf;
  host.SetFile("/proc/sys/kernel/osrelease", kernel + "\n");
  host.SetFile("/proc/cmdline", line);
  host.SetFile("/etc/os-release", "ID=debian\nVERSION_ID=\"13\"\n");
  host.SetFile(
      "/etc/default/grub",
      "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on i915.enable_guc=3 i915.max_vfs=7 module_blacklist=xe\"\n");
  host.SetFile("/boot/grub/grub.cfg", "");
  host.SetFile(
      "/var/lib/dkms/i915-sriov-dkms/2026.03.05.2/source/dkms.conf",
      "PACKAGE_NAME=\"i915-sriov-dkms\"\nPACKAGE_VERSION=\"2026.03.05.2\"\nBUILD_EXCLUSIVE_KERNEL=\"^(6\\.1[2-9])\"\n");
  host.SetFile(headers + "Makefile", "");
  host.SetFile(headers + ".config", "CONFIG_CC_VERSION_TEXT=\"x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0\"\n");
  host.Answer("x86_64-linux-gnu-gcc-14 --version",
              Said("x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0\nCopyright\n"));
  host.Answer("id -u", Said("0\n"));
  host.SetFile("/sys/firmware/acpi/tables/DMAR", "x");
  host.SetLink("/sys/class/iommu/dmar0", "x");
  host.SetFile(pf + "/vendor", "0x8086\n");
  host.SetFile(pf + "/device", "0x46d1\n");
  host.SetFile(pf + "/class", "0x030000\n");
  host.SetFile(pf + "/sriov_totalvfs", "7\n");
  host.SetFile(pf + "/sriov_numvfs", "2\n");
  host.SetFile(pf + "/sriov_offset", "1\n");
  host.SetFile(pf + "/sriov_stride", "1\n");
  host.SetLink(pf + "/driver", "../../../bus/pci/drivers/i915");
  host.SetFile(pf + "/drm/card0/dev", "");
  const std::string none = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
  const std::string bars =
      "0x0000006001000000 0x0000006001ffffff 0x0000000000140204\n" + none + none + none + none + none + none;
  const std::string vf_bars = "0x0000004010000000 0x0000004016ffffff 0x0000000000140204\n" + none +
                              "0x0000004020000000 0x00000040ffffffff 0x000000000014220c\n" + none + none + none;
  host.SetFile(pf + "/resource", bars + vf_bars);
  for (const char* vf : {"1", "2"}) {
    const std::string folder = std::string("/sys/bus/pci/devices/0000:00:02.") + vf;
    host.SetFile(folder + "/vendor", "0x8086\n");
    host.SetLink(folder + "/driver", "../vfio-pci");
    host.SetLink(folder + "/iommu_group", std::string("../1") + vf);
  }
  host.SetFile("/lib/firmware/i915/tgl_guc_70.bin", GucBlob(70, 44, 1));
  host.SetFile("/sys/module/i915/initstate", "live\n");
  host.SetFile("/sys/module/i915/srcversion", "ABC\n");
  host.SetFile("/sys/module/i915/parameters/enable_guc", "3\n");
  host.SetFile("/sys/module/i915/parameters/max_vfs", "7\n");
  host.Answer("modinfo -k " + kernel + " -F filename i915",
              Said("/lib/modules/" + kernel + "/updates/dkms/i915.ko.xz\n"));
  host.Answer("modinfo -F srcversion", Said("ABC\n"));
  host.Answer("modinfo -F version", Said(""));
  host.SetFile("/usr/lib/x86_64-linux-gnu/libvirt.so.0", "");
  host.SetFile("/run/libvirt/libvirt-sock", "");
  host.Answer("qemu-system-x86_64 --version", Said("QEMU emulator version 10.0.3 (Debian 1:10.0.3+ds-0+deb13u1)\n"));
  host.SetFile("/dev/kvm", "");
  host.SetFile("/sys/bus/pci/drivers/vfio-pci/bind", "");
  host.Answer("dmesg", Said("[    1.0] pci 0000:00:02.0: [8086:46d1] type 00 class 0x030000\n"));
  host.Answer("find /proc", Said(""));
}

}  // namespace vfqual::doctor
