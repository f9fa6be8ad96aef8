#include "harness/lab/programs_build.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"
#include "harness/lab/late_programs.h"

namespace vfqual {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

class ProgramsBuildTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return (folder_->Path() / name).string(); }
  std::unique_ptr<ProgramsBuild> Build(const std::string& script) {
    EXPECT_TRUE(local_.WriteFile(Path("builder"), "#!/bin/sh\n" + script, 0755));
    return std::make_unique<ProgramsBuild>(local_, Path("builder"),
                                           [this](const std::string& line) { lines_.push_back(line); });
  }

  LocalHost local_;
  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-programs-test");
  std::vector<std::string> lines_;
};

TEST_F(ProgramsBuildTest, HandsOnWhatTheBuilderPrints) {
  const auto build = Build("echo one; echo two >&2; echo three");
  EXPECT_TRUE(build->Outcome());
  EXPECT_TRUE(build->Ended(milliseconds(0)));
  EXPECT_THAT(lines_, testing::UnorderedElementsAre("one", "two", "three"));
}

TEST_F(ProgramsBuildTest, CountsTheWaitFromItsStart) {
  const auto build = Build("sleep 20");
  EXPECT_FALSE(build->Ended(milliseconds(1000)));
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(build->EndsWithin(milliseconds(1000)));
  EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(700));
}

TEST_F(ProgramsBuildTest, AFailureNamesTheBuilder) {
  const auto build = Build("echo no compiler >&2; exit 3");
  const auto outcome = build->Outcome();
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().Message(), testing::AllOf(HasSubstr(Path("builder")), HasSubstr("exit 3")));
}

TEST_F(ProgramsBuildTest, ABuilderThatIsNoProgramIsAFailure) {
  ProgramsBuild build(local_, Path("none"), [](const std::string&) {});
  EXPECT_FALSE(build.Outcome());
}

TEST_F(ProgramsBuildTest, EndsItsBuilder) {
  auto build =
      Build("trap 'touch " + Path("ended") + "; exit' TERM; touch " + Path("began") + "; while :; do sleep 0.05; done");
  while (!local_.Exists(Path("began")).value()) EXPECT_FALSE(build->Ended(milliseconds(10)));
  build.reset();
  EXPECT_TRUE(local_.Exists(Path("ended")).value());
}

TEST_F(ProgramsBuildTest, LateProgramsLieOnTheDiskThatWasEmpty) {
  ASSERT_TRUE(local_.WriteFile(Path("suite_x"), "the suite", 0755));
  const auto build = Build("sleep 0.1");
  int found = 0;
  LatePrograms late(
      local_, *build,
      [&]() -> Result<GuestPrograms> {
        EXPECT_TRUE(build->Ended(milliseconds(0))) << "not asked for programs that are still built";
        ++found;
        return GuestPrograms{{{Path("suite_x"), "bin/suite_x"}}, Path("no-cache.tar.gz")};
      },
      Path("disk.img"));
  ASSERT_TRUE(late.MakeEmptyDisk());
  const auto size = std::filesystem::file_size(Path("disk.img"));
  // This machine has no such disk to mount: what counts is what was put on it.
  EXPECT_FALSE(late.Deliver(local_, Path("cache"), [] { return false; }));
  EXPECT_FALSE(late.Deliver(local_, Path("cache"), [] { return false; }));
  EXPECT_EQ(found, 1) << "a second machine gets the same disk";
  ASSERT_TRUE(late.Given());
  EXPECT_EQ(std::filesystem::file_size(Path("disk.img")), size) << "the machine has it open, in this size";
  Command debugfs;
  debugfs.argv = {"debugfs", "-R", "cat bin/suite_x", Path("disk.img")};
  EXPECT_EQ(local_.Run(debugfs)->out, "the suite");
}

TEST_F(ProgramsBuildTest, LateProgramsOfAFailedBuildAreAnError) {
  const auto build = Build("exit 1");
  LatePrograms late(
      local_, *build, []() -> Result<GuestPrograms> { return Fail("not reached"); }, Path("disk.img"));
  ASSERT_TRUE(late.MakeEmptyDisk());
  const auto delivered = late.Deliver(local_, Path("cache"), [] { return false; });
  ASSERT_FALSE(delivered);
  EXPECT_THAT(delivered.error().Message(), HasSubstr("build the guests' programs"));
}

TEST_F(ProgramsBuildTest, NobodyWaitsForProgramsOfARunThatEnded) {
  const auto build = Build("sleep 20");
  LatePrograms late(
      local_, *build, []() -> Result<GuestPrograms> { return Fail("not reached"); }, Path("disk.img"));
  EXPECT_TRUE(late.Deliver(local_, Path("cache"), [] { return true; }));
  EXPECT_FALSE(late.Given());
}

}  // namespace
}  // namespace vfqual
