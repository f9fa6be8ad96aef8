#include "harness/lab/qemu_argv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "harness/base/ssh_quote.h"

namespace vfqual {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

LabSpec ArgvSpec() {
  LabSpec spec;
  spec.kernel = "/img/vmlinuz";
  spec.initrd = "/img/initrd";
  spec.command_line = "root=/dev/vda console=ttyS0 intel_iommu=on";
  spec.root_disk = "/img/disk.raw";
  spec.disks = {{"/tmp/payload.img", "vfqual-payload"}, {"/img/guest,1.raw", "guest-debian-13"}};
  spec.console_log = "/out/console.log";
  spec.qmp_socket = "/tmp/q/qmp";
  return spec;
}

std::string Joined(const LabSpec& spec) {
  return QuoteAllForShell(QemuArgv(spec));
}

TEST(QemuArgv, EmulatedMachineIsTheOneOfTheDesign) {
  EXPECT_EQ(Joined(ArgvSpec()),
            "qemu-system-x86_64 -nodefaults -no-user-config -no-reboot -display none "
            "-machine q35,kernel-irqchip=split,usb=off,vmport=off,hpet=off,dump-guest-core=off "
            "-accel tcg,tb-size=1024 -cpu EPYC,+svm,+npt,-xsavec -smp 1 -m 6144 "
            "-device intel-iommu,intremap=on,caching-mode=on "
            "-device nvme-subsys,id=sub0 "
            "-device nvme,id=pf,serial=lab0,subsys=sub0,use-intel-id=on,max_ioqpairs=16,msix_qsize=17,"
            "sriov_max_vfs=7,sriov_vq_flexible=14,sriov_vi_flexible=7,addr=02.0 "
            "-object iothread,id=disk-io "
            "-drive if=none,id=root,format=raw,snapshot=on,cache=unsafe,aio=threads,file=/img/disk.raw "
            "-device virtio-blk-pci,drive=root,iothread=disk-io,addr=03.0 "
            "-drive if=none,id=disk0,format=raw,readonly=on,cache=unsafe,aio=threads,file=/tmp/payload.img "
            "-device virtio-blk-pci,drive=disk0,serial=vfqual-payload,iothread=disk-io,addr=04.0 "
            "-drive if=none,id=disk1,format=raw,readonly=on,cache=unsafe,aio=threads,file=/img/guest,,1.raw "
            "-device virtio-blk-pci,drive=disk1,serial=guest-debian-13,iothread=disk-io,addr=05.0 "
            "-netdev user,id=net0,ipv6=off,hostfwd=tcp:127.0.0.1:0-:22 "
            "-device virtio-net-pci,netdev=net0,romfile=,addr=06.0 "
            "-device virtio-rng-pci,addr=07.0 "
            "-serial file:/out/console.log -qmp unix:/tmp/q/qmp,server=on,wait=off "
            "-kernel /img/vmlinuz -initrd /img/initrd -append 'root=/dev/vda console=ttyS0 intel_iommu=on'");
}

TEST(QemuArgv, QemuOfTheCacheBringsItsFirmwareWhereItLoadsTheKernel) {
  auto spec = ArgvSpec();
  spec.qemu = {"/cache/qemu/current/usr/bin/qemu-system-x86_64", "10.0.2", true};
  EXPECT_THAT(Joined(spec), testing::StartsWith("/cache/qemu/current/usr/bin/qemu-system-x86_64 -nodefaults "));
  EXPECT_THAT(Joined(spec), HasSubstr(" -bios qboot.rom -global q35-pcihost.pci-hole64-size=0 -kernel "));
  spec.boot_disk = "/img/boot.raw";
  EXPECT_THAT(Joined(spec), Not(HasSubstr("qboot")));
}

TEST(QemuArgv, KvmGivesTheHostsProcessorWithoutNestingWhereThereIsNone) {
  auto spec = ArgvSpec();
  spec.accelerator = Accelerator::kKvm;
  spec.vcpus = 4;
  EXPECT_THAT(Joined(spec), HasSubstr("-accel kvm -cpu host -smp 4 "));
  spec.nested_kvm = false;
  EXPECT_THAT(Joined(spec), HasSubstr("-accel kvm -cpu host,-svm,-vmx -smp 4 "));
}

TEST(QemuArgv, FaultsOfThePlatformAreTold) {
  auto spec = ArgvSpec();
  spec.iommu = false;
  spec.total_vfs = 0;
  EXPECT_THAT(Joined(spec), Not(HasSubstr("iommu,")));
  EXPECT_THAT(Joined(spec), Not(HasSubstr("sriov")));
  EXPECT_THAT(Joined(spec), HasSubstr("use-intel-id=on"));
}

TEST(QemuArgv, AMachineThatBootsByItselfKeepsItsDiskAndIsGivenNoKernel) {
  auto spec = ArgvSpec();
  spec.root_disk = "/run/root.qcow2";
  spec.keep_root = true;
  spec.boot_disk = "/img/grub.raw";
  EXPECT_THAT(Joined(spec), HasSubstr("id=root,format=qcow2,cache=unsafe,aio=threads,file=/run/root.qcow2 "));
  EXPECT_THAT(Joined(spec), HasSubstr("id=boot,format=raw,readonly=on,cache=unsafe,aio=threads,file=/img/grub.raw "
                                      "-device virtio-blk-pci,drive=boot,bootindex=1,iothread=disk-io,addr=06.0 "));
  EXPECT_THAT(Joined(spec), Not(HasSubstr("snapshot=on")));
  for (const char* option : {"-kernel", "-initrd", "-append"}) EXPECT_THAT(Joined(spec), Not(HasSubstr(option)));
}

TEST(QemuArgv, NoDeviceTakesTheSlotOfThePf) {
  auto spec = ArgvSpec();
  for (int index = 0; index < 8; ++index) spec.disks.push_back({"/d", "s"});
  std::set<std::string> slots;
  for (const auto& word : QemuArgv(spec)) {
    const auto at = word.find(",addr=");
    if (at == std::string::npos) continue;
    EXPECT_TRUE(slots.insert(word.substr(at)).second) << word;
  }
  EXPECT_EQ(slots.size(), 14U);
  EXPECT_THAT(slots, Contains(",addr=0f.0"));
}

TEST(KvmProbeArgv, BootsTheKernelUnderKvm) {
  EXPECT_THAT(QuoteAllForShell(KvmProbeArgv("/img/vmlinuz", "/tmp/c")),
              HasSubstr("-accel kvm -cpu host -m 512 -serial file:/tmp/c -kernel /img/vmlinuz"));
}

}  // namespace
}  // namespace vfqual
