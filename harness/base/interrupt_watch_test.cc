#include "harness/base/interrupt_watch.h"

#include <gtest/gtest.h>

#include <csignal>

namespace vfqual {
namespace {

// That the test goes on after raise() shows that the signal was held back and then swallowed.
TEST(InterruptWatch, HoldsSignalsBackAndTellsOfThem) {
  {
    const InterruptWatch watch;
    EXPECT_FALSE(watch.Interrupted());
    ASSERT_EQ(raise(SIGTERM), 0);
    EXPECT_TRUE(watch.Interrupted());
    EXPECT_TRUE(watch.Interrupted());
  }
  const InterruptWatch next;
  EXPECT_FALSE(next.Interrupted());
}

}  // namespace
}  // namespace vfqual
