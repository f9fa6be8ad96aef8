// a·x + y on an OpenCL device.
#pragma once

#include <cstddef>

#include "suites/opencl/session.h"
#include "suites/support/result.h"

namespace vfqual::suites {

// Runs the kernel of `program` (opencl::BuildKernels) on `count` random elements (the same ones for the same count) and
// compares with the host's result. Elements behind the last one are guarded: a kernel that writes there fails too.
Status CheckSaxpy(const opencl::Session& session, const opencl::Program& program, std::size_t count);

}  // namespace vfqual::suites
