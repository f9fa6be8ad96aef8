#include "suites/support/run_program.h"

#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

using std::chrono::seconds;

TEST(RunProgram, GivesWhatItWrote) {
  const auto output = RunProgram({"sh", "-c", "echo out; echo err >&2"}, Errors::kDropped);
  ASSERT_THAT(output, IsOk());
  EXPECT_EQ(*output, "out\n");
  EXPECT_EQ(RunProgram({"sh", "-c", "echo out; echo err >&2"}, Errors::kInOutput), "out\nerr\n");
}

TEST(RunProgram, SaysHowItEnded) {
  EXPECT_THAT(RunProgram({"sh", "-c", "echo no device >&2; exit 3"}, Errors::kInOutput),
              IsError("sh ended with 3: no device"));
  EXPECT_THAT(RunProgram({"sh", "-c", "kill -SEGV $$"}, Errors::kDropped), IsError("sh crashed (signal 11)"));
  EXPECT_THAT(RunProgram({"sleep", "60"}, Errors::kDropped, seconds(1)), IsError("sleep hangs: no end after 1 s"));
  const auto missing = RunProgram({"no_such_program"}, Errors::kDropped);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error(), kProgramMissing);
}

}  // namespace
}  // namespace vfqual::suites
