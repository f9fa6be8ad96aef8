#include "module/install/initramfs_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "module/installed_kernels.h"

namespace vfqual {

namespace {

bool IsFile(Host& host, const std::string& path) {
  return host.Exists(path).value_or(false);
}

std::string PresetOf(const std::string& base) {
  return fmt::format("/etc/mkinitcpio.d/{}.preset", base);
}

// The preset is shell; a plain assignment of a path is read, anything else is not.
std::string PathInPreset(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name + "=")) continue;
    auto value = line.substr(name.size() + 1);
    std::erase_if(value, [](char letter) { return letter == '"' || letter == '\'' || letter == '\r'; });
    while (value.ends_with(' ')) value.pop_back();
    return value.starts_with('/') && value.find('$') == std::string::npos ? value : std::string();
  }
  return {};
}

std::string ArchImage(Host& host, const std::string& base) {
  const auto preset = host.Read(PresetOf(base)).value_or("");
  for (const char* name : {"default_uki", "default_image"}) {
    auto path = PathInPreset(preset, name);
    if (!path.empty() && IsFile(host, path)) return path;
  }
  auto usual = fmt::format("/boot/initramfs-{}.img", base);
  return IsFile(host, usual) ? usual : std::string();
}

}  // namespace

InitramfsImage FindInitramfsImage(Host& host, const std::string& release) {
  if (auto path = "/boot/initrd.img-" + release; IsFile(host, path)) return {path, {"lsinitramfs"}};
  if (auto path = fmt::format("/boot/initramfs-{}.img", release); IsFile(host, path)) {
    return {path, {"lsinitrd", "lsinitcpio"}};
  }
  const auto base = PackageBase(host, release);
  if (base.empty()) return {};
  if (auto path = ArchImage(host, base); !path.empty()) return {path, {"lsinitcpio", "lsinitrd"}};
  return {};
}

std::vector<std::string> RefreshInitramfsArgv(Host& host, const std::string& release) {
  const auto image = FindInitramfsImage(host, release);
  if (image.path.empty()) return {};
  if (image.path.starts_with("/boot/initrd.img-")) {
    if (!IsFile(host, "/usr/sbin/update-initramfs")) return {};
    return {"update-initramfs", "-u", "-k", release};
  }
  const auto base = PackageBase(host, release);
  if (!base.empty() && IsFile(host, "/usr/bin/mkinitcpio") && IsFile(host, PresetOf(base))) {
    return {"mkinitcpio", "-p", base};
  }
  if (!IsFile(host, "/usr/bin/dracut")) return {};
  if (image.path == fmt::format("/boot/initramfs-{}.img", release)) return {"dracut", "--force", "--kver", release};
  // dracut(8): another name than its own must be given.
  if (image.path.ends_with(".img")) return {"dracut", "--force", "--kver", release, image.path};
  return {};
}

}  // namespace vfqual
