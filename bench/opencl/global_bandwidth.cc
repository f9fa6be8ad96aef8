#include "bench/opencl/global_bandwidth.h"

#include <algorithm>
#include <utility>

namespace vfqual::bench {
namespace {

constexpr std::size_t kSmallestBuffer = std::size_t{4} << 20U;
constexpr std::size_t kLargestBuffer = std::size_t{256} << 20U;
constexpr std::chrono::milliseconds kLongestPass{50};

// Runs a first pass, verifies it, and takes the shortest time of three others.
opencl::Result<std::chrono::nanoseconds> WarmUp(const opencl::ReadSum& read) {
  auto done = read.Pass().and_then([&] { return read.Verify(); });
  auto fastest = std::chrono::nanoseconds::max();
  for (int pass = 0; pass < 3 && done; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    done = read.Pass();
    fastest = std::min<std::chrono::nanoseconds>(fastest, std::chrono::steady_clock::now() - start);
  }
  if (!done) return tl::unexpected(done.error());
  return fastest;
}

}  // namespace

std::size_t BufferBytesFor(std::chrono::nanoseconds smallest_pass, std::size_t device_limit_bytes) {
  const std::size_t limit = std::min(kLargestBuffer, device_limit_bytes);
  std::size_t size = kSmallestBuffer;
  while (size * 2 <= limit && smallest_pass * (size * 2 / kSmallestBuffer) <= kLongestPass) size *= 2;
  return size;
}

opencl::Result<opencl::ReadSum> PrepareGlobalBandwidth(const opencl::KernelSession& opened, std::size_t buffer_bytes) {
  const auto& [session, program] = opened;
  const std::size_t first_bytes = buffer_bytes != 0 ? buffer_bytes : kSmallestBuffer;
  auto best = opencl::ReadSum::Make(session, program, first_bytes, opencl::ReadPattern::kNeighbours);
  auto fastest = best.and_then(WarmUp);
  if (!fastest) return tl::unexpected(fastest.error());
  auto blocks = opencl::ReadSum::Make(session, program, first_bytes, opencl::ReadPattern::kBlocks);
  const auto blocks_pass = blocks.and_then(WarmUp);
  if (!blocks_pass) return tl::unexpected(blocks_pass.error());
  if (*blocks_pass < *fastest) {
    fastest = blocks_pass;
    best = std::move(blocks);
  }
  if (buffer_bytes != 0) return best;
  const auto& device = session.device;
  const auto bytes =
      BufferBytesFor(*fastest, std::min<std::size_t>(device.max_alloc_bytes, device.global_mem_bytes / 8));
  if (bytes == first_bytes) return best;
  best = opencl::ReadSum::Make(session, program, bytes, best->Pattern());
  if (const auto pass = best.and_then(WarmUp); !pass) return tl::unexpected(pass.error());
  return best;
}

}  // namespace vfqual::bench
