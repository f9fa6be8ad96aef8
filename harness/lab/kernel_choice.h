// Which lab host image a kernel asked for by --kernel or the plan means.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "vmimages/image.h"
#include "vmimages/image_definition.h"

namespace vfqual {

inline constexpr const char* kDefaultKernel = "6.12";  // of Debian 13

struct LabKernel {
  ImageDefinition definition;
  std::string kernel;  // its name there: "6.12"
  std::string wanted;  // as asked for: "6.12", "6.12.107+deb13-amd64"
};

// Each of `wanted` is a series ("6.12") or a release of one ("6.12.107", "6.12.107+deb13-amd64"). An unknown one's
// error lists what there is. Blame kInput.
Result<std::vector<LabKernel>> ChooseKernels(const std::vector<ImageDefinition>& definitions,
                                             const std::vector<std::string>& wanted);

// The image's kernel may be of another release than the one asked for: an error then (blame kInput).
Status CheckRelease(const LabKernel& kernel, const Image& image);

}  // namespace vfqual
