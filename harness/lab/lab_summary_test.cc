#include "harness/lab/lab_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

using testing::ElementsAre;

class LabSummaryTest : public testing::Test {
 protected:
  std::vector<std::string> Lines(const std::string& report) const {
    std::ofstream(folder_->Path() / "report.json") << report;
    return SummaryLines(ReadSummary("6.12", folder_->Path()));
  }
  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-summary-test");
};

TEST_F(LabSummaryTest, NamesVerdictGuestsAndReport) {
  EXPECT_THAT(Lines(R"({"verdict": "FAIL", "cells": [{"first_failure": "boot", "guests": [
                        {"name": "vf1", "verdict": "PASS"}, {"name": "vf2", "verdict": "FAIL"}]}]})"),
              ElementsAre("verdict  FAIL", "kernel   6.12 (lab: no real GPU)", "failed   boot",
                          "guests   vf1 PASS, vf2 FAIL", "report   " + (folder_->Path() / "report.html").string()));
}

TEST_F(LabSummaryTest, IsNotFooledByWhatIsNoReport) {
  const auto none =
      testing::ElementsAre("verdict  none", "kernel   6.12 (lab: no real GPU)", "report   none was written");
  EXPECT_THAT(Lines(""), none);
  EXPECT_THAT(Lines("[1]"), none);
  EXPECT_THAT(Lines(R"({"verdict": "GREAT", "cells": 3})"), none);
  EXPECT_THAT(Lines(R"({"verdict": {"PASS": 1}, "cells": [null, {"guests": {"name": "x"}}]})"), none);
  EXPECT_THAT(Lines(R"({"verdict": "PASS", "cells": [{"guests": [{"name": "\u001b[2J", "verdict": "X"}, 7]}]})")[2],
              "guests   \\x1b[2J none,  none");
}

TEST(WorstExitCode, AFailureOfTheSubjectWins) {
  EXPECT_EQ(WorstExitCode(0, 0), 0);
  EXPECT_EQ(WorstExitCode(0, 3), 3);
  EXPECT_EQ(WorstExitCode(3, 1), 1);
  EXPECT_EQ(WorstExitCode(2, 3), 3);
  EXPECT_EQ(WorstExitCode(0, 2), 2);
  EXPECT_EQ(WorstExitCode(0, 139), 3);
}

}  // namespace
}  // namespace vfqual
