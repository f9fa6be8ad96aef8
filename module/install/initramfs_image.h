// A kernel's initramfs as distributions name it.
#pragma once

#include <string>
#include <vector>

#include "harness/base/host.h"

namespace vfqual {

struct InitramfsImage {
  std::string path;                  // empty: none is there
  std::vector<std::string> listers;  // programs that list what is in it
};

// Debian and Ubuntu: /boot/initrd.img-RELEASE. Fedora: /boot/initramfs-RELEASE.img. Arch: what the kernel's preset of
// mkinitcpio names (/etc/mkinitcpio.d/PKGBASE.preset, default_uki or default_image), else /boot/initramfs-PKGBASE.img;
// several releases of one package never are there at once (Arch wiki, "mkinitcpio"; not run here).
InitramfsImage FindInitramfsImage(Host& host, const std::string& release);

// What makes the kernel's initramfs anew here; empty: no tool for it, or no image to make anew.
std::vector<std::string> RefreshInitramfsArgv(Host& host, const std::string& release);

}  // namespace vfqual
