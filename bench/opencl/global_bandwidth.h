// The bandwidth at which a device reads its global memory.
#pragma once

#include <chrono>
#include <cstddef>

#include "suites/opencl/kernels.h"
#include "suites/opencl/read_sum.h"

namespace vfqual::bench {

// How large a buffer to read where a pass over 4 MiB takes `smallest_pass`: the largest power of two up to 256 MiB and
// the device's limit, but not more than a pass reads in 50 ms, so that a GPU gets past its caches and an emulated CPU
// is not kept for minutes. 4 MiB at least.
std::size_t BufferBytesFor(std::chrono::nanoseconds smallest_pass, std::size_t device_limit_bytes);

// Fills a buffer: `buffer_bytes`, a multiple of 1 MiB, or for 0 as large as BufferBytesFor says. Tries each way to read
// it, and keeps the fastest. The device is warm and its answer verified when this returns. `opened` must outlive the
// result.
opencl::Result<opencl::ReadSum> PrepareGlobalBandwidth(const opencl::KernelSession& opened, std::size_t buffer_bytes);

}  // namespace vfqual::bench
