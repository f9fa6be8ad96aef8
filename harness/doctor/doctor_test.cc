#include "harness/doctor/doctor.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "harness/doctor/healthy_host.h"
#include "module/secure_boot/sign_module.h"
#include "module/secure_boot/testing_keys.h"
#include "reports/testing/schema_check.h"

namespace vfqual::doctor {
namespace {

using testing::HasSubstr;

class DoctorTest : public testing::Test {
 protected:
  DoctorTest() { MakeHealthy(host_); }

  Check Find(const std::string& id) {
    const auto checks = Examine(host_, options_);
    EXPECT_TRUE(checks) << checks.error().Message();
    for (const auto& check : *checks) {
      if (check.id == id) return check;
    }
    return {"no check " + id, State::kUnknown, "", ""};
  }
  void Expect(const std::string& id, State state, const std::string& evidence, const std::string& fix) {
    const auto check = Find(id);
    EXPECT_EQ(check.id, id);
    EXPECT_EQ(check.state, state) << Word(check.state) << ": " << check.evidence;
    EXPECT_THAT(check.evidence, HasSubstr(evidence));
    EXPECT_THAT(check.fix, HasSubstr(fix));
    const bool needs_fix = state == State::kBad || state == State::kWarn;
    EXPECT_TRUE(!needs_fix || !check.fix.empty()) << "no fix";
    EXPECT_TRUE(state != State::kOk || check.fix.empty()) << check.fix;
    EXPECT_TRUE(host_.Writes().empty()) << "a check wrote something";
  }
  // In place of what the healthy host answers.
  void Remove(const std::string& path) { ASSERT_TRUE(host_.Remove(path)); }

