#include "suites/opencl/kernels.h"

namespace vfqual::opencl {
namespace {

// In read_sum neighbouring work-items read neighbouring vectors, and a work-group one contiguous block.
constexpr const char* kSource = R"(
__kernel void saxpy(float a, __global const float* x, __global const float* y, __global float* result, uint count) {
  const size_t i = get_global_id(0);
  if (i < count) result[i] = a * x[i] + y[i];
}

__kernel void read_sum(__global const uint4* data, __global uint* sums) {
  const size_t step = get_local_size(0);
  size_t i = get_group_id(0) * step * 16 + get_local_id(0);
  uint4 sum = 0;
  for (uint k = 0; k < 16; ++k, i += step) sum += data[i];
  sums[get_global_id(0)] = sum.x + sum.y + sum.z + sum.w;
}
)";

}  // namespace

Result<Program> BuildKernels(const Session& session) {
  return BuildProgram(session, kSource);
}

}  // namespace vfqual::opencl
