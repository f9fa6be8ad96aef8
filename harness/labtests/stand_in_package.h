// The stand-in module as a .deb, as dh_dkms(1) makes them: sources in /usr/src, DKMS' own script after the
// installation, `dkms remove` before the removal.
#pragma once

#include <filesystem>

#include "harness/base/result.h"

namespace vfqual {

inline constexpr const char* kStandInPackage = "lab-gpu-dkms";

// Made from the folder with the stand-in's sources; the file's folder must be there.
Status MakeStandInPackage(const std::filesystem::path& sources, const std::filesystem::path& deb);

// A copy of the sources that does not compile, and says so with this word.
inline constexpr const char* kBrokenWord = "this_does_not_compile";
Status MakeBrokenSources(const std::filesystem::path& sources, const std::filesystem::path& copy);

}  // namespace vfqual
