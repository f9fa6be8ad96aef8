#include "module/host_config/boot_loader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <sstream>

#include "module/host_config/command_line_files.h"
#include "module/host_config/grub_config.h"

namespace vfqual::host_config {

namespace {

constexpr const char* kProxmoxUuids = "/etc/kernel/proxmox-boot-uuids";
// Set by the boot loader that started this system (systemd.io/BOOT_LOADER_INTERFACE), in UTF-16.
constexpr const char* kLoaderInfo = "/sys/firmware/efi/efivars/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

Result<std::string> FirstThere(Host& host, std::initializer_list<const char*> paths) {
  for (const char* path : paths) {
    const auto exists = host.Exists(path);
    // A boot partition that only root may look into; what else is there tells enough, or root is asked for.
    if (!exists && exists.error().sys_errno == EACCES) continue;
    VFQUAL_CHECK(exists.map([](bool) {}), "");
    if (*exists) return std::string(path);
  }
  return std::string();
}

Result<std::string> Program(Host& host, const std::string& name) {
  for (const char* folder : {"/usr/sbin", "/usr/bin", "/sbin", "/bin"}) {
    const std::string path = fmt::format("{}/{}", folder, name);
    VFQUAL_TRY(const bool exists, host.Exists(path), "");
    if (exists) return path;
  }
  return std::string();
}

std::string LoaderInfo(Host& host) {
  std::string text = host.Read(kLoaderInfo).value_or("");
  std::erase(text, '\0');
  return text;
}

struct Candidates {
  std::vector<Method> methods;
  std::vector<std::string> evidence;

  void Add(Method method, std::string why) {
    if (std::find(methods.begin(), methods.end(), method) == methods.end()) methods.push_back(method);
    evidence.push_back(std::move(why));
  }
};

// Proxmox VE's own tool keeps several boot partitions, each with GRUB or systemd-boot (its administration guide,
// "Determine which Bootloader is Used").
Status LookAtProxmox(Host& host, Candidates& found) {
  VFQUAL_TRY(const bool managed, host.Exists(kProxmoxUuids), "");
  if (!managed) return {};
  Command command;
  command.argv = {"proxmox-boot-tool", "status"};
  const auto status = host.Run(command);
  if (!status) return {};
  const std::string text = status->out + status->err;
  if (text.find("configured with: uefi") != std::string::npos) {
    found.Add(Method::kProxmox, "proxmox-boot-tool status: configured with uefi (systemd-boot)");
  }
  if (text.find("configured with: grub") != std::string::npos) {
    found.Add(Method::kGrub, "proxmox-boot-tool status: configured with grub");
  }
  return {};
}

Status LookAtFiles(Host& host, Candidates& found) {
  VFQUAL_TRY(const auto defaults, FirstThere(host, {kGrubDefaults}), "");
  VFQUAL_TRY(const auto menu, FirstThere(host, {"/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"}), "");
  if (!defaults.empty() && !menu.empty()) found.Add(Method::kGrub, fmt::format("{} and {} are there", defaults, menu));
  VFQUAL_TRY(const auto loader,
             FirstThere(host, {"/boot/loader/loader.conf", "/efi/loader/loader.conf", "/boot/efi/loader/loader.conf",
                               "/boot/loader/entries", "/efi/loader/entries", "/boot/efi/loader/entries"}),
             "");
  if (!loader.empty()) found.Add(Method::kSystemdBoot, fmt::format("{} is there", loader));
  return {};
}

// mkinitcpio's preset names a unified kernel image, which holds the command line: `mkinitcpio -P` makes it anew (Arch
// wiki, "Unified kernel image"; not run here).
bool MakesUnifiedImages(Host& host) {
  const std::string folder = "/etc/mkinitcpio.d";
  for (const auto& name : host.List(folder).value_or(std::vector<std::string>())) {
    if (!name.ends_with(".preset")) continue;
    std::istringstream lines(host.Read(fmt::format("{}/{}", folder, name)).value_or(""));
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with('#') && line.find("_uki=") != std::string::npos) return true;
    }
  }
  return false;
}

