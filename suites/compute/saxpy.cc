#include "suites/compute/saxpy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "suites/compute/saxpy_oracle.h"

namespace vfqual::suites {
namespace {

// One fixed size: a CPU implementation compiles the kernel again for each it meets.
constexpr std::size_t kWorkGroupSize = 64;
constexpr std::size_t kGuardCount = 64;
constexpr float kGuard = -12345.5F;
constexpr float kFactor = 1.37F;

// Multiples of 2^-13 in [-1024, 1024): no denormals, which a device may flush to zero.
std::vector<float> RandomFloats(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> values(count);
  for (auto& value : values) value = (static_cast<float>(random() >> 8U) - 8388608.0F) / 8192.0F;
  return values;
}

// Runs the kernel; `result` holds the guarded buffer before and what the device made of it after.
opencl::Result<void> RunSaxpy(const opencl::Session& session, const opencl::Program& program, std::vector<float>& x,
                              std::vector<float>& y, std::vector<float>& result) {
  const auto bytes_of = [](const std::vector<float>& values) { return values.size() * sizeof(float); };
  constexpr cl_mem_flags kInput = CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR;
  constexpr cl_mem_flags kOutput = CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR;
  const auto kernel = opencl::MakeKernel(program, "saxpy");
  if (!kernel) return tl::unexpected(kernel.error());
  const auto x_buffer = opencl::MakeBuffer(session, kInput, bytes_of(x), x.data());
  if (!x_buffer) return tl::unexpected(x_buffer.error());
  const auto y_buffer = opencl::MakeBuffer(session, kInput, bytes_of(y), y.data());
  if (!y_buffer) return tl::unexpected(y_buffer.error());
  const auto result_buffer = opencl::MakeBuffer(session, kOutput, bytes_of(result), result.data());
  if (!result_buffer) return tl::unexpected(result_buffer.error());

  const auto count = static_cast<cl_uint>(x.size());
  if (const auto status =
          opencl::SetArguments(*kernel, kFactor, x_buffer->get(), y_buffer->get(), result_buffer->get(), count);
      status != CL_SUCCESS) {
    return opencl::CallFailed("clSetKernelArg", status);
  }
  const std::size_t items = (x.size() + kWorkGroupSize - 1) / kWorkGroupSize * kWorkGroupSize;
  cl_int status = clEnqueueNDRangeKernel(session.queue.get(), kernel->get(), 1, nullptr, &items, &kWorkGroupSize, 0,
                                         nullptr, nullptr);
  if (status != CL_SUCCESS) return opencl::CallFailed("clEnqueueNDRangeKernel", status);
  status = clEnqueueReadBuffer(session.queue.get(), result_buffer->get(), CL_TRUE, 0, bytes_of(result), result.data(),
                               0, nullptr, nullptr);
  if (status != CL_SUCCESS) return opencl::CallFailed("clEnqueueReadBuffer", status);
  return {};
}

}  // namespace

Status CheckSaxpy(const opencl::Session& session, const opencl::Program& program, std::size_t count) {
  auto x = RandomFloats(count, 1);
  auto y = RandomFloats(count, 2);
  std::vector<float> result(count + kGuardCount, kGuard);
  if (const auto run = RunSaxpy(session, program, x, y, result); !run) {
    return Fail(fmt::format("saxpy of {} elements: {}", count, run.error().what));
  }
  const std::span all(result);
  if (const auto mismatch = FirstSaxpyMismatch({.a = kFactor, .x = x, .y = y}, all.first(count)))
    return Fail(*mismatch);
  const auto guard = all.subspan(count);
  if (std::any_of(guard.begin(), guard.end(), [](float value) { return value != kGuard; })) {
    return Fail(fmt::format("saxpy of {} elements wrote behind the last one", count));
  }
  return {};
}

}  // namespace vfqual::suites
