#include "module/install/initramfs_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace vfqual {

namespace {

constexpr std::size_t kMostListBytes = std::size_t{64} << 20U;

struct Lister {
  const char* program;
  const char* image;  // followed by the release
  const char* ending;
};
// The program that lists an image, with the image's usual name.
constexpr std::array kListers = {Lister{"lsinitramfs", "/boot/initrd.img-", ""},
                                 Lister{"lsinitrd", "/boot/initramfs-", ".img"},
                                 Lister{"lsinitcpio", "/boot/initramfs-", ".img"}};

// "i915" of "usr/lib/modules/6.12/updates/dkms/i915.ko.xz".
std::string NameOf(const std::string& path) {
  auto name = path.substr(path.rfind('/') + 1);
  name = name.substr(0, name.find(".ko"));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// Below lib/modules/RELEASE, without the packing's ending.
std::string Place(const std::string& path) {
  constexpr std::string_view kMark = "lib/modules/";
  const auto at = path.find(kMark);
  if (at == std::string::npos) return path;
  auto place = path.substr(path.find('/', at + kMark.size()) + 1);
  return place.substr(0, place.rfind(".ko"));
}

}  // namespace

InitramfsCopy FindInitramfsCopy(Host& host, const std::string& module, const std::string& release) {
  InitramfsCopy copy;
  auto wanted = module;
  std::replace(wanted.begin(), wanted.end(), '-', '_');
  for (const auto& lister : kListers) {
    const auto image = lister.image + release + lister.ending;
    if (!host.Exists(image).value_or(false)) continue;
    Command list;
    list.argv = {lister.program, image};
    list.max_output_bytes = kMostListBytes;
    const auto listed = host.Run(list);
    if (!listed || !listed->Ok()) continue;
    copy.image = image;
    std::istringstream lines(listed->out);
    for (std::string line; std::getline(lines, line);) {
      // lsinitrd prints `ls -l` lines: the path is the last word.
      const auto path = line.substr(line.rfind(' ') + 1);
      if (path.find(".ko") != std::string::npos && NameOf(path) == wanted) copy.path = path;
    }
    return copy;
  }
  return copy;
}

std::string WhyStale(const InitramfsCopy& copy, const std::string& path) {
  if (copy.path.empty() || path.empty() || Place(copy.path) == Place(path)) return {};
  return fmt::format("{} holds another file than modprobe would take: make it anew (update-initramfs -u -k all)",
                     copy.image);
}

std::vector<std::string> RefreshInitramfsArgv(Host& host, const std::string& release) {
  if (host.Exists("/boot/initrd.img-" + release).value_or(false) &&
      host.Exists("/usr/sbin/update-initramfs").value_or(false)) {
    return {"update-initramfs", "-u", "-k", release};
  }
  // mkinitcpio(8) and dracut(8): not run here. Arch's pacman hooks make the image themselves.
  if (host.Exists("/boot/initramfs-" + release + ".img").value_or(false) &&
      host.Exists("/usr/bin/dracut").value_or(false)) {
    return {"dracut", "--force", "--kver", release};
  }
  return {};
}

}  // namespace vfqual
