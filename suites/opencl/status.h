// OpenCL's return codes as names, and a result that carries them. Used by suites/ and bench/.
#pragma once

#include <CL/cl.h>

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace vfqual::opencl {

// "CL_OUT_OF_RESOURCES" for -5; "OpenCL status -4711" for one without a name.
std::string StatusName(cl_int status);

struct Error {
  cl_int status = CL_SUCCESS;
  std::string what;  // "clBuildProgram: CL_BUILD_PROGRAM_FAILURE", with the build log behind it where there is one
};

template <class T>
using Result = tl::expected<T, Error>;

// clGetPlatformIDs' status where the ICD loader finds no driver (CL_PLATFORM_NOT_FOUND_KHR of CL/cl_icd.h).
inline constexpr cl_int kNoIcd = -1001;

// The error of a call that returned `status`.
tl::unexpected<Error> CallFailed(std::string_view call, cl_int status);

}  // namespace vfqual::opencl
