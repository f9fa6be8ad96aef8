// What changed from one report to another.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reports/model/report.h"

namespace vfqual::reports {

struct CompareOptions {
  double alpha = 0.05;
  double threshold_percent = 5;  // a smaller effect is no regression, however certain
  std::size_t min_samples = 9;   // on each side: with fewer the test cannot tell
};

enum class ChangeKind : std::uint8_t { kRegression, kImprovement, kOther };

// A verdict that is another one, or that only one of the reports has.
struct VerdictChange {
  ChangeKind kind = ChangeKind::kOther;
  std::string cell;                  // its title
  std::optional<std::string> guest;  // nothing: the host
  std::string what;                  // "cell", "stage.NAME" or the test's path
  std::optional<Verdict> base;       // nothing: not there
  std::optional<Verdict> now;
  std::string reason;  // the new one's
};

struct MetricChange {
  ChangeKind kind = ChangeKind::kOther;  // kOther: no change that the samples prove
  std::string cell;
  std::optional<std::string> guest;
  std::string path;
  std::string unit;
  double base = 0;  // medians of the samples
  double now = 0;
  double effect_percent = 0;  // positive: larger than before
  double p = 1;
  std::size_t base_samples = 0;
  std::size_t now_samples = 0;
  bool is_gone = false;  // the new report has no value of it
  std::string note;      // "too few samples"; empty: it was tested
};

struct Comparison {
  std::string base_run;
  std::string now_run;
  std::vector<VerdictChange> verdicts;    // regressions first
  std::vector<MetricChange> metrics;      // all that both have; regressions first
  std::vector<std::string> only_in_base;  // cells without a counterpart
  std::vector<std::string> only_in_new;
  // Cells were paired by kernel and platform, since their modules' versions differ.
  bool across_modules = false;
};

// A metric for which smaller is better, by its unit: a time, or a share of the processor.
bool SmallerIsBetter(const MetricReport& metric);

// Cells are paired by kernel, platform, module and guests. Where that pairs none, by kernel, platform and guests: two
// releases; and last by platform, module and guests: two kernels.
Comparison Compare(const Report& base, const Report& now, const CompareOptions& options);

bool HasRegression(const Comparison& comparison);

}  // namespace vfqual::reports
