#include "suites/compute/checks.h"
#include "suites/compute/tone_map_oracle.h"
#include "suites/opencl/sequence.h"

namespace vfqual::suites {
namespace {

constexpr std::size_t kWidth = 48;
constexpr std::size_t kHeight = 22;
constexpr float kPeak = 10;  // 1000 cd/m2

// A ramp over all of the luma codes 64..940 with noise upon it, so that every brightness occurs.
std::vector<std::uint16_t> Luma(const ComputeRun& run) {
  const auto words = RandomWords(run, kWidth * kHeight, 19);
  std::vector<std::uint16_t> luma;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto code = 64 + i * 868 / words.size() + words[i] % 9;
    luma.push_back(static_cast<std::uint16_t>(code << 6U));
  }
  return luma;
}

// From grey to colours that BT.709 does not hold: codes 512 +- 150.
std::vector<std::uint16_t> Chroma(const ComputeRun& run) {
  std::vector<std::uint16_t> chroma;
  for (const auto word : RandomWords(run, kWidth * kHeight / 2, 20)) {
    chroma.push_back(static_cast<std::uint16_t>((362 + word % 301) << 6U));
  }
  return chroma;
}

}  // namespace

Status CheckToneMap(const ComputeRun& run) {
  const auto luma = Luma(run);
  const auto chroma = Chroma(run);
  std::vector<std::uint8_t> luma_out(luma.size());
  std::vector<std::uint8_t> chroma_out(chroma.size());
  opencl::Sequence cl(run.session, run.program);
  const auto luma_buffer = cl.Upload(std::span(luma));
  const auto chroma_buffer = cl.Upload(std::span(chroma));
  const auto luma_out_buffer = cl.Upload(std::span<const std::uint8_t>(luma_out));
  const auto chroma_out_buffer = cl.Upload(std::span<const std::uint8_t>(chroma_out));
  cl.Run("tone_map", opencl::Items(kWidth / 2, kHeight / 2), luma_buffer, chroma_buffer, luma_out_buffer,
         chroma_out_buffer, static_cast<cl_uint>(kWidth), static_cast<cl_uint>(kHeight),
         run.faulty ? kPeak * 1.5F : kPeak);
  cl.Read(luma_out_buffer, std::span(luma_out));
  cl.Read(chroma_out_buffer, std::span(chroma_out));
  if (!cl.Ok()) return ToStatus(cl.Done());
  const HdrFrame hdr{.width = kWidth, .height = kHeight, .luma = luma, .chroma = chroma, .peak = kPeak};
  if (auto mismatch = FirstToneMapMismatch(hdr, {.luma = luma_out, .chroma = chroma_out})) {
    return Fail("tone-mapped frame: " + *mismatch);
  }
  return {};
}

}  // namespace vfqual::suites
