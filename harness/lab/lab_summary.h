// The lines with which a lab run ends.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vfqual {

struct LabSummary {
  std::string kernel;
  std::string verdict;              // as report.json says; "none" when there is no readable report
  std::vector<std::string> guests;  // "vf1 PASS"
  std::string first_failure;        // the stage; may be empty
  std::filesystem::path folder;
};

// From a run folder's report.json. It comes from the host under test: what is not as expected is left out, text is made
// printable.
LabSummary ReadSummary(const std::string& kernel, const std::filesystem::path& folder);

std::vector<std::string> SummaryLines(const LabSummary& summary);

// Of several runs: FAIL (1) wins over all else, then a harness's error (3), then 2.
int WorstExitCode(int a, int b);

}  // namespace vfqual
