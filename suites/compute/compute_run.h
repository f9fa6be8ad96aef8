// What a check of suite_compute works with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "suites/opencl/session.h"
#include "suites/opencl/words.h"
#include "suites/support/result.h"

namespace vfqual::suites {

struct ComputeRun {
  const opencl::Session& session;
  const opencl::Program& program;  // BuildKernels
  std::uint32_t seed = 1;          // of all data: two guests with seeds of their own never compute the same
  std::size_t max_memory_bytes = 0;
  bool faulty = false;  // the check makes the device's result wrong before it looks at it; proves that it looks
};

// Random words of this run; another `salt` gives others.
inline std::vector<std::uint32_t> RandomWords(const ComputeRun& run, std::size_t count, std::uint32_t salt) {
  return opencl::IncompressibleWords(count, run.seed * 1000 + salt);
}

inline Status ToStatus(const opencl::Result<void>& result) {
  return result ? Status{} : Fail(result.error().what);
}

}  // namespace vfqual::suites
