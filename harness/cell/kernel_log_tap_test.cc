#include "harness/cell/kernel_log_tap.h"

#include <gtest/gtest.h>

namespace vfqual {
namespace {

TEST(KernelLogTap, GivesEachRecordOnceAlsoWithEqualTimes) {
  std::string log = "<6>[    1.000000] one\n<6>[    2.000000] two\n";
  KernelLogTap tap([&log](const Command&) {
    Completed completed;
    completed.out = log;
    return Result<Completed>(completed);
  });
  EXPECT_EQ(tap.Take()->size(), 2U);
  EXPECT_TRUE(tap.Take()->empty());
  log += "<4>[    2.000000] two again\n<6>[    3.000000] three\n";
  const auto fresh = tap.Take();
  ASSERT_EQ(fresh->size(), 2U);
  EXPECT_EQ(fresh->at(0).message, "two again");
  EXPECT_EQ(fresh->at(1).message, "three");
  EXPECT_TRUE(tap.Take()->empty());
}

TEST(KernelLogTap, ALogThatCannotBeReadIsAnError) {
  KernelLogTap tap([](const Command&) {
    Completed completed;
    completed.exit_code = 1;
    return Result<Completed>(completed);
  });
  EXPECT_FALSE(tap.Take());
}

}  // namespace
}  // namespace vfqual