// kernel-install add for each kernel whose image is where distributions put it.
Result<std::vector<Argv>> KernelInstall(Host& host) {
  std::vector<Argv> commands;
  const auto releases = host.List("/usr/lib/modules");
  for (const auto& release : releases.value_or(std::vector<std::string>{})) {
    for (const auto& image :
         {fmt::format("/boot/vmlinuz-{}", release), fmt::format("/usr/lib/modules/{}/vmlinuz", release)}) {
      VFQUAL_TRY(const bool exists, host.Exists(image), "");
      if (!exists) continue;
      commands.push_back({"kernel-install", "add", release, image});
      break;
    }
  }
  return commands;
}

}  // namespace

Result<BootLoader> DetectBootLoader(Host& host) {
  VFQUAL_TRY(const auto nixos, FirstThere(host, {"/etc/NIXOS"}), "");
  if (!nixos.empty()) return BootLoader{Method::kNixos, {nixos + " is there"}};
  Candidates found;
  VFQUAL_CHECK(LookAtProxmox(host, found), "");
  if (found.methods.empty()) {
    VFQUAL_CHECK(LookAtFiles(host, found), "");
  }
  if (found.methods.size() > 1) {
    const std::string info = LoaderInfo(host);
    for (const auto& [mark, method] : {std::pair{"systemd-boot", Method::kSystemdBoot}, {"GRUB", Method::kGrub}}) {
      const bool possible = std::find(found.methods.begin(), found.methods.end(), method) != found.methods.end();
      if (possible && info.find(mark) != std::string::npos) {
        return BootLoader{method, {fmt::format("the firmware's LoaderInfo says that {} started this system", mark)}};
      }
    }
    return FailInput(fmt::format("more than one boot loader may be in use: {}", fmt::join(found.evidence, "; ")),
                     "name it: --method grub, systemd-boot or proxmox");
  }
  if (found.methods.empty()) {
    return FailInput(
        "no boot loader was found (GRUB: /etc/default/grub and /boot/grub/grub.cfg; systemd-boot: loader.conf; "
        "Proxmox VE: proxmox-boot-tool; NixOS: /etc/NIXOS)",
        "name it with --method; look as root, where only root may read the boot partition");
  }
  return BootLoader{found.methods.front(), found.evidence};
}

Result<std::vector<Argv>> RefreshBootLoader(ConfigFiles& files, Method method) {
  Host& host = files.OnHost();
  if (method == Method::kProxmox) return std::vector<Argv>{{"proxmox-boot-tool", "refresh"}};
  if (method == Method::kSystemdBoot) {
    // Entries that a person wrote were changed themselves; unified kernel images are made with the initramfs.
    VFQUAL_TRY(const auto by_hand, HandWrittenEntries(files), "");
    if (!by_hand.empty()) return std::vector<Argv>{};
    // Arch has kernel-install too, but there mkinitcpio writes the images: entries of its own would come on top.
    if (MakesUnifiedImages(host)) return std::vector<Argv>{};
    VFQUAL_TRY(const auto kernel_install, Program(host, "kernel-install"), "");
    return kernel_install.empty() ? std::vector<Argv>{} : KernelInstall(host);
  }
  if (method != Method::kGrub) return std::vector<Argv>{};
  // A system whose boot partitions proxmox-boot-tool keeps: update-grub by itself would write the wrong file.
  VFQUAL_TRY(const bool proxmox, host.Exists(kProxmoxUuids), "");
  if (proxmox) return std::vector<Argv>{{"proxmox-boot-tool", "refresh"}};
  VFQUAL_TRY(const auto update_grub, Program(host, "update-grub"), "");
  if (!update_grub.empty()) return std::vector<Argv>{{"update-grub"}};
  for (const std::string name : {"grub", "grub2"}) {
    VFQUAL_TRY(const auto mkconfig, Program(host, name + "-mkconfig"), "");
    if (!mkconfig.empty()) return std::vector<Argv>{{name + "-mkconfig", "-o", fmt::format("/boot/{}/grub.cfg", name)}};
  }
  return FailInput("neither update-grub nor grub-mkconfig is there", "install GRUB's tools (Debian: grub2-common)");
}

Result<std::vector<Argv>> RefreshInitramfs(Host& host) {
  const std::initializer_list<Argv> commands = {
      {"update-initramfs", "-u", "-k", "all"}, {"mkinitcpio", "-P"}, {"dracut", "--force", "--regenerate-all"}};
  for (const auto& command : commands) {
    VFQUAL_TRY(const auto program, Program(host, command.front()), "");
    if (!program.empty()) return std::vector<Argv>{command};
  }
  return std::vector<Argv>{};
}

}  // namespace vfqual::host_config
