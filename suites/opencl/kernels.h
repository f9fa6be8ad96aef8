// The kernels of suites/ and bench/.
#pragma once

#include "suites/opencl/session.h"

namespace vfqual::opencl {

// All kernels are one program with one text, so that an implementation with a compiler cache (PoCL, Intel's NEO)
// compiles it once in a guest, whichever program asks first: PoCL needs 10 s of an emulated CPU for any program.
//   saxpy(float a, const float* x, const float* y, float* result, uint count)
//   read_sum(const uint4* data, uint* sums): each item adds up 16 vectors; see ReadSum
Result<Program> BuildKernels(const Session& session);

}  // namespace vfqual::opencl
