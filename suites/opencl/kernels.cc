#include "suites/opencl/kernels.h"

#include <string>
#include <string_view>

namespace vfqual {

extern const std::string_view kOpenclKernels;     // kernels.cl
extern const std::string_view kOpenclHalfKernel;  // half_kernel.cl

namespace opencl {

Result<Program> BuildKernels(const Session& session) {
  return BuildProgram(session, std::string(kOpenclKernels));
}

Result<Program> BuildHalfKernel(const Session& session) {
  return BuildProgram(session, std::string(kOpenclHalfKernel));
}

}  // namespace opencl
}  // namespace vfqual
