#include <fmt/format.h>

#include <array>
#include <chrono>

#include "suites/compute/checks.h"
#include "suites/compute/timeline_oracle.h"
#include "suites/compute/word_oracle.h"
#include "suites/opencl/sequence.h"
#include "suites/support/outcome.h"

namespace vfqual::suites {
namespace {

constexpr std::size_t kWords = 256;

opencl::Queue MakeQueue(opencl::Sequence& cl, const opencl::Session& session, cl_command_queue_properties how) {
  const std::array<cl_queue_properties, 3> properties{CL_QUEUE_PROPERTIES, how, 0};
  cl_int status = CL_SUCCESS;
  opencl::Queue queue(
      clCreateCommandQueueWithProperties(session.context.get(), session.device.id, properties.data(), &status));
  cl.Note("clCreateCommandQueueWithProperties", status);
  return queue;
}

// Odd factors, so that nothing is lost on the way.
std::vector<AffineStep> Steps(const ComputeRun& run, std::size_t count, std::uint32_t salt) {
  const auto words = RandomWords(run, count * 2, salt);
  std::vector<AffineStep> steps(count);
  for (std::size_t i = 0; i < count; ++i) steps[i] = {.factor = words[2 * i] | 1U, .summand = words[2 * i + 1]};
  return steps;
}

std::uint64_t TimeOf(opencl::Sequence& cl, const opencl::Event& event, cl_profiling_info what) {
  cl_ulong time_ns = 0;
  if (cl.Ok()) {
    cl.Note("clGetEventProfilingInfo", clGetEventProfilingInfo(event.get(), what, sizeof time_ns, &time_ns, nullptr));
  }
  return time_ns;
}

CommandTimes TimesOf(opencl::Sequence& cl, const opencl::Event& event) {
  return {.queued = TimeOf(cl, event, CL_PROFILING_COMMAND_QUEUED),
          .submitted = TimeOf(cl, event, CL_PROFILING_COMMAND_SUBMIT),
          .started = TimeOf(cl, event, CL_PROFILING_COMMAND_START),
          .ended = TimeOf(cl, event, CL_PROFILING_COMMAND_END)};
}

bool OffersOutOfOrder(cl_device_id device) {
  cl_command_queue_properties offered = 0;
  clGetDeviceInfo(device, CL_DEVICE_QUEUE_ON_HOST_PROPERTIES, sizeof offered, &offered, nullptr);
  return (offered & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE) != 0;
}

Status WordsAfter(const char* what, const std::vector<std::uint32_t>& words, std::span<const AffineStep> steps,
                  const std::vector<std::uint32_t>& got) {
  if (auto mismatch = FirstWordMismatch(AfterSteps(words, steps), got)) {
    return Fail(fmt::format("after {} {}: {}", steps.size(), what, *mismatch));
  }
  return {};
}

}  // namespace

Status CheckEventTimes(const ComputeRun& run) {
  opencl::Sequence setup(run.session, run.program);
  const auto queue = MakeQueue(setup, run.session, CL_QUEUE_PROFILING_ENABLE);
  if (!setup.Ok()) return ToStatus(setup.Done());
  opencl::Sequence cl(run.session, run.program, queue.get());
  const auto words = cl.Upload(std::span<const std::uint32_t>(RandomWords(run, kWords, 12)));
  std::array<opencl::Event, 4> events;
  const auto begin = std::chrono::steady_clock::now();
  for (auto& event : events) {
    cl.RunTimed("affine", opencl::Items(kWords), &event, {}, words, 3U, 1U, static_cast<cl_uint>(kWords));
  }
  cl.Finish();
  const std::chrono::nanoseconds elapsed = std::chrono::steady_clock::now() - begin;

  std::size_t resolution_ns = 0;
  cl.Note("clGetDeviceInfo", clGetDeviceInfo(run.session.device.id, CL_DEVICE_PROFILING_TIMER_RESOLUTION,
                                             sizeof resolution_ns, &resolution_ns, nullptr));
  std::vector<CommandTimes> times;
  for (const auto& event : events) times.push_back(TimesOf(cl, event));
  if (!cl.Ok()) return ToStatus(cl.Done());
  if (run.faulty) std::swap(times[1], times[2]);
  if (auto problem = TimelineProblem(
          times, {.host_elapsed_ns = static_cast<std::uint64_t>(elapsed.count()), .resolution_ns = resolution_ns})) {
    return Fail(*problem);
  }
  return {};
}

Status CheckManyLaunches(const ComputeRun& run) {
  constexpr std::size_t kLaunches = 500;
  const auto steps = Steps(run, kLaunches, 13);
  const auto words = RandomWords(run, kWords, 14);
  std::vector<std::uint32_t> got(kWords);
  opencl::Sequence cl(run.session, run.program);
  const auto buffer = cl.Upload(std::span(words));
  const auto kernel = cl.Prepare("affine");
  for (std::size_t i = run.faulty ? 1 : 0; i < steps.size() && cl.Ok(); ++i) {
    cl.Note("clSetKernelArg", opencl::SetArguments(kernel, buffer.get(), steps[i].factor, steps[i].summand,
                                                   static_cast<cl_uint>(kWords)));
    cl.Enqueue(kernel, opencl::Items(kWords), nullptr, {});
  }
  cl.Read(buffer, std::span(got));
  if (!cl.Ok()) return ToStatus(cl.Done());
  return WordsAfter("small kernels, one after the other", words, steps, got);
}

Status CheckOutOfOrder(const ComputeRun& run) {
  if (!OffersOutOfOrder(run.session.device.id)) {
    SkipTest(SkipReason::kNoOutOfOrderQueue, "'" + run.session.device.name + "' offers no out-of-order queues");
    return {};
  }
  opencl::Sequence setup(run.session, run.program);
  const auto queue = MakeQueue(setup, run.session, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  if (!setup.Ok()) return ToStatus(setup.Done());
  opencl::Sequence cl(run.session, run.program, queue.get());

  // Two chains, woven into each other; only events hold the commands of each in order.
  constexpr std::size_t kLength = 12;
  struct Chain {
    std::vector<AffineStep> steps;
    std::vector<std::uint32_t> words;
    opencl::Buffer buffer;
    std::vector<opencl::Event> events;
  };
  std::array<Chain, 2> chains;
  for (std::uint32_t i = 0; i < chains.size(); ++i) {
    auto& chain = chains.at(i);
    chain = {Steps(run, kLength, 15 + i), RandomWords(run, kWords, 17 + i), nullptr, {}};
    chain.buffer = cl.Upload(std::span<const std::uint32_t>(chain.words));
  }
  for (std::size_t i = 0; i < kLength; ++i) {
    for (auto& chain : chains) {
      const auto& step = chain.steps[run.faulty && i < 2 ? 1 - i : i];
      const std::array<cl_event, 1> before{chain.events.empty() ? nullptr : chain.events.back().get()};
      const std::span<const cl_event> wait_for(before.data(), chain.events.empty() ? 0 : 1);
      chain.events.emplace_back();
      cl.RunTimed("affine", opencl::Items(kWords), &chain.events.back(), wait_for, chain.buffer, step.factor,
                  step.summand, static_cast<cl_uint>(kWords));
    }
  }
  cl.Finish();
  Status status = ToStatus(cl.Done());
  for (const auto& chain : chains) {
    std::vector<std::uint32_t> got(kWords);
    cl.Read(chain.buffer, std::span(got));
    if (status) status = ToStatus(cl.Done());
    if (status) status = WordsAfter("kernels that events hold in order", chain.words, chain.steps, got);
  }
  return status;
}

}  // namespace vfqual::suites
