// One image with one kernel in the cache.
#pragma once

#include <filesystem>
#include <string>

#include "harness/base/result.h"
#include "vmimages/image.h"
#include "vmimages/image_definition.h"
#include "vmimages/manifest.h"
#include "vmimages/ssh_identity.h"

namespace vfqual {

struct Artefact {
  std::string kernel;
  std::string key;               // ArtefactKey
  std::filesystem::path folder;  // <cache>/images/<name>+<kernel>-<key's start>, there or not
  SshIdentity identity;          // lab and boot hosts only
};

// Lab and boot hosts: what to do when the cache has no SSH key yet.
enum class MissingKey { kMake, kLeave };

// An empty `kernel` takes the only one of the definition.
Result<Artefact> LocateArtefact(const ImageDefinition& definition, const std::string& kernel,
                                const std::filesystem::path& cache, MissingKey missing_key);

// An error when it is missing, half-written or damaged.
Result<Image> OpenArtefact(const ImageDefinition& definition, const Artefact& artefact, CheckDepth depth);

}  // namespace vfqual
