#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "suites/compute/checks.h"
#include "suites/compute/word_oracle.h"
#include "suites/opencl/sequence.h"

namespace vfqual::suites {
namespace {

constexpr AffineStep kStep{.factor = 1664525, .summand = 1013904223};

void RunStep(opencl::Sequence& cl, const opencl::Buffer& words, std::size_t count) {
  const auto items = static_cast<cl_uint>(count);
  cl.Run("affine", opencl::Items(count), words, kStep.factor, kStep.summand, items);
}

// In bytes; sub-buffers begin at its multiples.
std::size_t BaseAlignment(opencl::Sequence& cl, cl_device_id device) {
  cl_uint bits = 0;
  cl.Note("clGetDeviceInfo", clGetDeviceInfo(device, CL_DEVICE_MEM_BASE_ADDR_ALIGN, sizeof bits, &bits, nullptr));
  return std::max<std::size_t>(bits / 8, sizeof(cl_uint));
}

opencl::Buffer SubBuffer(opencl::Sequence& cl, const opencl::Buffer& whole, std::size_t origin, std::size_t bytes) {
  if (!cl.Ok()) return nullptr;
  const cl_buffer_region region{origin, bytes};
  cl_int status = CL_SUCCESS;
  opencl::Buffer part(
      clCreateSubBuffer(whole.get(), CL_MEM_READ_WRITE, CL_BUFFER_CREATE_TYPE_REGION, &region, &status));
  cl.Note("clCreateSubBuffer", status);
  return part;
}

// Maps the buffer, lets `use` see the words, and unmaps it.
template <class Use>
void WithMapped(opencl::Sequence& cl, const opencl::Buffer& buffer, cl_map_flags how, std::size_t count, Use use) {
  if (!cl.Ok()) return;
  cl_int status = CL_SUCCESS;
  void* mapped = clEnqueueMapBuffer(cl.Queue(), buffer.get(), CL_TRUE, how, 0, count * sizeof(std::uint32_t), 0,
                                    nullptr, nullptr, &status);
  if (!cl.Note("clEnqueueMapBuffer", status)) return;
  use(std::span(static_cast<std::uint32_t*>(mapped), count));
  cl.Note("clEnqueueUnmapMemObject", clEnqueueUnmapMemObject(cl.Queue(), buffer.get(), mapped, 0, nullptr, nullptr));
}

}  // namespace

Status CheckSubBuffers(const ComputeRun& run) {
  opencl::Sequence cl(run.session, run.program);
  const auto part_words = std::max<std::size_t>(BaseAlignment(cl, run.session.device.id) / sizeof(std::uint32_t), 64);
  const auto part_bytes = part_words * sizeof(std::uint32_t);
  const auto words = RandomWords(run, part_words * 4, 9);
  const auto whole = cl.Upload(std::span(words));
  // The second quarter once, the fourth one twice; the others stay.
  const auto second = SubBuffer(cl, whole, (run.faulty ? 2 : 1) * part_bytes, part_bytes);
  const auto fourth = SubBuffer(cl, whole, 3 * part_bytes, part_bytes);
  RunStep(cl, second, part_words);
  RunStep(cl, fourth, part_words);
  RunStep(cl, fourth, part_words);
  std::vector<std::uint32_t> got(words.size());
  cl.Read(whole, std::span(got));
  if (!cl.Ok()) return ToStatus(cl.Done());

  auto expected = words;
  const std::array steps{kStep, kStep};
  const auto expect = [&](std::size_t part, std::size_t step_count) {
    const auto begin = words.begin() + static_cast<std::ptrdiff_t>(part * part_words);
    const auto after = AfterSteps({begin, begin + static_cast<std::ptrdiff_t>(part_words)},
                                  std::span<const AffineStep>(steps).first(step_count));
    std::copy(after.begin(), after.end(), expected.begin() + static_cast<std::ptrdiff_t>(part * part_words));
  };
  expect(1, 1);
  expect(3, 2);
  if (auto mismatch = FirstWordMismatch(expected, got)) {
    return Fail(fmt::format("of four parts of {} words the second and the fourth were changed through sub-buffers: {}",
                            part_words, *mismatch));
  }
  return {};
}

Status CheckMappedBuffer(const ComputeRun& run) {
  constexpr std::size_t kCount = 4093;
  const auto words = RandomWords(run, kCount, 10);
  std::vector<std::uint32_t> got(kCount);
  opencl::Sequence cl(run.session, run.program);
  const auto buffer = cl.Allocate(kCount * sizeof(std::uint32_t));
  WithMapped(cl, buffer, CL_MAP_WRITE_INVALIDATE_REGION, kCount,
             [&](std::span<std::uint32_t> mapped) { std::copy(words.begin(), words.end(), mapped.begin()); });
  RunStep(cl, buffer, kCount);
  if (run.faulty) cl.WriteOne(buffer, kCount - 1, words.back());
  WithMapped(cl, buffer, CL_MAP_READ, kCount,
             [&](std::span<std::uint32_t> mapped) { std::copy(mapped.begin(), mapped.end(), got.begin()); });
  cl.Finish();
  if (!cl.Ok()) return ToStatus(cl.Done());
  if (auto mismatch = FirstWordMismatch(AfterSteps(words, std::array{kStep}), got)) {
    return Fail("written through one mapping and read through another: " + *mismatch);
  }
  return {};
}

}  // namespace vfqual::suites
