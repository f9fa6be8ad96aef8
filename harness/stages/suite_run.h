// Runs a suite or a bench where its device is (host or guest), and journals what it found.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/cell/run_context.h"
#include "harness/stages/benchmark_result.h"
#include "reports/events/scopes.h"

namespace vfqual {

// A place where programs run.
struct Executor {
  std::function<Result<Completed>(const Command&)> run;
  std::function<Result<std::string>(const std::string& path)> read;
  std::string programs_folder;                                        // there
  std::string scratch_folder;                                         // there; exists and is writable
  std::string log_prefix;                                             // of the logs in the run folder: "host-", "vf1/"
  std::vector<std::pair<std::string, std::string>> environment = {};  // of the programs, over what is there
  std::string test_prefix = {};  // before the paths of its tests: "isolation.vf_reset.victim."
};

struct ProgramRun {
  std::string program;  // "suite_device"
  std::vector<std::string> arguments;
  std::chrono::milliseconds timeout = std::chrono::minutes(3);
  std::vector<std::string> prefix = {};  // a program that runs it: "setpriv", …
  bool device_optional = false;          // a machine without OpenCL or libva, or without a device for it, is a SKIP
};

enum class ProgramEnd {
  kEnded,  // by itself, also by a crash
  kHung,   // or it was cancelled
  kLost,   // it did not start, or nobody could tell
};

// Journals each test; the stage takes the worst verdict. A program that does not start, crashes, hangs or writes no
// result is a failure of its own, with the test that it was in; those that ended before are journalled.
ProgramEnd RunSuite(const RunContext& context, reports::StageScope& stage, const Executor& where,
                    const ProgramRun& suite);
// The same for a Google Benchmark program; a measurement is DONE.
void RunBench(const RunContext& context, reports::StageScope& stage, const Executor& where, const ProgramRun& bench);
// Runs it and journals only its failures; its metrics are the caller's. Nothing: it failed as a whole (recorded).
std::optional<BenchmarkResult> RunBenchForResult(const RunContext& context, reports::StageScope& stage,
                                                 const Executor& where, const ProgramRun& bench);
// A tool whose output is kept as a log and judged by nobody.
void KeepToolOutput(const RunContext& context, reports::StageScope& stage, const Executor& where,
                    const std::vector<std::string>& argv);

// Asks the kernel there for what it logged in this stage, and journals it.
class KernelLogTap;
void JournalKernelLog(const RunContext& context, reports::StageScope& stage, KernelLogTap& tap);

}  // namespace vfqual