  FakeHost host_;
  DoctorOptions options_;
};

TEST_F(DoctorTest, AHealthyHostIsReadyInEveryLine) {
  const auto checks = Examine(host_, options_).value();
  std::vector<std::string> ids;
  for (const auto& check : checks) {
    ids.push_back(check.id);
    EXPECT_EQ(check.state, State::kOk) << check.id << ": " << check.evidence;
    EXPECT_FALSE(check.evidence.empty()) << check.id;
  }
  EXPECT_THAT(ids, testing::ElementsAre("kernel", "headers", "compiler", "iommu-firmware", "iommu-kernel", "gpu",
                                        "total-vfs", "vf-bars", "guc-firmware", "parameters", "drivers", "secure-boot",
                                        "libvirt", "qemu", "kvm", "vfio", "vf-holders", "gpu-users"));
  EXPECT_TRUE(IsReady(checks));
  EXPECT_THAT(ChecksText(checks, false), testing::EndsWith("\nready\n"));
}

TEST_F(DoctorTest, Kernel) {
  Expect("kernel", State::kOk, "is in the range of i915-sriov-dkms 2026.03.05.2", "");
  host_.SetFile("/proc/sys/kernel/osrelease", "7.1.2-1-default\n");
  Expect("kernel", State::kBad, "7.1.2-1-default is outside of what", "boot a kernel of that range");
  host_.SetFile("/proc/sys/kernel/osrelease", "6.12.107+deb13-amd64\n");
  Expect("kernel", State::kBad, "does not build from 6.12.103", "pull request 481");
}

TEST_F(DoctorTest, KernelOfAModuleThatIsNotPublished) {
  host_.SetFile("/src/dkms.conf",
                "PACKAGE_NAME=other\nPACKAGE_VERSION=1\nBUILD_EXCLUSIVE_KERNEL=\"^(6\\.1[7-9]|7\\.0)\"\n");
  options_.module_folder = "/src";
  Expect("kernel", State::kBad, "does not match BUILD_EXCLUSIVE_KERNEL", "boot a kernel");
  host_.SetFile("/src/dkms.conf", "PACKAGE_NAME=other\nPACKAGE_VERSION=1\nBUILD_EXCLUSIVE_KERNEL='^6\\.12'\n");
  Expect("kernel", State::kOk, "matches", "");
  host_.SetFile("/src/dkms.conf", "PACKAGE_NAME=other\nPACKAGE_VERSION=1\n");
  Expect("kernel", State::kOk, "names no range", "");
  options_.module_folder = "/nowhere";
  const auto examined = Examine(host_, options_);
  ASSERT_FALSE(examined);
  EXPECT_EQ(examined.error().blame, Blame::kInput);
}

TEST_F(DoctorTest, NoModuleAtAll) {
  Remove("/var/lib/dkms/i915-sriov-dkms/2026.03.05.2/source/dkms.conf");
  Expect("kernel", State::kUnknown, "no module in /var/lib/dkms", "--module");
}

TEST_F(DoctorTest, Headers) {
  Remove(std::string("/lib/modules/") + kTestKernel + "/build/Makefile");
  Expect("headers", State::kBad, "Makefile is not there", std::string("apt-get install linux-headers-") + kTestKernel);
  host_.SetFile("/proc/sys/kernel/osrelease", "6.14.8-2-pve\n");
  Expect("headers", State::kBad, "not there", "proxmox-headers-6.14.8-2-pve");
  host_.SetFile("/etc/os-release", "ID=arch\n");
  Expect("headers", State::kBad, "not there", "pacman -S linux-headers");
}

TEST_F(DoctorTest, Compiler) {
  host_.Answer("x86_64-linux-gnu-gcc-14 --version", Said("", 127));
  Expect("compiler", State::kBad, "no such compiler is installed", "apt-get install gcc");
  host_.Answer("gcc --version", Said("gcc (Debian 12.2.0-14) 12.2.0\n"));
  Expect("compiler", State::kWarn, "another major version", "gcc-14");
  host_.SetFile(std::string("/lib/modules/") + kTestKernel + "/build/.config", "# nothing\n");
  Expect("compiler", State::kUnknown, "no CONFIG_CC_VERSION_TEXT", "headers");
}

TEST_F(DoctorTest, CompilerThatTheReleaseDoesNotBuildWith) {
  host_.SetFile("/src/dkms.conf", "PACKAGE_NAME=i915-sriov-dkms\nPACKAGE_VERSION=2026.03.05.1\n");
  options_.module_folder = "/src";
  host_.Answer("x86_64-linux-gnu-gcc-14 --version", Said("gcc (Ubuntu) 13.3.0\n"));
  Expect("compiler", State::kBad, "does not build with gcc 13", "2026.03.05.2");
}

TEST_F(DoctorTest, Iommu) {
  Remove("/sys/firmware/acpi/tables/DMAR");
  Expect("iommu-firmware", State::kBad, "DMAR is not there", "enable VT-d");
  host_.SetFile("/proc/cmdline", "quiet\n");
  Expect("iommu-kernel", State::kOk, "not empty; no intel_iommu=", "");
  host_.SetFile("/proc/cmdline", "intel_iommu=on,igfx_off\n");
  Expect("iommu-kernel", State::kBad, "igfx_off", "igfx_off");
  Remove("/sys/class/iommu/dmar0");
  Expect("iommu-kernel", State::kBad, "/sys/class/iommu is empty", "vfqual host configure");
}

TEST_F(DoctorTest, Gpu) {
  options_.driver = "xe";
  host_.SetFile(std::string(kTestPf) + "/device", "0x7d55\n");
  Expect("gpu", State::kBad, "xe offers no SR-IOV", "use i915");
  Remove(std::string(kTestPf) + "/sriov_totalvfs");
  Expect("gpu", State::kBad, "0000:00:02.0 is 8086:7d55, without it", "SR-IOV in the firmware");
  EXPECT_EQ(Find("total-vfs").id, "no check total-vfs");
}

TEST_F(DoctorTest, TotalVfs) {
  host_.SetFile(std::string(kTestPf) + "/sriov_totalvfs", "0\n");
  Expect("total-vfs", State::kBad, "sriov_totalvfs is 0", "vfqual host configure");
}

TEST_F(DoctorTest, VfBars) {
  Expect("vf-bars", State::kOk, "2 of the VFs' BARs have addresses, 3696.00 MiB", "");
  const auto resource = host_.Read(std::string(kTestPf) + "/resource").value();
  auto none = resource;
  none.replace(none.find("0x0000004010000000 0x0000004016ffffff"), 37, "0x0000000000000000 0x0000000006ffffff");
  host_.SetFile(std::string(kTestPf) + "/resource", none);
  Expect("vf-bars", State::kBad, "line 8: a VF BAR has no address", "Above 4G");
  host_.SetFile(std::string(kTestPf) + "/resource", resource);
  host_.Answer("dmesg",
               Said("[ 0.4] pci 0000:00:02.0: VF BAR 2 [mem size 0xe0000000 64bit pref]: can't assign; no space\n"));
  Expect("vf-bars", State::kBad, "kernel log: [ 0.4] pci 0000:00:02.0: VF BAR 2", "Above 4G");
}

TEST_F(DoctorTest, GucFirmware) {
  Expect("guc-firmware", State::kOk, "tgl_guc_70.bin is 70.44.1 (from its header); at least 70.44.1", "");
  host_.SetFile("/lib/firmware/i915/tgl_guc_70.bin", GucBlob(70, 13, 1));
  Expect("guc-firmware", State::kWarn, "70.13.1", "linux-firmware");
  Remove("/lib/firmware/i915/tgl_guc_70.bin");
  Expect("guc-firmware", State::kBad, "tgl_guc_70.bin (.zst, .xz) is not there", "linux-firmware");
  host_.SetFile("/lib/firmware/i915/tgl_guc_70.bin.zst", "packed");
  Expect("guc-firmware", State::kUnknown, "version cannot be read", "");
  host_.Answer("zstd -dcq", Said(GucBlob(70, 49, 4)));
  Expect("guc-firmware", State::kOk, "tgl_guc_70.bin.zst is 70.49.4", "");
}

TEST_F(DoctorTest, GucFirmwareOfTigerLakeIsExact) {
  host_.SetFile(std::string(kTestPf) + "/device", "0x9a49\n");
  host_.SetFile("/lib/firmware/i915/tgl_guc_70.1.1.bin", GucBlob(70, 1, 1));
  Expect("guc-firmware", State::kOk, "70.1.1", "");
  host_.SetFile("/lib/firmware/i915/tgl_guc_70.1.1.bin", GucBlob(70, 44, 1));
  Expect("guc-firmware", State::kWarn, "70.44.1", "linux-firmware");
}

TEST_F(DoctorTest, Parameters) {
  host_.SetFile("/sys/module/i915/parameters/max_vfs", "0\n");
  host_.SetFile("/proc/cmdline", "quiet intel_iommu=on i915.enable_guc=3 module_blacklist=xe\n");
  Expect("parameters", State::kWarn, "i915.max_vfs: wanted 7, configured 7, running 0", "reboot");
  host_.SetFile("/etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
  Expect("parameters", State::kBad, "i915.max_vfs: wanted 7, configured -, running 0", "vfqual host configure");
  Remove("/boot/grub/grub.cfg");
  Expect("parameters", State::kUnknown, "i915.max_vfs: running 0, not told where", "no boot loader was found");
  host_.SetFile("/proc/cmdline", "quiet nomodeset\n");
  Expect("parameters", State::kBad, "nomodeset", "take it out");
}

TEST_F(DoctorTest, Drivers) {
  host_.SetFile("/sys/module/i915/srcversion", "OLD\n");
  Expect("drivers", State::kWarn, "srcversion OLD runs, modprobe would load ABC", "reboot");
  host_.SetFile("/sys/module/i915/srcversion", "ABC\n");
  host_.Answer(std::string("modinfo -k ") + kTestKernel + " -F filename i915",
               Said("/lib/modules/x/kernel/drivers/gpu/drm/i915/i915.ko\n"));
  Expect("drivers", State::kWarn, "it is the kernel's own", "dkms install");
  host_.SetFile("/sys/module/xe/initstate", "live\n");
  Expect("drivers", State::kBad, "both are loaded", "module_blacklist=xe");
  Remove("/sys/module/xe/initstate");
  Remove("/sys/module/i915/initstate");
  Expect("drivers", State::kWarn, "i915 is not loaded", "vfqual run");
  host_.SetLink(std::string(kTestPf) + "/driver", "../vfio-pci");
  Expect("drivers", State::kBad, "the GPU itself is passed to a guest", "give it back");
}

TEST_F(DoctorTest, SecureBoot) {
  host_.SetFile("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
                std::string("\6\0\0\0\1", 5));
  Expect("secure-boot", State::kBad, "rejects the module", "mokutil --import");
  host_.Answer("mokutil --test-key", Said("/var/lib/dkms/mok.pub is already enrolled\n", 1));
  Expect("secure-boot", State::kOk, "is enrolled", "");
  host_.SetFile("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
                std::string("\6\0\0\0\0", 5));
  Expect("secure-boot", State::kOk, "off", "");
}

TEST_F(DoctorTest, SecureBootJudgesTheModuleItself) {
  const auto key = secure_boot::MakeTestKey("DKMS module signing key");
  const auto path = fmt::format("/lib/modules/{}/updates/dkms/i915.ko.xz", kTestKernel);
  const std::string variables = "/sys/firmware/efi/efivars/";
  const std::string module = std::string("\x7f") + "ELF";
  host_.SetFile(variables + "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", std::string("\6\0\0\0\1", 5));
  host_.SetFile(path, "packed");
  host_.Answer("xz", Said(module));
  Expect("secure-boot", State::kBad, "i915.ko.xz will be rejected: not signed", "dkms generate_mok");
  host_.SetFile("/var/lib/dkms/mok.key", key.key_pem);
  host_.SetFile("/var/lib/dkms/mok.pub", key.certificate_der);
  const auto signing = secure_boot::MakeSigningKey(key.key_pem, "k", key.certificate_der, "c");
  host_.Answer("xz", Said(secure_boot::SignModule(module, *signing, "sha256").value_or("")));
  Expect("secure-boot", State::kBad, "that key is not enrolled", "in the firmware's db");
  host_.SetFile(variables + "db-d719b2cb-3d3a-4596-a3bc-dad00e67656f",
                std::string("\x27\0\0\0", 4) + secure_boot::X509List(key.certificate_der));
  Expect("secure-boot", State::kOk, "loads: signed by 'DKMS module signing key'", "");
  host_.SetFile(variables + "MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23", std::string("\6\0\0\0\1", 5));
  Expect("secure-boot", State::kOk, "switched off in shim", "");
}

TEST_F(DoctorTest, Libvirt) {
  Remove("/run/libvirt/libvirt-sock");
  Expect("libvirt", State::kBad, "no daemon listens", "systemctl enable");
  host_.SetFile("/run/libvirt/virtqemud-sock", "");
  Expect("libvirt", State::kOk, "virtqemud-sock", "");
  Remove("/usr/lib/x86_64-linux-gnu/libvirt.so.0");
  Expect("libvirt", State::kBad, "libvirt.so.0", "libvirt-daemon-system");
}

TEST_F(DoctorTest, QemuKvmAndVfio) {
  host_.Answer("qemu-system-x86_64 --version", Said("", 127));
  Expect("qemu", State::kBad, "can be started", "qemu-system-x86");
  host_.Answer("kvm --version", Said("QEMU emulator version 9.2.0 (pve-qemu-kvm_9.2.0-5)\n"));
  Expect("qemu", State::kOk, "kvm: QEMU emulator version 9.2.0", "");
  Remove("/dev/kvm");
  Expect("kvm", State::kWarn, "/dev/kvm is not there", "VT-x");
  Remove("/sys/bus/pci/drivers/vfio-pci/bind");
  host_.Answer(std::string("modinfo -k ") + kTestKernel + " -F filename vfio-pci",
               Said("/lib/modules/x/vfio-pci.ko\n"));
  Expect("vfio", State::kOk, "not loaded yet; /lib/modules/x/vfio-pci.ko", "");
  host_.Answer(std::string("modinfo -k ") + kTestKernel + " -F filename vfio-pci", Said("", 1));
  Expect("vfio", State::kBad, "no module vfio-pci", "CONFIG_VFIO_PCI");
}

TEST_F(DoctorTest, WhoHoldsAVf) {
  host_.Answer("find /proc",
               Said("/proc/88/fd/9\t/dev/vfio/12\n/proc/88/fd/10\t/dev/vfio/vfio\n/proc/77/fd/3\t/dev/dri/card0\n"));
  host_.SetFile("/proc/88/comm", "qemu-system-x86\n");
  host_.SetFile("/proc/88/cmdline", std::string("qemu-system-x86_64\0-name\0guest=win11,debug-threads=on\0", 53));
  host_.SetFile("/proc/77/comm", "Xorg\n");
  Expect("vf-holders", State::kWarn, "held: VF 2 by qemu-system-x86 (88), domain win11", "shut these guests down");
  Expect("gpu-users", State::kWarn, "in use by Xorg (77)", "--force");
}

TEST_F(DoctorTest, NotRootIsToldAndLeavesWhatItCannotSeeUnknown) {
  host_.Answer("id -u", Said("1000\n"));
  Expect("root", State::kWarn, "not run as root", "sudo");
  Expect("vf-holders", State::kUnknown, "root only", "sudo");
}

TEST_F(DoctorTest, ABadLineIsToldInTextAndJson) {
  Remove("/sys/firmware/acpi/tables/DMAR");
  const auto checks = Examine(host_, options_).value();
  EXPECT_FALSE(IsReady(checks));
  const auto text = ChecksText(checks, false);
  EXPECT_THAT(text, HasSubstr("bad      iommu-firmware  /sys/firmware/acpi/tables/DMAR is not there"));
  EXPECT_THAT(text, HasSubstr("fix: enable VT-d"));
  EXPECT_THAT(text, testing::EndsWith("not ready: 1 check is bad\n"));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_THAT(ChecksText(checks, true), HasSubstr("\x1b[31mbad"));
  const auto json = ChecksJson(checks, "local");
  EXPECT_FALSE(json["ready"].get<bool>());
  EXPECT_EQ(json["checks"][3]["state"], "bad");
}

// Files of the data folders are held against the schema beside them.
TEST(ModuleReleasesFile, FitsItsSchema) {
  const reports::SchemaCheck schema("../../module/data/releases.schema.json");
  const auto document = nlohmann::json::parse(reports::ReadSourceFile("module/data/releases.json"));
  EXPECT_EQ(schema.Violations(document), "");
  auto wrong = document;
  wrong["releases"][0]["kernel"] = "6.1";
  EXPECT_NE(schema.Violations(wrong), "");
}

}  // namespace
}  // namespace vfqual::doctor
