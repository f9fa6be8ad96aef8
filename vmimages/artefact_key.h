// What makes two builds of an image the same one.
#pragma once

#include <filesystem>
#include <string>

#include "harness/base/result.h"
#include "vmimages/image_definition.h"

namespace vfqual {

// A SHA-256 over all that decides the built files: the definition's build fields, overlays and hooks (paths, modes,
// contents), the builder's own hooks, and the public key for root's login. Not the kernel command line and the memory,
// which a machine gets at its start, and not the archive's state: an image is built anew for newer packages when asked.
Result<std::string> ArtefactKey(const ImageDefinition& definition, const std::string& kernel,
                                const std::string& authorized_key);

}  // namespace vfqual
