// The kernels of suites/ and bench/, whose texts are in kernels.cl and half_kernel.cl.
#pragma once

#include "suites/opencl/session.h"

namespace vfqual::opencl {

// All kernels are one program with one text, so that an implementation with a compiler cache (PoCL, Intel's NEO)
// compiles it once in a guest, whichever program asks first: PoCL needs 10 s of an emulated CPU for any program.
Result<Program> BuildKernels(const Session& session);

struct KernelSession {
  Session session;
  Program program;  // BuildKernels
};

// OpenDefaultSession with its kernels.
Result<KernelSession> OpenWithKernels(bool allow_cpu_device);

// Only for a device that offers cl_khr_fp16.
Result<Program> BuildHalfKernel(const Session& session);

}  // namespace vfqual::opencl
