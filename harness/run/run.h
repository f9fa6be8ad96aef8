// `vfqual run`: one cell on the host this process stands on.
#pragma once

#include <functional>
#include <ostream>
#include <string>

#include "harness/base/host.h"
#include "harness/plan/plan.h"
#include "reports/model/verdict.h"

namespace vfqual {

struct RunOptions {
  std::string out_folder;       // empty: ./vfqual-out/<time>-<host>-<kernel>
  std::string programs_folder;  // the suites and benches
  bool await_programs = false;  // that folder appears, whole, while the module is built
  std::string tool;             // "vfqual 0.1.0"
  std::string
      opencl_cache;        // absolute: compiled OpenCL kernels for the guests, kept where the file is missing; or empty
  bool use_ccache = true;  // build the module with it where the host has it
  std::string compiler_cache;  // absolute: ccache's folder; empty: one in vfqual's cache
  std::string libvirt_uri = "qemu:///system";
  bool force = false;
  bool dry_run = false;
  bool live_progress = false;
  std::function<bool()> cancelled = [] { return false; };
};

struct RunOutcome {
  std::string folder;  // of the run; empty after a dry run
  reports::Verdict verdict = reports::Verdict::kMiss;
  reports::Verdict unexpected = reports::Verdict::kMiss;  // without what was expected to fail: decides the exit code
};

// An Error means that nothing was touched. Everything after the first change is in the run's journal and report.
Result<RunOutcome> RunPlan(Host& host, const Plan& plan, const RunOptions& options, std::ostream& out);

}  // namespace vfqual
