// What apt is told when an image is built.
#pragma once

#include <string>
#include <vector>

#include "harness/base/debian_archive.h"
#include "harness/base/result.h"
#include "vmimages/image_definition.h"

namespace vfqual {

// The lines of sources.list for the definition's suites and the kernel's; empty where mmdebstrap's default serves.
// An error when there is no archive and the default, which has the base suite alone, is not enough.
Result<std::vector<std::string>> SourceLines(const ImageDefinition& definition, const KernelSource& kernel,
                                             const DebianArchive& archive);

// apt_preferences(5): of a suite that only the kernel comes from, nothing else is taken by itself.
std::string AptPreferences(const ImageDefinition& definition, const KernelSource& kernel);

}  // namespace vfqual
