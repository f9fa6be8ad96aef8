// Which Debian archive an image is built from: the one this machine's apt is configured with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "vmimages/image_definition.h"

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

// The lines of sources.list for the definition's suites and the kernel's; empty where mmdebstrap's default serves.
// An error when there is no archive and the default, which has the base suite alone, is not enough.
Result<std::vector<std::string>> SourceLines(const ImageDefinition& definition, const KernelSource& kernel,
                                             const DebianArchive& archive);

// apt_preferences(5): of a suite that only the kernel comes from, nothing else is taken by itself.
std::string AptPreferences(const ImageDefinition& definition, const KernelSource& kernel);

}  // namespace vfqual
