// The failures that are expected (reports/expectations/), held against a report.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "reports/data_files.h"
#include "reports/issues/conditions.h"
#include "reports/model/report.h"

namespace vfqual::reports {

struct Expectation {
  std::string id;
  std::string path;  // of a test, or "stage.NAME"; a '*' at its end stands for any rest
  Verdict verdict = Verdict::kFail;
  Conditions conditions;
  std::string url;
  std::string reason;
  std::string expires;  // "2027-03-01": on that day it counts no more
};

// Each file is of reports/schema/expectations.schema.json. The error names the file.
tl::expected<std::vector<Expectation>, std::string> ParseExpectations(const DataFiles& files);

// Tells expected failures, unexpected passes, expired and missing ones apart in each cell, and decides the verdicts
// without what was expected. The day is that of the run, so that an old report reads the same tomorrow.
void ApplyExpectations(const std::vector<Expectation>& expectations, Report& report);

}  // namespace vfqual::reports
