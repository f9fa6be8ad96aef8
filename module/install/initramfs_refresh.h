// Making the initramfs anew where it holds a module that was changed: it is its copy that loads at boot.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/base/changes/change_log.h"
#include "harness/base/host.h"
#include "harness/base/result.h"

namespace vfqual {

using RefreshCommands = std::vector<std::vector<std::string>>;

// Adds what makes the kernel's image anew to `commands`, where it holds one of the modules, or where what it holds
// cannot be told. False: it does, and no tool for it is known here.
bool AddRefresh(Host& host, const std::vector<std::string>& modules, const std::string& release,
                RefreshCommands& commands);

// Undone in the reverse order: announced before the modules are changed, the images are made anew when those are as
// before again.
Status AnnounceRefresh(ChangeLog& changes, const RefreshCommands& commands);
// One line a command. kSubject: a command failed.
Status RunRefresh(ChangeLog& changes, const RefreshCommands& commands,
                  const std::function<void(const std::string&)>& print);

}  // namespace vfqual
