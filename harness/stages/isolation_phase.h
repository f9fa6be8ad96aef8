// The isolation stage: what is done to one guest must not reach the others. All guests but one work and verify their
// output without a break, while the last one has its driver reloaded, its VF reset, is restarted, and is killed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/stages/benchmark_result.h"
#include "harness/stages/guest_session.h"

namespace vfqual {

void RunIsolationPhase(RunContext& context, const std::vector<std::unique_ptr<GuestSession>>& sessions);

// An observer's samples of before and after a disturbance; one that was being taken counts as after.
struct ObservedRates {
  std::vector<double> before;
  std::vector<double> after;
};
// The disturbance's begin, on the clock of the spans. Spans that do not fit the samples give nothing.
ObservedRates SplitAt(double disturbed_at_s, const std::vector<double>& samples, const std::vector<SampleSpan>& spans);

// The same of a whole result: of its only metric. One that has none, or did not stamp it, gives nothing, which
// JudgeRate calls MISS.
ObservedRates RatesAround(double disturbed_at_s, const BenchmarkResult& result);

// The verdict on an observer's rate: PASS when the median of after is at least `least` of that of before. MISS when
// either side has fewer than three samples.
struct RateJudgement {
  reports::Verdict verdict = reports::Verdict::kMiss;
  double ratio = 0;
  std::string reason;
};
RateJudgement JudgeRate(const ObservedRates& rates, double least);

}  // namespace vfqual
