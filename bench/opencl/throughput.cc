#include "bench/opencl/throughput.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "bench/opencl/throughput_oracle.h"
#include "suites/compute/half_oracle.h"

namespace vfqual {

extern const std::string_view kOpenclThroughputKernel;  // throughput.cl

namespace bench {
namespace {

constexpr std::size_t kItemsPerComputeUnit = 1024;  // more than a GPU keeps in flight
constexpr std::chrono::milliseconds kPass{10};
constexpr std::size_t kMostRounds = 1U << 16U;
constexpr std::uint32_t kIntSummand = 0x5bd1e995U;
// Half precision has no factor that still feels the start after thousands of steps.
constexpr FloatStep kHalfStep{.factor = 0.75, .summand = 0.34375};

struct Kind {
  const char* scalar;
  const char* next;
  std::size_t scalar_bytes;
  cl_device_info native_width;
};

Kind KindOf(Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::kFp32:
      return {"float", "((x) * factor + summand)", 4, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT};
    case Arithmetic::kFp16:
      return {"half", "((x) * factor + summand)", 2, CL_DEVICE_NATIVE_VECTOR_WIDTH_HALF};
    case Arithmetic::kInt32:
      break;
  }
  return {"uint", "((x) * (x) + summand)", 4, CL_DEVICE_NATIVE_VECTOR_WIDTH_INT};
}

// Of OpenCL's widths the largest that is not wider than the device's own.
std::size_t VectorWidth(cl_device_id device, cl_device_info native_width) {
  cl_uint native = 1;
  clGetDeviceInfo(device, native_width, sizeof native, &native, nullptr);
  std::size_t width = 1;
  while (width < 16 && width * 2 <= native) width *= 2;
  return width;
}

std::string Source(const Kind& kind, std::size_t width, std::size_t chains) {
  const std::string_view scalar = kind.scalar;
  return fmt::format(
      "{}#define CHAINS {}\n#define SCALAR {}\n#define SCALAR_ARGUMENT {}\n#define VECTOR {}{}\n#define NEXT(x) {}\n{}",
      scalar == "half" ? "#pragma OPENCL EXTENSION cl_khr_fp16 : enable\n" : "", chains, scalar,
      scalar == "half" ? "float" : scalar, scalar, width == 1 ? "" : std::to_string(width), kind.next,
      kOpenclThroughputKernel);
}

std::size_t ComputeUnits(cl_device_id device) {
  cl_uint units = 1;
  clGetDeviceInfo(device, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof units, &units, nullptr);
  return std::clamp<std::size_t>(units, 1, 1024);
}

template <class Scalar, class Convert>
std::vector<double> Converted(const std::vector<unsigned char>& bytes, Convert convert) {
  std::vector<Scalar> scalars(bytes.size() / sizeof(Scalar));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<unsigned char*>(scalars.data()));
  std::vector<double> values;
  values.reserve(scalars.size());
  for (const auto scalar : scalars) values.push_back(convert(scalar));
  return values;
}

}  // namespace

bool Offers(const opencl::Device& device, Arithmetic arithmetic) {
  return arithmetic != Arithmetic::kFp16 || opencl::Offers(device, "cl_khr_fp16");
}

opencl::Result<Throughput> Throughput::Make(const opencl::Session& session, Arithmetic arithmetic, Shape shape) {
  Throughput made(session, arithmetic);
  const auto kind = KindOf(arithmetic);
  made.width_ = shape.width != 0 ? shape.width : VectorWidth(session.device.id, kind.native_width);
  made.chains_ = shape.chains;
  made.items_ = ComputeUnits(session.device.id) * kItemsPerComputeUnit;
  auto program = opencl::BuildProgram(session, Source(kind, made.width_, made.chains_));
  if (!program) return tl::unexpected(program.error());
  made.program_ = std::move(*program);
  auto kernel = opencl::MakeKernel(made.program_, "multiply_add");
  if (!kernel) return tl::unexpected(kernel.error());
  made.kernel_ = std::move(*kernel);
  auto result = opencl::MakeBuffer(session, CL_MEM_READ_WRITE, made.items_ * made.width_ * kind.scalar_bytes);
  if (!result) return tl::unexpected(result.error());
  made.result_ = std::move(*result);
  if (auto done = made.Calibrate(); !done) return tl::unexpected(done.error());
  return made;
}

