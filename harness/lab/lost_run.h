// The run folder of a run whose host died: what its journal had, and why it ended.
#pragma once

#include <filesystem>
#include <string>

#include "harness/base/result.h"
#include "harness/lab/lab_machine.h"

namespace vfqual {

struct LostRun {
  LabDeath death;
  std::string tool;  // "vfqual 0.1.0"
  std::string kernel_release;
  std::string distribution;
  std::string plan_json;
  std::filesystem::path journal;  // the mirrored one; may be missing or cut short
  double seconds = 0;             // the try's
};

// Writes events.jsonl into `folder`, ended as given up with the death as its reason, and the report from it. Its
// verdict is MISS, or what was worse before.
Status WriteLostRun(const LostRun& lost, const std::filesystem::path& folder);

// The journal with its end: whole lines of `journal`, or a new one without any, then a warning with the console's lines
// and the run's end. Each line has its sequence number and time.
std::string EndedJournal(const std::string& journal, const LostRun& lost);

}  // namespace vfqual
