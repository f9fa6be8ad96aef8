// Where kernels' packages, and the tools that build for them, come from: archives that the user names, and the
// distribution's archive that apt on this machine is configured with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "module/build/apt_source.h"

namespace vfqual {

struct KernelArchives {
  std::vector<AptSource> named;    // in the order in which they were given
  std::vector<AptSource> machine;  // Debian's and Ubuntu's, one entry a suite
};

// The machine's, by `apt-get indextargets`: apt itself reads both formats of its sources, and says by the archive's own
// label whose it is. A machine without apt, or without lists, has none, which is no error here. What is configured to
// be trusted without a signature is left out.
KernelArchives FindKernelArchives(Host& host);

// `index_targets`: a line "label|site|suite|component|file:line" for each index.
std::vector<AptSource> ParseMachineSources(Host& host, std::string_view index_targets);

// What is looked into, and how its lists are named in the cache.
struct SuiteSources {
  std::string suite;  // empty: all of them
  std::vector<AptSource> sources;
  std::string cache_name;  // the suite; with a digest of the sources where it is not the machine's own archive

  std::string Lines() const;
  // "noble", or all suites: for messages.
  std::string Describe() const;
};

// A named source with that suite; or one of the same release, whose archive has the others too (noble-updates for
// noble); else the machine's archive, which may have suites that it is not configured with. No sources: none is known.
SuiteSources SourcesOfSuite(const KernelArchives& archives, const std::string& suite);
// Every suite of the named sources; without any, every suite that the machine is configured with.
SuiteSources AllSources(const KernelArchives& archives);

}  // namespace vfqual