opencl::Result<void> Throughput::SetRounds(std::size_t rounds) {
  rounds_ = rounds;
  const auto count = static_cast<cl_uint>(rounds);
  cl_int status = CL_SUCCESS;
  if (arithmetic_ == Arithmetic::kInt32) {
    status = opencl::SetArguments(kernel_, result_.get(), cl_uint{0}, cl_uint{kIntSummand}, count);
  } else {
    const auto step = arithmetic_ == Arithmetic::kFp16 ? kHalfStep : FloatStepFor(rounds * kStepsPerRound);
    status = opencl::SetArguments(kernel_, result_.get(), static_cast<cl_float>(step.factor),
                                  static_cast<cl_float>(step.summand), count);
  }
  if (status != CL_SUCCESS) return opencl::CallFailed("clSetKernelArg", status);
  return {};
}

// The first pass compiles and warms up; then each is twice as long, until one takes kPass.
opencl::Result<void> Throughput::Calibrate() {
  auto done = SetRounds(1).and_then([&] { return Pass(); });
  for (std::size_t rounds = 1; done; rounds *= 2) {
    done = SetRounds(rounds);
    const auto start = std::chrono::steady_clock::now();
    if (done) done = Pass();
    if (rounds >= kMostRounds || std::chrono::steady_clock::now() - start >= kPass) break;
  }
  return done.and_then([&] { return Verify(); });
}

opencl::Result<void> Throughput::Pass() const {
  auto* const queue = session_->queue.get();
  cl_int status = clEnqueueNDRangeKernel(queue, kernel_.get(), 1, nullptr, &items_, &kGroupItems, 0, nullptr, nullptr);
  if (status != CL_SUCCESS) return opencl::CallFailed("clEnqueueNDRangeKernel", status);
  status = clFinish(queue);
  if (status != CL_SUCCESS) return opencl::CallFailed("clFinish", status);
  return {};
}

opencl::Result<std::vector<double>> Throughput::ReadScalars() const {
  std::vector<unsigned char> bytes(items_ * width_ * KindOf(arithmetic_).scalar_bytes);
  const cl_int status = clEnqueueReadBuffer(session_->queue.get(), result_.get(), CL_TRUE, 0, bytes.size(),
                                            bytes.data(), 0, nullptr, nullptr);
  if (status != CL_SUCCESS) return opencl::CallFailed("clEnqueueReadBuffer", status);
  const auto same = [](auto scalar) { return static_cast<double>(scalar); };
  if (arithmetic_ == Arithmetic::kInt32) return Converted<std::uint32_t>(bytes, same);
  if (arithmetic_ == Arithmetic::kFp16) return Converted<std::uint16_t>(bytes, suites::HalfValue);
  return Converted<float>(bytes, same);
}

std::vector<double> Throughput::ExpectedOfAGroup() const {
  const std::size_t steps = rounds_ * kStepsPerRound;
  const auto step = arithmetic_ == Arithmetic::kFp16 ? kHalfStep : FloatStepFor(steps);
  std::vector<double> expected;
  for (std::size_t item = 0; item < kGroupItems; ++item) {
    expected.push_back(arithmetic_ == Arithmetic::kInt32 ? IntChains(kIntSummand, steps, item, chains_)
                                                         : FloatChains(step, steps, item, chains_));
  }
  return expected;
}

opencl::Result<void> Throughput::Verify() const {
  const auto got = ReadScalars();
  if (!got) return tl::unexpected(got.error());
  const double tolerance = arithmetic_ == Arithmetic::kInt32  ? 0
                           : arithmetic_ == Arithmetic::kFp16 ? kHalfTolerance
                                                              : kFloatTolerance;
  if (auto mismatch = FirstChainMismatch(ExpectedOfAGroup(), *got, width_, tolerance)) {
    return tl::unexpected(opencl::Error{CL_SUCCESS, *mismatch});
  }
  return {};
}

double Throughput::OperationsPerPass() const {
  return 2.0 * static_cast<double>(chains_ * kStepsPerRound * width_) * static_cast<double>(items_ * rounds_);
}

}  // namespace bench
}  // namespace vfqual
