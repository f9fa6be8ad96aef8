#include "harness/stages/stage_verdict.h"

namespace vfqual {

reports::Verdict VerdictOf(const Error& error) {
  switch (error.blame) {
    case Blame::kSubject:
      return reports::Verdict::kFail;
    case Blame::kHarness:
      return reports::Verdict::kMiss;
    case Blame::kInput:
      return reports::Verdict::kError;
  }
  return reports::Verdict::kError;
}

void RecordError(reports::StageScope& stage, const Error& error) {
  stage.Record(VerdictOf(error), error.fix.empty() ? error.Message() : error.Message() + " — fix: " + error.fix);
}

}  // namespace vfqual
