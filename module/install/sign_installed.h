// Signs modules where they lie, and makes anew the initramfs that holds a copy of one: one command, and the next boot
// has it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "module/install/initramfs_refresh.h"
#include "module/secure_boot/sign_files.h"

namespace vfqual {

struct SignedImages {
  RefreshCommands refresh;
  // Of kernels whose image holds a module that is signed, and for which no tool is known here.
  std::vector<std::string> by_hand;
};

// Reads only. An image counts where it holds a module that is to be signed, or one that is signed already but was
// changed after the image was made. Modules outside /lib/modules are in none.
SignedImages FindSignedImages(Host& host, const secure_boot::SignPlan& plan);

// All or none, the images too: where one cannot be made, the modules are put back, and the images are made of those.
Status SignInstalled(Host& host, ChangeLog& changes, const secure_boot::SignPlan& plan, const RefreshCommands& refresh,
                     const std::function<void(const std::string&)>& print);

}  // namespace vfqual
