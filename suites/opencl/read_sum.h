// Reads a buffer of global memory as fast as the device can, and proves that it was read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "suites/opencl/session.h"

namespace vfqual::opencl {

enum class ReadPattern {
  kNeighbours,  // neighbouring items read neighbouring vectors: coalesced on a GPU
  kBlocks       // each item reads 1 KiB: one stream for a CPU's core
};

// "neighbours", "blocks"
std::string_view Word(ReadPattern pattern);

class ReadSum {
 public:
  // Fills a buffer of `bytes`, a multiple of 256 KiB. The session and its program of BuildKernels must outlive the
  // object.
  static Result<ReadSum> Make(const Session& session, const Program& program, std::size_t bytes,
                              ReadPattern pattern = ReadPattern::kNeighbours);

  std::size_t Bytes() const { return bytes_; }
  ReadPattern Pattern() const { return pattern_; }

  // Reads the whole buffer once and waits for the end.
  Result<void> Pass() const;
  // Compares the sum of what the last pass read with the host's.
  Result<void> Verify() const;
  // Changes a bit of the buffer, so that Verify must fail after the next pass.
  Result<void> Spoil() const;

 private:
  ReadSum(cl_command_queue queue, std::size_t bytes, ReadPattern pattern)
      : queue_(queue), bytes_(bytes), pattern_(pattern) {}
  std::size_t ItemCount() const;

  cl_command_queue queue_;
  std::size_t bytes_;
  ReadPattern pattern_;
  std::size_t group_size_ = 1;
  std::uint32_t expected_sum_ = 0;
  Kernel kernel_;
  Buffer data_;
  Buffer sums_;
};

}  // namespace vfqual::opencl
