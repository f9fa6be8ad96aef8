#include "bench/opencl/global_bandwidth.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "bench/opencl/checksum.h"

namespace vfqual::bench {
namespace {

// Neighbouring work-items read neighbouring vectors, and a work-group one contiguous block.
constexpr const char* kSource = R"(
__kernel void read_sum(__global const uint4* data, __global uint* sums) {
  const size_t step = get_local_size(0);
  size_t i = get_group_id(0) * step * 16 + get_local_id(0);
  uint4 sum = 0;
  for (uint k = 0; k < 16; ++k, i += step) sum += data[i];
  sums[get_global_id(0)] = sum.x + sum.y + sum.z + sum.w;
}
)";
constexpr std::size_t kBytesPerItem = 16 * sizeof(cl_uint4);
constexpr std::size_t kMaxGroupSize = 256;  // divides a MiB's worth of items

constexpr std::size_t kSmallestBuffer = std::size_t{4} << 20U;
constexpr std::size_t kLargestBuffer = std::size_t{256} << 20U;
constexpr std::chrono::milliseconds kLongestPass{50};

opencl::Result<std::size_t> GroupSize(const opencl::Session& session, const opencl::Kernel& kernel) {
  std::size_t largest = 0;
  std::size_t multiple = 0;
  cl_int status = clGetKernelWorkGroupInfo(kernel.get(), session.device.id, CL_KERNEL_WORK_GROUP_SIZE, sizeof largest,
                                           &largest, nullptr);
  if (status == CL_SUCCESS) {
    status = clGetKernelWorkGroupInfo(kernel.get(), session.device.id, CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE,
                                      sizeof multiple, &multiple, nullptr);
  }
  if (status != CL_SUCCESS) return opencl::CallFailed("clGetKernelWorkGroupInfo", status);
  std::size_t size = 1;
  while (size * 2 <= std::min({largest, multiple * 8, kMaxGroupSize})) size *= 2;
  return size;
}

}  // namespace

std::size_t BufferBytesFor(std::chrono::nanoseconds smallest_pass, std::size_t device_limit_bytes) {
  std::size_t size = kSmallestBuffer;
  while (size * 2 <= std::min(kLargestBuffer, device_limit_bytes) &&
         smallest_pass * (size * 2 / kSmallestBuffer) <= kLongestPass)
    size *= 2;
  return size;
}

GlobalBandwidth::GlobalBandwidth(opencl::Session session, opencl::Program program, opencl::Kernel kernel,
                                 std::size_t group_size)
    : session_(std::move(session)), program_(std::move(program)), kernel_(std::move(kernel)), group_size_(group_size) {}

opencl::Result<GlobalBandwidth> GlobalBandwidth::Make(bool allow_cpu_device, std::size_t buffer_bytes) {
  auto session = opencl::OpenDefaultSession(allow_cpu_device);
  if (!session) return tl::unexpected(session.error());
  auto program = opencl::BuildProgram(*session, kSource);
  if (!program) return tl::unexpected(program.error());
  auto kernel = opencl::MakeKernel(*program, "read_sum");
  if (!kernel) return tl::unexpected(kernel.error());
  const auto group_size = GroupSize(*session, *kernel);
  if (!group_size) return tl::unexpected(group_size.error());

  GlobalBandwidth bandwidth(std::move(*session), std::move(*program), std::move(*kernel), *group_size);
  if (buffer_bytes != 0) return bandwidth.WarmUp(buffer_bytes).map([&](auto) { return std::move(bandwidth); });
  const auto pass = bandwidth.WarmUp(kSmallestBuffer);
  if (!pass) return tl::unexpected(pass.error());
  const auto size = BufferBytesFor(
      *pass, std::min<std::size_t>(bandwidth.Device().max_alloc_bytes, bandwidth.Device().global_mem_bytes / 8));
  if (size == kSmallestBuffer) return bandwidth;
  return bandwidth.WarmUp(size).map([&](auto) { return std::move(bandwidth); });
}

opencl::Result<std::chrono::nanoseconds> GlobalBandwidth::WarmUp(std::size_t buffer_bytes) {
  auto done = Fill(buffer_bytes).and_then([&] { return Pass(); }).and_then([&] { return Verify(); });
  const auto start = std::chrono::steady_clock::now();
  if (done) done = Pass();
  if (!done) return tl::unexpected(done.error());
  return std::chrono::steady_clock::now() - start;
}

std::size_t GlobalBandwidth::ItemCount() const {
  return buffer_bytes_ / kBytesPerItem;
}

opencl::Result<void> GlobalBandwidth::Fill(std::size_t buffer_bytes) {
  data_.reset();
  sums_.reset();
  buffer_bytes_ = buffer_bytes;
  auto words = IncompressibleWords(buffer_bytes / sizeof(std::uint32_t));
  expected_sum_ = WordSum(words);
  auto data = opencl::MakeBuffer(session_, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, buffer_bytes, words.data());
  if (!data) return tl::unexpected(data.error());
  auto sums = opencl::MakeBuffer(session_, CL_MEM_WRITE_ONLY, ItemCount() * sizeof(cl_uint));
  if (!sums) return tl::unexpected(sums.error());
  data_ = std::move(*data);
  sums_ = std::move(*sums);
  const cl_int status = opencl::SetArguments(kernel_, data_.get(), sums_.get());
  if (status != CL_SUCCESS) return opencl::CallFailed("clSetKernelArg", status);
  return {};
}

opencl::Result<void> GlobalBandwidth::Pass() const {
  const std::size_t items = ItemCount();
  cl_int status = clEnqueueNDRangeKernel(session_.queue.get(), kernel_.get(), 1, nullptr, &items, &group_size_, 0,
                                         nullptr, nullptr);
  if (status != CL_SUCCESS) return opencl::CallFailed("clEnqueueNDRangeKernel", status);
  status = clFinish(session_.queue.get());
  if (status != CL_SUCCESS) return opencl::CallFailed("clFinish", status);
  return {};
}

opencl::Result<void> GlobalBandwidth::Verify() const {
  std::vector<std::uint32_t> sums(ItemCount());
  const cl_int status = clEnqueueReadBuffer(session_.queue.get(), sums_.get(), CL_TRUE, 0,
                                            sums.size() * sizeof(std::uint32_t), sums.data(), 0, nullptr, nullptr);
  if (status != CL_SUCCESS) return opencl::CallFailed("clEnqueueReadBuffer", status);
  const auto sum = WordSum(sums);
  if (sum == expected_sum_) return {};
  return tl::unexpected(opencl::Error{
      CL_SUCCESS,
      fmt::format("the device read wrong data: its sum is {:#010x}, {:#010x} expected", sum, expected_sum_)});
}

}  // namespace vfqual::bench
