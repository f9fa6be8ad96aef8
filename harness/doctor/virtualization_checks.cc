#include <fmt/format.h>

#include "harness/doctor/subject.h"
#include "module/installed_kernels.h"

namespace vfqual::doctor {

namespace {

// Of what is in environment.systemPackages, as libvirtd's own setting puts it there.
constexpr const char* kNixosLibraries = "/run/current-system/sw/lib";

Check Libvirt(const Subject& subject) {
  Host& host = subject.host;
  std::string library;
  for (const char* folder :
       {"/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/lib/x86_64-linux-gnu", kNixosLibraries}) {
    const std::string path = fmt::format("{}/libvirt.so.0", folder);
    if (library.empty() && host.Exists(path).value_or(false)) library = path;
  }
  const std::string fix =
      subject.InstallFix("libvirt-daemon-system", "libvirt", "virtualisation.libvirtd.enable = true;");
  if (library.empty()) return {"libvirt", State::kBad, "libvirt.so.0 is in none of the library folders", fix};
  // libvirtd, or the modular daemon for QEMU (libvirt.org/daemons.html).
  for (const char* socket : {"/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"}) {
    if (host.Exists(socket).value_or(false)) return {"libvirt", State::kOk, fmt::format("{}; {}", library, socket), ""};
  }
  return {"libvirt", State::kBad, library + " is there, but no daemon listens in /run/libvirt",
          (IsNixos(host) ? "" : "systemctl enable --now libvirtd; ") + fix};
}

Check Qemu(const Subject& subject) {
  for (const char* program : {"qemu-system-x86_64", "kvm"}) {  // Proxmox VE calls it kvm
    Command command;
    command.argv = {program, "--version"};
    const auto said = subject.host.Run(command);
    if (!said || !said->Ok()) continue;
    return {"qemu", State::kOk, fmt::format("{}: {}", program, said->out.substr(0, said->out.find('\n'))), ""};
  }
  return {"qemu", State::kBad, "neither qemu-system-x86_64 nor kvm can be started",
          subject.InstallFix("qemu-system-x86", "qemu-base", "virtualisation.libvirtd.enable = true;")};
}

Check Kvm(const Subject& subject) {
  const auto exists = subject.host.Exists("/dev/kvm");
  if (exists && *exists)
    return {"kvm", State::kOk, "/dev/kvm is there (that a guest starts with it was not tried)", ""};
  return {"kvm", State::kWarn, "/dev/kvm is not there: guests would be emulated",
          "enable virtualization (VT-x) in the firmware's set-up"};
}

Check Vfio(const Subject& subject) {
  if (subject.host.Exists("/sys/bus/pci/drivers/vfio-pci").value_or(false))
    return {"vfio", State::kOk, "/sys/bus/pci/drivers/vfio-pci: loaded", ""};
  Command command;
  command.argv = {"modinfo", "-k", subject.facts.kernel_release, "-F", "filename", "vfio-pci"};
  const auto said = subject.host.Run(command);
  if (!said) return {"vfio", State::kUnknown, said.error().Message(), subject.InstallFix("kmod", "kmod")};
  if (said->Ok()) return {"vfio", State::kOk, "not loaded yet; " + said->out.substr(0, said->out.find('\n')), ""};
  return {"vfio", State::kBad, fmt::format("this kernel has no module vfio-pci (modinfo: {})", said->Describe()),
          "boot a kernel with CONFIG_VFIO_PCI"};
}

}  // namespace

Checks CheckVirtualization(const Subject& subject) {
  return {Libvirt(subject), Qemu(subject), Kvm(subject), Vfio(subject)};
}

}  // namespace vfqual::doctor
