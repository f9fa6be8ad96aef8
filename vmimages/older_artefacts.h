#pragma once

#include "vmimages/artefact.h"

namespace vfqual {

// Each change of a definition leaves an artefact of some 700 MiB behind. Of the same image and kernel the newest beside
// `kept` stays, for whoever goes to and fro between two versions; older ones are removed unless their lock is held.
// What cannot be removed stays: it only takes space.
void RemoveOlderArtefacts(const Artefact& kept);

}  // namespace vfqual
