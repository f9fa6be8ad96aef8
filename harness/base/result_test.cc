#include "harness/base/result.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace vfqual {
namespace {

Result<int> Inner(bool good) {
  if (!good) return FailErrno("write /sys/x", ERANGE, "ask for fewer");
  return 7;
}

Result<int> Outer(bool good) {
  VFQUAL_TRY(const int value, Inner(good), "creating VFs");
  return value + 1;
}

TEST(Result, ContextIsOutermostFirstAndKeepsErrnoAndFix) {
  ASSERT_EQ(Outer(true).value(), 8);
  const auto failed = Outer(false);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().Message(), "creating VFs: write /sys/x: ERANGE (Numerical result out of range)");
  EXPECT_EQ(failed.error().sys_errno, ERANGE);
  EXPECT_EQ(failed.error().fix, "ask for fewer");
  EXPECT_EQ(failed.error().blame, Blame::kHarness);
}

TEST(Result, ErrnoWithoutAName) {
  EXPECT_EQ(ErrnoName(4711), "errno 4711");
}

}  // namespace
}  // namespace vfqual
