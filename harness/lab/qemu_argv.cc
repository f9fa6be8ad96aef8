#include "harness/lab/qemu_argv.h"

#include <fmt/format.h>

#include <string_view>

namespace vfqual {

namespace {

// Slot 02.0, and with it 02.1 to 02.7, belongs to the PF and its VFs; the other devices get what follows.
constexpr int kFirstFreeSlot = 3;

// In a QEMU option a comma in a value is doubled.
std::string OptionValue(std::string_view value) {
  std::string escaped;
  for (const char letter : value) escaped += letter == ',' ? std::string(",,") : std::string(1, letter);
  return escaped;
}

class Arguments {
 public:
  explicit Arguments(const std::string& program) : argv_{program} {
    for (const auto* option : {"-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"}) {
      argv_.emplace_back(option);
    }
  }
  void Add(const std::string& option, const std::string& value) {
    argv_.push_back(option);
    argv_.push_back(value);
  }
  void AddDevice(const std::string& device) { Add("-device", fmt::format("{},addr={:02x}.0", device, next_slot_++)); }
  std::vector<std::string>& Argv() { return argv_; }

 private:
  std::vector<std::string> argv_;
  int next_slot_ = kFirstFreeSlot;
};

void AddProcessor(const LabSpec& spec, Arguments& arguments) {
  arguments.Add("-machine", "q35,kernel-irqchip=split,usb=off,vmport=off,hpet=off,dump-guest-core=off");
  if (spec.accelerator == Accelerator::kKvm) {
    arguments.Add("-accel", "kvm");
    arguments.Add("-cpu", spec.nested_kvm ? "host" : "host,-svm,-vmx");
  } else {
    // The translation cache's default is too small for a kernel, its user space and a nested guest.
    arguments.Add("-accel", "tcg,tb-size=1024");
    arguments.Add("-cpu", "EPYC,+svm,+npt,-xsavec");
  }
  arguments.Add("-smp", std::to_string(spec.vcpus));
  arguments.Add("-m", std::to_string(spec.memory_mib));
}

// SR-IOV of QEMU's NVMe needs a subsystem and flexible resources for seven VFs (QEMU: docs/system/devices/nvme.rst).
// Intel's ids make it 8086:5845.
void AddPhysicalFunction(const LabSpec& spec, Arguments& arguments) {
  if (spec.iommu) arguments.Add("-device", "intel-iommu,intremap=on,caching-mode=on");
  arguments.Add("-device", "nvme-subsys,id=sub0");
  std::string pf = "nvme,id=pf,serial=lab0,subsys=sub0,use-intel-id=on,max_ioqpairs=16,msix_qsize=17";
  if (spec.total_vfs > 0) {
    pf += fmt::format(",sriov_max_vfs={0},sriov_vq_flexible={1},sriov_vi_flexible={0}", spec.total_vfs,
                      2 * spec.total_vfs);
  }
  arguments.Add("-device", pf + ",addr=02.0");
}

// QEMU 10.0 maps a VF's 64-bit BAR by its lower half alone ("pcie_sriov: Fix broken MMIO accesses from SR-IOV VFs", in
// 10.1): it has to lie below 4 GiB. SeaBIOS puts it above. qboot leaves BARs to the kernel, which without a 64-bit
// window finds no other place; it also starts a kernel sooner. With QEMU 7.2 this kernel does not start by qboot.
void AddSmallFirmware(Arguments& arguments) {
  arguments.Add("-bios", "qboot.rom");
  arguments.Add("-global", "q35-pcihost.pci-hole64-size=0");
}

void AddDisks(const LabSpec& spec, Arguments& arguments) {
  arguments.Add("-object", "iothread,id=disk-io");
  arguments.Add("-drive", fmt::format("if=none,id=root,{},cache=unsafe,aio=threads,file={}",
                                      spec.keep_root ? "format=qcow2" : "format=raw,snapshot=on",
                                      OptionValue(spec.root_disk.string())));
  arguments.AddDevice("virtio-blk-pci,drive=root,iothread=disk-io");
  for (std::size_t index = 0; index < spec.disks.size(); ++index) {
    const auto& disk = spec.disks[index];
    arguments.Add("-drive", fmt::format("if=none,id=disk{},format=raw,readonly=on,cache=unsafe,aio=threads,file={}",
                                        index, OptionValue(disk.file.string())));
    arguments.AddDevice(fmt::format("virtio-blk-pci,drive=disk{},serial={},iothread=disk-io", index, disk.serial));
  }
  if (spec.boot_disk.empty()) return;
  arguments.Add("-drive", fmt::format("if=none,id=boot,format=raw,readonly=on,cache=unsafe,aio=threads,file={}",
                                      OptionValue(spec.boot_disk.string())));
  arguments.AddDevice("virtio-blk-pci,drive=boot,bootindex=1,iothread=disk-io");
}

}  // namespace

std::string DiskPathInLab(const LabDisk& disk) {
  return "/dev/disk/by-id/virtio-" + disk.serial;
}

std::vector<std::string> QemuArgv(const LabSpec& spec) {
  Arguments arguments(spec.qemu.program);
  AddProcessor(spec, arguments);
  AddPhysicalFunction(spec, arguments);
  AddDisks(spec, arguments);
  arguments.Add("-netdev", "user,id=net0,ipv6=off,hostfwd=tcp:127.0.0.1:0-:22");
  arguments.AddDevice("virtio-net-pci,netdev=net0,romfile=");
  arguments.AddDevice("virtio-rng-pci");
  arguments.Add("-serial", fmt::format("file:{}", spec.console_log.string()));
  arguments.Add("-qmp", fmt::format("unix:{},server=on,wait=off", OptionValue(spec.qmp_socket.string())));
  if (spec.boot_disk.empty()) {
    if (spec.qemu.is_private) AddSmallFirmware(arguments);
    arguments.Add("-kernel", spec.kernel.string());
    arguments.Add("-initrd", spec.initrd.string());
    arguments.Add("-append", spec.command_line);
  }
  return std::move(arguments.Argv());
}

std::vector<std::string> KvmProbeArgv(const std::filesystem::path& kernel, const std::filesystem::path& console_log) {
  Arguments arguments(kInstalledQemu);
  arguments.Add("-machine", "q35");
  arguments.Add("-accel", "kvm");
  arguments.Add("-cpu", "host");
  arguments.Add("-m", "512");
  arguments.Add("-serial", fmt::format("file:{}", console_log.string()));
  arguments.Add("-kernel", kernel.string());
  arguments.Add("-append", "console=ttyS0 earlyprintk=ttyS0 panic=-1");
  return std::move(arguments.Argv());
}

}  // namespace vfqual
