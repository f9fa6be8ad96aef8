// ccache on a host where modules are built: what the same compiler made of the same source before is not compiled
// again.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/host.h"

namespace vfqual {

struct CompilerCache {
  std::string programs;  // a folder of links to ccache that are named as the compilers; goes first in PATH
  std::string folder;    // CCACHE_DIR: holds ccache.conf too, where there is one; ccache makes it where it is missing

  // PATH and CCACHE_DIR for the build. PATH is the one of sudo and of systemd's services: no user's folder is in it.
  std::vector<std::pair<std::string, std::string>> Environment() const;
};

// Nothing where the host has no ccache, or `folder` is empty: ccache(1), "run modes", by the links that Debian, Ubuntu
// (/usr/lib/ccache), Arch (/usr/lib/ccache/bin) and Fedora (/usr/lib64/ccache) make.
Result<std::optional<CompilerCache>> FindCompilerCache(Host& host, const std::string& folder);

}  // namespace vfqual
