// From what the machine told to verdicts. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/loadvm/load_job.h"
#include "harness/loadvm/load_report.h"
#include "harness/loadvm/log_trouble.h"
#include "reports/model/verdict.h"

namespace vfqual {

struct LoadCheck {
  std::string path;  // "load.i915.srcversion"
  reports::Verdict verdict = reports::Verdict::kMiss;
  double seconds = 0;
  std::string reason;
};

struct LoadExpectation {
  std::vector<JobModule> modules;
  std::map<std::string, ModuleIdentity> identities;  // by the module's name: of the file that was built
  std::map<std::string, std::string> resolved;       // StagedModules
  std::string install_folder;                        // LoadJob, as text
};

// For each module: takes_the_built_file (of those that modprobe could), vermagic, loads, runs_what_was_built,
// parameter.NAME for each, signature, unloads; for all together: kernel_log. What could not be looked at because the
// one before failed is not in the list.
std::vector<LoadCheck> JudgeLoad(const LoadReport& report, const LoadExpectation& expected,
                                 const std::vector<LogTrouble>& trouble);

}  // namespace vfqual
