#include "harness/stages/guest_faults.h"

#include <gtest/gtest.h>

#include "harness/plan/guest_fault.h"

namespace vfqual {
namespace {

bool DoesSomething(const GuestFaultMaking& making) {
  return !making.argv.empty() || !making.environment.empty() || !making.media_prefix.empty() ||
         !making.compute_arguments.empty();
}

TEST(GuestFaults, EachIsMade) {
  for (const auto& fault : GuestFaults()) EXPECT_TRUE(DoesSomething(MakingOf(std::string(fault.name)))) << fault.name;
  EXPECT_FALSE(DoesSomething(MakingOf("")));
}

}  // namespace
}  // namespace vfqual
