// The mmdebstrap call that builds an image: a pure function of the definition and the places.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/process.h"
#include "vmimages/image_definition.h"

namespace vfqual {

struct BootstrapPlaces {
  std::filesystem::path work;            // this build's folder: preferences, overlays/, steps/, out/, tmp/
  std::filesystem::path debs;            // packages of earlier builds, so that none is downloaded twice
  std::filesystem::path authorized_key;  // public key that root's login accepts; empty: none
};

// `sources` are lines of sources.list; none: mmdebstrap's default archive.
Command BootstrapCommand(const ImageDefinition& definition, const KernelSource& kernel,
                         const std::vector<std::string>& sources, const BootstrapPlaces& places);

}  // namespace vfqual
