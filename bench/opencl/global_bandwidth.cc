#include "bench/opencl/global_bandwidth.h"

#include <algorithm>
#include <utility>

#include "suites/opencl/kernels.h"

namespace vfqual::bench {
namespace {

constexpr std::size_t kSmallestBuffer = std::size_t{4} << 20U;
constexpr std::size_t kLargestBuffer = std::size_t{256} << 20U;
constexpr std::chrono::milliseconds kLongestPass{50};

// Runs a first pass, verifies it, and takes the time of a second.
opencl::Result<std::chrono::nanoseconds> WarmUp(const opencl::ReadSum& read) {
  auto done = read.Pass().and_then([&] { return read.Verify(); });
  const auto start = std::chrono::steady_clock::now();
  if (done) done = read.Pass();
  if (!done) return tl::unexpected(done.error());
  return std::chrono::steady_clock::now() - start;
}

}  // namespace

std::size_t BufferBytesFor(std::chrono::nanoseconds smallest_pass, std::size_t device_limit_bytes) {
  const std::size_t limit = std::min(kLargestBuffer, device_limit_bytes);
  std::size_t size = kSmallestBuffer;
  while (size * 2 <= limit && smallest_pass * (size * 2 / kSmallestBuffer) <= kLongestPass) size *= 2;
  return size;
}

opencl::Result<GlobalBandwidth> PrepareGlobalBandwidth(bool allow_cpu_device, std::size_t buffer_bytes) {
  auto session = opencl::OpenDefaultSession(allow_cpu_device);
  if (!session) return tl::unexpected(session.error());
  auto program = opencl::BuildKernels(*session);
  if (!program) return tl::unexpected(program.error());

  auto read = opencl::ReadSum::Make(*session, *program, buffer_bytes != 0 ? buffer_bytes : kSmallestBuffer);
  auto pass = read.and_then(WarmUp);
  if (pass && buffer_bytes == 0) {
    const auto& device = session->device;
    const auto bytes =
        BufferBytesFor(*pass, std::min<std::size_t>(device.max_alloc_bytes, device.global_mem_bytes / 8));
    read = opencl::ReadSum::Make(*session, *program, bytes);
    pass = read.and_then(WarmUp);
  }
  if (!pass) return tl::unexpected(pass.error());
  return GlobalBandwidth{.session = std::move(*session), .program = std::move(*program), .read = std::move(*read)};
}

}  // namespace vfqual::bench
