// Where the lab keeps the OpenCL kernels that its guests compiled (harness/stages/opencl_cache.h).
#pragma once

#include <filesystem>
#include <vector>

#include "harness/base/result.h"
#include "harness/lab/accelerator.h"
#include "harness/lab/lab_images.h"
#include "harness/lab/payload.h"

namespace vfqual {

// Named by what the kernels come from: the guests' images, the processor, and the programs that hold their sources.
// The file need not exist.
Result<std::filesystem::path> OpenclCacheFile(const std::filesystem::path& cache, const LabImages& images,
                                              Accelerator accelerator, const std::vector<PayloadItem>& programs);

// Moves what a run kept to its place, whole or not at all; nothing happens where the run kept none.
Status StoreOpenclCache(const std::filesystem::path& kept, const std::filesystem::path& file);

}  // namespace vfqual
