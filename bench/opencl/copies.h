// Copies between the host's memory and the device's.
#pragma once

#include <cstdint>
#include <vector>

#include "suites/opencl/session.h"

namespace vfqual::bench {

class Copies {
 public:
  // The session must outlive the object. Warm and verified when this returns.
  static opencl::Result<Copies> Make(const opencl::Session& session, std::size_t bytes);

  opencl::Result<void> ToDevice() const;
  opencl::Result<void> FromDevice();
  // Whether what came back is what was sent.
  opencl::Result<void> Verify() const;
  std::size_t Bytes() const { return sent_.size() * sizeof(std::uint32_t); }

 private:
  explicit Copies(cl_command_queue queue) : queue_(queue) {}

  cl_command_queue queue_;
  std::vector<std::uint32_t> sent_;
  std::vector<std::uint32_t> received_;
  opencl::Buffer buffer_;
};

}  // namespace vfqual::bench
