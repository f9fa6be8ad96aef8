#include "suites/opencl/kernels.h"

#include <string>
#include <string_view>
#include <utility>

namespace vfqual {

extern const std::string_view kOpenclKernels;     // kernels.cl
extern const std::string_view kOpenclHalfKernel;  // half_kernel.cl

namespace opencl {

Result<Program> BuildKernels(const Session& session) {
  return BuildProgram(session, std::string(kOpenclKernels));
}

Result<KernelSession> OpenWithKernels(bool allow_cpu_device) {
  auto session = OpenDefaultSession(allow_cpu_device);
  if (!session) return tl::unexpected(session.error());
  auto program = BuildKernels(*session);
  if (!program) return tl::unexpected(program.error());
  return KernelSession{.session = std::move(*session), .program = std::move(*program)};
}

Result<Program> BuildHalfKernel(const Session& session) {
  return BuildProgram(session, std::string(kOpenclHalfKernel));
}

}  // namespace opencl
}  // namespace vfqual
