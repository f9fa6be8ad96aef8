#include "harness/stages/suite_run.h"

#include <fmt/format.h>

#include <cstring>

#include "harness/cell/kernel_log_tap.h"
#include "harness/stages/benchmark_result.h"
#include "harness/stages/run_log.h"
#include "harness/stages/stage_verdict.h"
#include "harness/stages/suite_output.h"
#include "harness/stages/suite_result.h"

namespace vfqual {

namespace {

using reports::Verdict;

constexpr int kCommandNotFound = 127;
constexpr int kTimedOut = 124;  // suites/support/step_limit.h
// On an emulated processor that others keep busy, the first compilation of all OpenCL kernels takes minutes.
constexpr int kEmulationFactor = 5;
constexpr std::size_t kReasonOutputBytes = 400;

std::string Tail(const std::string& text, std::size_t bytes) {
  return text.size() <= bytes ? text : text.substr(text.size() - bytes);
}

// OpenCL's own words for it (cl.h, cl_icd.h), as the benches print them, and bench_media's for libva
// (bench/media/media_device.h).
bool SaysNoDevice(const std::string& reason) {
  return reason.find("CL_PLATFORM_NOT_FOUND_KHR") != std::string::npos ||
         reason.find("CL_DEVICE_NOT_FOUND") != std::string::npos || reason.starts_with("no VA driver");
}

struct ProgramResult {
  ProgramEnd end = ProgramEnd::kLost;
  std::optional<std::string> text;  // of its result file; nothing where that failed (recorded)
};

// "SIGSEGV, Segmentation fault"
std::string SignalName(int number) {
  const char* const name = sigabbrev_np(number);
  const char* const description = sigdescr_np(number);
  if (name == nullptr || description == nullptr) return fmt::format("signal {}", number);
  return fmt::format("SIG{}, {}", name, description);
}

// The tests that ended, and the one that it was in with `what` happened to the program: "hangs: no end after 60 s".
void RecordBrokenOff(reports::StageScope& stage, const Executor& where, const ProgramRun& program,
                     const SuiteOutput& output, const std::string& what) {
  for (auto test : output.ended) {
    test.path = where.test_prefix + test.path;
    stage.Test(test);
  }
  if (output.running) {
    stage.Test({where.test_prefix + *output.running, Verdict::kFail, 0,
                fmt::format("{} {} in this test", program.program, what)});
  } else if (!output.set_up.empty()) {
    stage.Record(Verdict::kFail, fmt::format("{} {}, while it was {}", program.program, what, output.set_up));
  } else {
    stage.Record(Verdict::kFail, fmt::format("{} {}", program.program, what));
  }
}

// False where it did not come to its end by itself; recorded.
bool EndedInOrder(reports::StageScope& stage, const Executor& where, const ProgramRun& program,
                  const Completed& completed, ProgramEnd& end) {
  end = ProgramEnd::kHung;
  if (completed.cancelled) {
    stage.Record(Verdict::kMiss, "cancelled");
    return false;
  }
  const auto output = ParseSuiteOutput(completed.out);
  if (completed.timed_out) {
    RecordBrokenOff(stage, where, program, output, fmt::format("hangs: no end after {:.0f} s", completed.wall_seconds));
    return false;
  }
  if (completed.exit_code == kTimedOut && !output.timed_out.empty()) {
    RecordBrokenOff(stage, where, program, output, "hangs: " + output.timed_out);
    return false;
  }
  end = ProgramEnd::kEnded;
  if (completed.exit_code > 128) {
    RecordBrokenOff(stage, where, program, output, fmt::format("crashed ({})", SignalName(completed.exit_code - 128)));
    return false;
  }
  return true;
}

// Runs the program with `result_flag` naming its result file.
ProgramResult RunForResult(const RunContext& context, reports::StageScope& stage, const Executor& where,
                           const ProgramRun& program, const std::string& result_flag) {
  const std::string result_path = where.scratch_folder + "/" + program.program + ".json";
  Command command;
  command.argv = program.prefix;
  command.argv.push_back(where.programs_folder + "/" + program.program);
  command.argv.push_back(result_flag + result_path);
  command.argv.insert(command.argv.end(), program.arguments.begin(), program.arguments.end());
  command.timeout = program.timeout * (context.prepared.platform.hardware ? 1 : kEmulationFactor);
  command.environment = where.environment;
  command.cancelled = context.cancelled;
  const auto completed = where.run(command);
  if (!completed) {
    RecordError(stage, completed.error());
    return {};
  }
  KeepLog(context, stage, fmt::format("{}{}.txt", where.log_prefix, program.program), completed->out + completed->err);
  ProgramResult result;
  if (!EndedInOrder(stage, where, program, *completed, result.end)) return result;
  if (completed->exit_code == kCommandNotFound) {
    const auto why = Tail(completed->err, kReasonOutputBytes);
    if (program.device_optional) {
      stage.Test({program.program, Verdict::kSkip, 0, "it does not start here: " + why});
    } else {
      stage.Record(Verdict::kMiss, fmt::format("{} does not start: {}", program.program, why));
    }
    return {};
  }
  auto text = where.read(result_path);
  if (!text) {
    stage.Record(Verdict::kError, fmt::format("{} left no result ({}): {}", program.program, completed->Describe(),
                                              text.error().Message()));
    return result;
  }
  result.text = std::move(*text);
  return result;
}

}  // namespace

ProgramEnd RunSuite(const RunContext& context, reports::StageScope& stage, const Executor& where,
                    const ProgramRun& suite) {
  const auto run = RunForResult(context, stage, where, suite, "--gtest_output=json:");
  if (!run.text) return run.end;
  const auto result = ParseSuiteResult(*run.text);
  if (!result) {
    stage.Record(Verdict::kError, fmt::format("{}: {}", suite.program, result.error().Message()));
    return run.end;
  }
  for (auto test : result->tests) {
    test.path = where.test_prefix + test.path;
    stage.Test(test);
  }
  for (const auto& warning : result->warnings) stage.Warn(warning);
  return run.end;
}

void RunBench(const RunContext& context, reports::StageScope& stage, const Executor& where, const ProgramRun& bench) {
  const auto result = RunBenchForResult(context, stage, where, bench);
  if (!result) return;
  for (const auto& metric : result->metrics) stage.Metric(metric);
}

std::optional<BenchmarkResult> RunBenchForResult(const RunContext& context, reports::StageScope& stage,
                                                 const Executor& where, const ProgramRun& bench) {
  ProgramRun program = bench;
  program.arguments.insert(program.arguments.begin(), "--benchmark_out_format=json");
  const auto run = RunForResult(context, stage, where, program, "--benchmark_out=");
  if (!run.text) return std::nullopt;
  auto result = ParseBenchmarkResult(*run.text);
  if (!result) {
    stage.Record(Verdict::kError, fmt::format("{}: {}", bench.program, result.error().Message()));
    return std::nullopt;
  }
  for (const auto& failure : result->failures) {
    const bool absent = program.device_optional && SaysNoDevice(failure.reason);
    stage.Test({failure.path, absent ? Verdict::kSkip : Verdict::kFail, 0, failure.reason});
  }
  return std::move(*result);
}

void KeepToolOutput(const RunContext& context, reports::StageScope& stage, const Executor& where,
                    const std::vector<std::string>& argv) {
  Command command;
  command.argv = argv;
  command.timeout = std::chrono::minutes(1);
  command.environment = where.environment;
  command.cancelled = context.cancelled;
  const auto completed = where.run(command);
  if (!completed) {
    stage.Warn(fmt::format("{} did not run: {}", argv.front(), completed.error().Message()));
    return;
  }
  KeepExtraLog(
      context, stage, fmt::format("{}{}.txt", where.log_prefix, argv.front()),
      completed->out + completed->err +
          fmt::format("({})\n", completed->timed_out ? "timed out" : fmt::format("exit {}", completed->exit_code)));
}

void JournalKernelLog(const RunContext& context, reports::StageScope& stage, KernelLogTap& tap) {
  const auto records = tap.Take();
  if (!records) {
    stage.Warn(records.error().Message());
    return;
  }
  for (const auto& record : *records) {
    context.events.Write(reports::KernelLog(stage.place(), record.uptime_us, record.level, record.message));
  }
}

}  // namespace vfqual
