// What a GoogleTest program wrote with --gtest_output=json:FILE, as the report's tests.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "reports/events/event.h"

namespace vfqual {

struct SuiteResult {
  std::vector<reports::TestFacts> tests;
  std::vector<std::string> warnings;
};

// "OpenclSaxpy" and "MatchesReference" give "opencl_saxpy.matches_reference".
std::string TestPath(const std::string& suite, const std::string& test);

// The text comes from a guest: nothing of it is trusted, everything is bounded. A file that is no such result, or one
// that ran no test, is an Error.
Result<SuiteResult> ParseSuiteResult(const std::string& text);

}  // namespace vfqual
