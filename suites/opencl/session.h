// A device with a context and an in-order queue, and the programs built for it.
#pragma once

#include <string>

#include "suites/opencl/device.h"
#include "suites/opencl/handles.h"
#include "suites/opencl/status.h"

namespace vfqual::opencl {

struct Session {
  Device device;
  Context context;
  Queue queue;
};

Result<Session> OpenSession(const Device& device);

// The device that ListDevices and ChooseDevice lead to, opened.
Result<Session> OpenDefaultSession(bool allow_cpu_device);

// On CL_BUILD_PROGRAM_FAILURE the error's text ends with the compiler's log (at most 8 KiB of it).
Result<Program> BuildProgram(const Session& session, const std::string& source);

// A kernel's argument that is memory of the work-group.
struct LocalBytes {
  std::size_t size = 0;
};

inline cl_int SetArgument(const Kernel& kernel, cl_uint index, const LocalBytes& bytes) {
  return clSetKernelArg(kernel.get(), index, bytes.size, nullptr);
}
template <class Argument>
cl_int SetArgument(const Kernel& kernel, cl_uint index, const Argument& argument) {
  // NOLINTNEXTLINE(bugprone-sizeof-expression): a cl_mem is a pointer, and it is the pointer that is passed
  return clSetKernelArg(kernel.get(), index, sizeof argument, &argument);
}

// Sets a kernel's arguments in order; a cl_mem, LocalBytes or a value each. The status of the first call that fails.
template <class... Arguments>
cl_int SetArguments(const Kernel& kernel, const Arguments&... arguments) {
  cl_uint index = 0;
  cl_int status = CL_SUCCESS;
  ((status = status == CL_SUCCESS ? SetArgument(kernel, index++, arguments) : status), ...);
  return status;
}

Result<Kernel> MakeKernel(const Program& program, const char* name);
Result<Buffer> MakeBuffer(const Session& session, cl_mem_flags flags, std::size_t bytes, void* host_data = nullptr);

}  // namespace vfqual::opencl
