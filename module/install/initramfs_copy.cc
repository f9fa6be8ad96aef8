#include "module/install/initramfs_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace vfqual {

namespace {

constexpr std::size_t kMostListBytes = std::size_t{64} << 20U;

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
  const auto image = FindInitramfsImage(host, release);
  copy.image = image.path;
  for (const auto& lister : image.listers) {
    Command list;
    list.argv = {lister, image.path};
    list.max_output_bytes = kMostListBytes;
    const auto listed = host.Run(list);
    if (!listed || !listed->Ok()) continue;
    copy.listed = true;
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
  const bool debian = copy.image.starts_with("/boot/initrd.img-");
  return fmt::format("{} holds another file than modprobe would take: make it anew ({})", copy.image,
                     debian ? "update-initramfs -u -k all" : "mkinitcpio -P, or dracut --force --regenerate-all");
}

}  // namespace vfqual
