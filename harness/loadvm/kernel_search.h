// Which kernel `--kernel` means where no lab host is needed: any of the archive's suites.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "module/build/kernel_tree.h"

namespace vfqual {

// The suites that are looked through, oldest first.
const std::vector<std::string>& SearchedSuites();

// `wanted` is a series ("6.12": its newest release in the first suite that has one), a release
// ("6.1.0-50-amd64", also one that is installed here), or PACKAGE@SUITE and the like as PackagedKernel takes it. kInput
// where no suite has it; the error lists the series that there are.
Result<KernelTree> FindKernel(const std::string& wanted, const KernelOptions& options);

// Of package names, the headers of ordinary amd64 kernels of that series or release, oldest first: no cloud, no rt.
std::vector<std::string> HeadersOfSeries(const std::vector<std::string>& packages, const std::string& wanted);

}  // namespace vfqual
