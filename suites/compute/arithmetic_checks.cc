#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "suites/compute/atomics_oracle.h"
#include "suites/compute/checks.h"
#include "suites/compute/half_oracle.h"
#include "suites/compute/matrix_oracle.h"
#include "suites/compute/reduction_oracle.h"
#include "suites/compute/saxpy_oracle.h"
#include "suites/opencl/kernels.h"
#include "suites/opencl/read_sum.h"
#include "suites/opencl/sequence.h"
#include "suites/support/outcome.h"

namespace vfqual::suites {
namespace {

constexpr std::size_t kGuardCount = 64;
constexpr float kGuard = -12345.5F;
constexpr float kFactor = 1.37F;

// Multiples of 2^-13 in [-1024, 1024): no denormals, which a device may flush to zero.
std::vector<float> Floats(std::span<const std::uint32_t> words) {
  std::vector<float> values;
  values.reserve(words.size());
  for (const auto word : words) values.push_back((static_cast<float>(word >> 8U) - 8388608.0F) / 8192.0F);
  return values;
}

struct SaxpyData {
  std::vector<float> x;
  std::vector<float> y;
};

SaxpyData SaxpyDataOf(const ComputeRun& run, std::size_t count) {
  return {.x = Floats(RandomWords(run, count, 1)), .y = Floats(RandomWords(run, count, 2))};
}

std::optional<std::string> SaxpyMismatch(const SaxpyData& data, std::span<const float> result) {
  return FirstSaxpyMismatch({.a = kFactor, .x = data.x, .y = data.y}, result);
}

// The device's results, with guards behind them. `spoilt` makes one of them wrong.
opencl::Result<std::vector<float>> RunSaxpy(const ComputeRun& run, const SaxpyData& data, bool spoilt) {
  const std::size_t count = data.x.size();
  std::vector<float> result(count + kGuardCount, kGuard);
  opencl::Sequence cl(run.session, run.program);
  const auto x = cl.Upload(std::span(data.x));
  const auto y = cl.Upload(std::span(data.y));
  const auto buffer = cl.Upload(std::span<const float>(result));
  cl.Run("saxpy", opencl::Items(count), kFactor, x, y, buffer, static_cast<cl_uint>(count));
  if (spoilt) cl.WriteOne(buffer, count / 2, 0.25F);
  cl.Read(buffer, std::span(result));
  if (!cl.Ok()) return tl::unexpected(cl.Done().error());
  return result;
}

Status SaxpyOf(const ComputeRun& run, std::size_t count) {
  const auto data = SaxpyDataOf(run, count);
  const auto result = RunSaxpy(run, data, run.faulty);
  if (!result) return Fail(result.error().what);
  const std::span all(*result);
  if (auto mismatch = SaxpyMismatch(data, all.first(count))) return Fail(*mismatch);
  const auto guard = all.subspan(count);
  if (std::any_of(guard.begin(), guard.end(), [](float value) { return value != kGuard; })) {
    return Fail(fmt::format("saxpy of {} elements wrote behind the last one", count));
  }
  return {};
}

ComputeRun WithSeed(const ComputeRun& run, std::uint32_t seed) {
  return {.session = run.session, .program = run.program, .seed = seed};
}

template <class Mismatch>
Status FromMismatch(const char* what, const Mismatch& mismatch) {
  return mismatch ? Fail(fmt::format("{}: {}", what, *mismatch)) : Status{};
}

}  // namespace

Status CheckSaxpy(const ComputeRun& run) {
  // Below 65536, from where on PoCL compiles the kernel a second time.
  constexpr std::array<std::size_t, 4> kCounts{1, 64, 1021, 16411};
  Status status;
  for (const auto count : kCounts) {
    if (status) status = SaxpyOf(run, count);
  }
  return status;
}

Status CheckOwnResult(const ComputeRun& run) {
  constexpr std::size_t kCount = 1021;
  constexpr std::uint32_t kMostSeeds = 64;  // as many as a host has VFs
  const auto own = SaxpyDataOf(run, kCount);
  const auto given = run.faulty ? SaxpyDataOf(WithSeed(run, run.seed + 1), kCount) : own;
  const auto result = RunSaxpy(run, given, false);
  if (!result) return Fail(result.error().what);
  const auto got = std::span(*result).first(kCount);
  const auto mismatch = SaxpyMismatch(own, got);
  if (!mismatch) return {};
  for (std::uint32_t seed = 1; seed <= kMostSeeds; ++seed) {
    if (SaxpyMismatch(SaxpyDataOf(WithSeed(run, seed), kCount), got)) continue;
    return Fail(fmt::format("the result is that of the guest with seed {}, this one's is {}", seed, run.seed));
  }
  return Fail(*mismatch);
}

Status CheckSum(const ComputeRun& run) {
  constexpr std::size_t kBytes = std::size_t{256} << 10U;
  const auto sum = opencl::ReadSum::Make(run.session, run.program, kBytes);
  if (!sum) return Fail(sum.error().what);
  if (run.faulty) {
    if (auto spoilt = sum->Spoil(); !spoilt) return Fail(spoilt.error().what);
  }
  return ToStatus(sum->Pass().and_then([&] { return sum->Verify(); }));
}

Status CheckReduction(const ComputeRun& run) {
  constexpr std::size_t kItems = 512;
  constexpr std::size_t kGroups = kItems / 64;
  const auto words = RandomWords(run, 8191, 3);
  std::vector<Reduction> groups(kGroups);
  opencl::Sequence cl(run.session, run.program);
  const auto input = cl.Upload(std::span(words));
  const auto results = cl.Upload(std::span<const Reduction>(groups));
  cl.Run("reduce", opencl::Items(kItems), input, static_cast<cl_uint>(words.size()), results,
         opencl::LocalBytes{64 * sizeof(Reduction)});
  if (run.faulty) cl.WriteOne(results, 3, Reduction{});
  cl.Read(results, std::span(groups));
  if (!cl.Ok()) return ToStatus(cl.Done());
  return FromMismatch("reduction in local memory", ReductionMismatch(words, groups));
}

Status CheckMatrixProduct(const ComputeRun& run) {
  // No multiples of the tile's 8.
  constexpr MatrixSize kSize{.rows = 29, .inner = 43, .columns = 37};
  const auto a = ExactFactors(RandomWords(run, kSize.rows * kSize.inner, 4));
  const auto b = ExactFactors(RandomWords(run, kSize.inner * kSize.columns, 5));
  std::vector<float> product(kSize.rows * kSize.columns, kGuard);
  const cl_uint4 size{{kSize.rows, kSize.inner, kSize.columns, 0}};
  opencl::Sequence cl(run.session, run.program);
  const auto a_buffer = cl.Upload(std::span(a));
  const auto b_buffer = cl.Upload(std::span(b));
  const auto product_buffer = cl.Upload(std::span<const float>(product));
  cl.Run("multiply_tiled", opencl::Items(kSize.columns, kSize.rows), a_buffer, b_buffer, product_buffer, size);
  if (run.faulty) cl.WriteOne(product_buffer, product.size() - 1, kGuard);
  cl.Read(product_buffer, std::span(product));
  if (!cl.Ok()) return ToStatus(cl.Done());
  return FromMismatch("matrix product by tiles", FirstProductMismatch(kSize, a, b, product));
}

Status CheckAtomics(const ComputeRun& run) {
  const auto words = RandomWords(run, 1000, 6);
  auto results = AtomicsBefore();
  opencl::Sequence cl(run.session, run.program);
  const auto input = cl.Upload(std::span(words));
  const auto output = cl.Upload(std::span<const std::uint32_t>(results));
  cl.Run("update_atomically", opencl::Items(words.size()), input, static_cast<cl_uint>(words.size()), output);
  if (run.faulty) cl.WriteOne(output, 7, std::uint32_t{0});
  cl.Read(output, std::span<std::uint32_t>(results));
  if (!cl.Ok()) return ToStatus(cl.Done());
  return FromMismatch("atomics", AtomicsMismatch(words, results));
}

Status CheckHalf(const ComputeRun& run) {
  if (!opencl::Offers(run.session.device, "cl_khr_fp16")) {
    SkipTest(SkipReason::kNoFp16, fmt::format("'{}' does not offer cl_khr_fp16", run.session.device.name));
    return {};
  }
  const auto program = opencl::BuildHalfKernel(run.session);
  if (!program) return Fail(program.error().what);
  const auto x = ExactHalves(RandomWords(run, 1021, 7));
  const auto y = ExactHalves(RandomWords(run, 1021, 8));
  std::vector<std::uint16_t> result(x.size());
  opencl::Sequence cl(run.session, *program);
  const auto x_buffer = cl.Upload(std::span(x));
  const auto y_buffer = cl.Upload(std::span(y));
  const auto result_buffer = cl.Upload(std::span<const std::uint16_t>(result));
  cl.Run("half_saxpy", opencl::Items(x.size()), 3.0F, x_buffer, y_buffer, result_buffer,
         static_cast<cl_uint>(x.size()));
  if (run.faulty) cl.WriteOne(result_buffer, 77, std::uint16_t{0x7c00});
  cl.Read(result_buffer, std::span(result));
  if (!cl.Ok()) return ToStatus(cl.Done());
  return FromMismatch("fp16", FirstHalfMismatch(3, x, y, result));
}

}  // namespace vfqual::suites
