#include "harness/matrix/build_verdict.h"

namespace vfqual {

reports::Verdict VerdictOf(BuildOutcome outcome) {
  switch (outcome) {
    case BuildOutcome::kBuilt:
      return reports::Verdict::kPass;
    case BuildOutcome::kExcluded:
      return reports::Verdict::kSkip;
    case BuildOutcome::kCompileError:
    case BuildOutcome::kLinkError:
    case BuildOutcome::kPackagingError:
      return reports::Verdict::kFail;
    case BuildOutcome::kHeadersMissing:
    case BuildOutcome::kCompilerWrong:
    case BuildOutcome::kBroken:
      break;
  }
  return reports::Verdict::kMiss;
}

}  // namespace vfqual
