// Which Debian archive images are built from (kernels: module/build/kernel_archives.h): the one this machine's apt is
// configured with.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/host.h"
#include "harness/base/result.h"

namespace vfqual {

struct DebianArchive {
  std::string main;      // URI of the archive; empty: none is known, mmdebstrap's default is used
  std::string security;  // URI of the security archive; empty: none is configured
  std::string keyring;   // file with Debian's archive keys; empty: apt's own trust
};

// `index_targets`: a line "label|site" for each index of apt. The first "Debian" and the first "Debian-Security" win.
DebianArchive ParseIndexTargets(std::string_view index_targets);

// Asks apt-get for them. A machine without apt has no archive, which is no error here.
DebianArchive FindArchive(Host& host);

}  // namespace vfqual
