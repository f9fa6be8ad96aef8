#include "suites/opencl/read_sum.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "suites/opencl/words.h"

namespace vfqual::opencl {
namespace {

constexpr std::size_t kMaxGroupSize = 256;  // reads 64 or 256 KiB

// A power of two: a few times what the device runs at once.
Result<std::size_t> GroupSize(const Session& session, const Kernel& kernel) {
  std::size_t largest = 0;
  std::size_t multiple = 0;
  const auto query = [&](cl_kernel_work_group_info what, std::size_t& answer) {
    return clGetKernelWorkGroupInfo(kernel.get(), session.device.id, what, sizeof answer, &answer, nullptr);
  };
  cl_int status = query(CL_KERNEL_WORK_GROUP_SIZE, largest);
  if (status == CL_SUCCESS) status = query(CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE, multiple);
  if (status != CL_SUCCESS) return CallFailed("clGetKernelWorkGroupInfo", status);
  std::size_t size = 1;
  while (size * 2 <= std::min({largest, multiple * 8, kMaxGroupSize})) size *= 2;
  return size;
}

}  // namespace

std::string_view Word(ReadPattern pattern) {
  return pattern == ReadPattern::kBlocks ? "blocks" : "neighbours";
}

Result<ReadSum> ReadSum::Make(const Session& session, const Program& program, std::size_t bytes, ReadPattern pattern) {
  const bool blocks = pattern == ReadPattern::kBlocks;
  ReadSum made(session.queue.get(), bytes, pattern);
  auto kernel = MakeKernel(program, blocks ? "read_sum_block" : "read_sum");
  if (!kernel) return tl::unexpected(kernel.error());
  const auto group_size = GroupSize(session, *kernel);
  if (!group_size) return tl::unexpected(group_size.error());
  auto words = IncompressibleWords(bytes / sizeof(std::uint32_t));
  auto data = MakeBuffer(session, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, bytes, words.data());
  if (!data) return tl::unexpected(data.error());
  auto sums = MakeBuffer(session, CL_MEM_WRITE_ONLY, made.ItemCount() * sizeof(cl_uint));
  if (!sums) return tl::unexpected(sums.error());
  const cl_int status = SetArguments(*kernel, data->get(), sums->get());
  if (status != CL_SUCCESS) return CallFailed("clSetKernelArg", status);

  made.group_size_ = *group_size;
  made.expected_sum_ = WordSum(words);
  made.kernel_ = std::move(*kernel);
  made.data_ = std::move(*data);
  made.sums_ = std::move(*sums);
  return made;
}

std::size_t ReadSum::ItemCount() const {
  return bytes_ / 16 / (pattern_ == ReadPattern::kBlocks ? sizeof(cl_uint16) : sizeof(cl_uint4));
}

Result<void> ReadSum::Pass() const {
  const std::size_t items = ItemCount();
  cl_int status = clEnqueueNDRangeKernel(queue_, kernel_.get(), 1, nullptr, &items, &group_size_, 0, nullptr, nullptr);
  if (status != CL_SUCCESS) return CallFailed("clEnqueueNDRangeKernel", status);
  status = clFinish(queue_);
  if (status != CL_SUCCESS) return CallFailed("clFinish", status);
  return {};
}

Result<void> ReadSum::Verify() const {
  std::vector<std::uint32_t> sums(ItemCount());
  const std::size_t bytes = sums.size() * sizeof(std::uint32_t);
  const cl_int status = clEnqueueReadBuffer(queue_, sums_.get(), CL_TRUE, 0, bytes, sums.data(), 0, nullptr, nullptr);
  if (status != CL_SUCCESS) return CallFailed("clEnqueueReadBuffer", status);
  const auto sum = WordSum(sums);
  if (sum == expected_sum_) return {};
  return tl::unexpected(
      Error{CL_SUCCESS, fmt::format("the device read wrong data: {} bytes add up to {:#010x}, {:#010x} expected",
                                    bytes_, sum, expected_sum_)});
}

Result<void> ReadSum::Spoil() const {
  std::uint32_t word = 0;
  const std::size_t at = bytes_ / 2;
  cl_int status = clEnqueueReadBuffer(queue_, data_.get(), CL_TRUE, at, sizeof word, &word, 0, nullptr, nullptr);
  if (status != CL_SUCCESS) return CallFailed("clEnqueueReadBuffer", status);
  word ^= 0x100U;
  status = clEnqueueWriteBuffer(queue_, data_.get(), CL_TRUE, at, sizeof word, &word, 0, nullptr, nullptr);
  if (status != CL_SUCCESS) return CallFailed("clEnqueueWriteBuffer", status);
  return {};
}

}  // namespace vfqual::opencl
