#include "suites/opencl/sequence.h"

#include <utility>

namespace vfqual::opencl {
namespace {

constexpr std::size_t kGroupItems = 64;
constexpr std::size_t kTileItems = 8;

std::size_t RoundedUp(std::size_t count, std::size_t step) {
  return (count + step - 1) / step * step;
}

}  // namespace

Range Items(std::size_t count) {
  return {.dimensions = 1, .global = {RoundedUp(count, kGroupItems), 1}, .local = {kGroupItems, 1}};
}

Range Items(std::size_t columns, std::size_t rows) {
  return {.dimensions = 2,
          .global = {RoundedUp(columns, kTileItems), RoundedUp(rows, kTileItems)},
          .local = {kTileItems, kTileItems}};
}

Buffer Sequence::Allocate(std::size_t bytes) {
  if (!Ok()) return nullptr;
  auto made = MakeBuffer(session_, CL_MEM_READ_WRITE, bytes);
  if (!made) {
    done_ = tl::unexpected(made.error());
    return nullptr;
  }
  return std::move(*made);
}

Kernel Sequence::Prepare(const char* kernel) {
  if (!Ok()) return nullptr;
  auto made = MakeKernel(program_, kernel);
  if (!made) {
    done_ = tl::unexpected(made.error());
    return nullptr;
  }
  return std::move(*made);
}

void Sequence::Enqueue(const Kernel& kernel, const Range& range, Event* event, std::span<const cl_event> wait_for) {
  if (!Ok()) return;
  cl_event made = nullptr;
  Note("clEnqueueNDRangeKernel",
       clEnqueueNDRangeKernel(queue_, kernel.get(), range.dimensions, nullptr, range.global.data(), range.local.data(),
                              static_cast<cl_uint>(wait_for.size()), wait_for.empty() ? nullptr : wait_for.data(),
                              event != nullptr ? &made : nullptr));
  if (event != nullptr) event->reset(made);
}

void Sequence::ReadBytes(cl_mem buffer, std::size_t offset, std::size_t bytes, void* values) {
  if (!Ok()) return;
  Note("clEnqueueReadBuffer", clEnqueueReadBuffer(queue_, buffer, CL_TRUE, offset, bytes, values, 0, nullptr, nullptr));
}

void Sequence::WriteBytes(cl_mem buffer, std::size_t bytes, const void* values, std::size_t offset) {
  if (!Ok()) return;
  Note("clEnqueueWriteBuffer",
       clEnqueueWriteBuffer(queue_, buffer, CL_TRUE, offset, bytes, values, 0, nullptr, nullptr));
}

void Sequence::Finish() {
  if (Ok()) Note("clFinish", clFinish(queue_));
}

bool Sequence::Note(const char* call, cl_int status) {
  if (Ok() && status != CL_SUCCESS) done_ = CallFailed(call, status);
  return Ok();
}

}  // namespace vfqual::opencl
