#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "suites/compute/checks.h"
#include "suites/compute/memory_pattern.h"
#include "suites/opencl/sequence.h"

namespace vfqual::suites {
namespace {

// How much of each piece the host looks at itself, so that not only the device judges.
constexpr std::size_t kLookedAtBytes = kMemoryBlockBytes;

struct Piece {
  opencl::Buffer buffer;
  std::size_t bytes = 0;
  std::uint32_t seed = 0;
};

opencl::Range PieceRange(const Piece& piece) {
  return opencl::Items(piece.bytes / kMemoryBlockBytes * 64);
}

std::vector<Piece> FillPieces(opencl::Sequence& cl, const std::vector<std::size_t>& sizes, std::uint32_t seed) {
  std::vector<Piece> pieces;
  for (const auto bytes : sizes) {
    pieces.push_back({cl.Allocate(bytes), bytes, seed + static_cast<std::uint32_t>(pieces.size()) * 0x01000193U});
    cl.Run("fill_pattern", PieceRange(pieces.back()), pieces.back().buffer, pieces.back().seed);
  }
  return pieces;
}

Status CheckPiece(opencl::Sequence& cl, const Piece& piece) {
  std::array<std::uint32_t, 2> wrong{0, UINT32_MAX};  // how many words, and the first
  const auto wrong_buffer = cl.Upload(std::span<const std::uint32_t>(wrong));
  cl.Run("check_pattern", PieceRange(piece), piece.buffer, piece.seed, wrong_buffer);
  cl.Read(wrong_buffer, std::span<std::uint32_t>(wrong));
  if (!cl.Ok()) return ToStatus(cl.Done());

  // Where the device found something wrong, else somewhere in the middle.
  const std::size_t at = (wrong[0] != 0 ? wrong[1] * sizeof(std::uint32_t) : piece.bytes / 2) / kLookedAtBytes;
  const auto offset = std::min(at * kLookedAtBytes, piece.bytes - kLookedAtBytes);
  std::vector<std::uint32_t> words(kLookedAtBytes / sizeof(std::uint32_t));
  cl.Read(piece.buffer, std::span(words), offset);
  if (!cl.Ok()) return ToStatus(cl.Done());
  const auto first_index = static_cast<std::uint32_t>(offset / sizeof(std::uint32_t));
  const auto mismatch = FirstPatternMismatch(piece.seed, first_index, words);
  if (wrong[0] != 0) {
    return Fail(fmt::format("{} words of a buffer of {} MiB changed; {}", wrong[0], piece.bytes >> 20U,
                            mismatch.value_or("the host reads the right ones")));
  }
  if (mismatch) return Fail("the host reads other words than the device: " + *mismatch);
  return {};
}

}  // namespace

Status CheckMemory(const ComputeRun& run, unsigned percent) {
  const auto& device = run.session.device;
  std::size_t bytes = device.global_mem_bytes / 100 * percent;
  if (run.max_memory_bytes != 0) bytes = std::min(bytes, run.max_memory_bytes);
  const auto sizes = PlanPieces(bytes, device.max_alloc_bytes);
  if (sizes.empty()) {
    return Fail(fmt::format("the device says that it has {} bytes of memory and allocates {} at once",
                            device.global_mem_bytes, device.max_alloc_bytes));
  }
  testing::Test::RecordProperty("covered_mib", fmt::format("{}", bytes >> 20U));

  opencl::Sequence cl(run.session, run.program);
  const auto pieces = FillPieces(cl, sizes, run.seed);
  if (run.faulty) cl.WriteOne(pieces.back().buffer, 4711, std::uint32_t{0});
  cl.Finish();
  Status status = ToStatus(cl.Done());
  for (const auto& piece : pieces) {
    if (status) status = CheckPiece(cl, piece);
  }
  if (!status) {
    return Fail(fmt::format("{} MiB of {} MiB in {} buffers: {}", bytes >> 20U, device.global_mem_bytes >> 20U,
                            sizes.size(), status.error()));
  }
  return {};
}

}  // namespace vfqual::suites
