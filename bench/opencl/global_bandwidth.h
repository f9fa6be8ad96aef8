// Reads global memory as fast as the device can.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "suites/opencl/session.h"

namespace vfqual::bench {

// How large a buffer to read where a pass over 4 MiB takes `smallest_pass`: the largest power of two up to 256 MiB and
// the device's limit, but not more than a pass reads in 50 ms, so that a GPU gets past its caches and an emulated CPU
// is not kept for minutes. 4 MiB at least.
std::size_t BufferBytesFor(std::chrono::nanoseconds smallest_pass, std::size_t device_limit_bytes);

class GlobalBandwidth {
 public:
  // Builds the kernel and fills a buffer: `buffer_bytes`, a multiple of 1 MiB, or for 0 as large as BufferBytesFor
  // says. The device is warm and its answer verified when this returns.
  static opencl::Result<GlobalBandwidth> Make(bool allow_cpu_device, std::size_t buffer_bytes);

  std::size_t BufferBytes() const { return buffer_bytes_; }
  const opencl::Device& Device() const { return session_.device; }

  // Reads the whole buffer once and waits for the end.
  opencl::Result<void> Pass() const;
  // Compares the sum of what the last pass read with the host's.
  opencl::Result<void> Verify() const;

 private:
  GlobalBandwidth(opencl::Session session, opencl::Program program, opencl::Kernel kernel, std::size_t group_size);
  // Fills the buffer, reads it, verifies; then the time of one more pass.
  opencl::Result<std::chrono::nanoseconds> WarmUp(std::size_t buffer_bytes);
  opencl::Result<void> Fill(std::size_t buffer_bytes);
  std::size_t ItemCount() const;

  opencl::Session session_;
  opencl::Program program_;
  opencl::Kernel kernel_;
  std::size_t group_size_;
  std::size_t buffer_bytes_ = 0;
  opencl::Buffer data_;
  opencl::Buffer sums_;
  std::uint32_t expected_sum_ = 0;
};

}  // namespace vfqual::bench
