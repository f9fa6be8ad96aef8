#include "bench/opencl/copies.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "suites/opencl/words.h"

namespace vfqual::bench {

opencl::Result<Copies> Copies::Make(const opencl::Session& session, std::size_t bytes) {
  Copies made(session.queue.get());
  made.sent_ = opencl::IncompressibleWords(bytes / sizeof(std::uint32_t));
  made.received_.resize(made.sent_.size());
  auto buffer = opencl::MakeBuffer(session, CL_MEM_READ_WRITE, made.Bytes());
  if (!buffer) return tl::unexpected(buffer.error());
  made.buffer_ = std::move(*buffer);
  auto done = made.ToDevice().and_then([&] { return made.FromDevice(); }).and_then([&] {
    return std::as_const(made).Verify();
  });
  if (!done) return tl::unexpected(done.error());
  return made;
}

opencl::Result<void> Copies::ToDevice() const {
  const cl_int status =
      clEnqueueWriteBuffer(queue_, buffer_.get(), CL_TRUE, 0, Bytes(), sent_.data(), 0, nullptr, nullptr);
  if (status != CL_SUCCESS) return opencl::CallFailed("clEnqueueWriteBuffer", status);
  return {};
}

opencl::Result<void> Copies::FromDevice() {
  const cl_int status =
      clEnqueueReadBuffer(queue_, buffer_.get(), CL_TRUE, 0, Bytes(), received_.data(), 0, nullptr, nullptr);
  if (status != CL_SUCCESS) return opencl::CallFailed("clEnqueueReadBuffer", status);
  return {};
}

opencl::Result<void> Copies::Verify() const {
  const auto differing = std::mismatch(sent_.begin(), sent_.end(), received_.begin());
  if (differing.first == sent_.end()) return {};
  return tl::unexpected(opencl::Error{
      CL_SUCCESS, fmt::format("the copy is wrong: the word at byte {:#x} is {:#010x}, {:#010x} was sent",
                              (differing.first - sent_.begin()) * 4, *differing.second, *differing.first)});
}

}  // namespace vfqual::bench
