// The copy of a module in a kernel's initramfs: it is what loads at boot, whatever lies in /lib/modules.
#pragma once

#include <string>

#include "harness/base/host.h"
#include "module/install/initramfs_image.h"

namespace vfqual {

struct InitramfsCopy {
  std::string image;  // "/boot/initrd.img-6.12"; empty: none was found for this kernel
  std::string path;   // of the module in it; empty: it is not in it, or that cannot be told
  bool listed = false;

  bool MayHoldIt() const { return listed ? !path.empty() : !image.empty(); }
};

// By lsinitramfs(8); Fedora and Arch by lsinitrd(1) or lsinitcpio(8) (not run here). A host without these tools tells
// nothing.
InitramfsCopy FindInitramfsCopy(Host& host, const std::string& module, const std::string& release);

// Why the copy is not the module at `path` (what modprobe would take); empty where it may be. `update-initramfs` or its
// like is the remedy.
std::string WhyStale(const InitramfsCopy& copy, const std::string& path);

}  // namespace vfqual
