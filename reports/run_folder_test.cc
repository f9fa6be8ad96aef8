#include "reports/run_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/testing/schema_check.h"
#include "reports/testing/temp_folder.h"

namespace vfqual::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class RunFolderTest : public ::testing::Test {
 protected:
  TempFolder folder_;
};

TEST_F(RunFolderTest, WritesTheReportsAndNothingElse) {
  folder_.Write("events.jsonl", ReadSourceFile("reports/testdata/passing.jsonl"));
  folder_.Write("report.json", "an older one that is longer than the new one" + std::string(100'000, ' '));
  const auto report = RenderAll(folder_.Path());
  ASSERT_TRUE(report.has_value()) << report.error();
  EXPECT_EQ(report->verdict, Verdict::kPass);
  EXPECT_EQ(folder_.Read("report.json"), ReadSourceFile("reports/testdata/passing.report.json"));
  EXPECT_THAT(folder_.Read("summary.md"), HasSubstr("PASS"));
  EXPECT_THAT(folder_.Read("report.html"), HasSubstr("</html>"));
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.Path()))
    names.push_back(entry.path().filename());
  EXPECT_THAT(names, UnorderedElementsAre("events.jsonl", "report.json", "report.html", "summary.md", "junit.xml",
                                          "kcidb.json"));
}

TEST_F(RunFolderTest, FoldsAJournalOfOneLongLine) {
  folder_.Write("events.jsonl", std::string(1'000'000, 'x'));
  const auto report = RenderAll(folder_.Path());
  ASSERT_TRUE(report.has_value()) << report.error();
  EXPECT_EQ(report->verdict, Verdict::kMiss);
}

TEST_F(RunFolderTest, SaysWhatIsMissing) {
  EXPECT_EQ(RenderAll(folder_.Path("none")).error(),
            "cannot read " + folder_.Path("none") + ": No such file or directory");
  EXPECT_EQ(RenderAll(folder_.Path()).error(),
            folder_.Path() + " holds no events.jsonl: it is not the folder of a run");
  folder_.Write("file", "");
  EXPECT_EQ(RenderAll(folder_.Path("file")).error(), folder_.Path("file") + " is not a folder");
  std::filesystem::create_directory(folder_.Path("events.jsonl"));
  EXPECT_THAT(RenderAll(folder_.Path()).error(), HasSubstr("it is not a regular file"));
}

TEST_F(RunFolderTest, AFailedWriteLeavesTheOlderReport) {
  folder_.Write("events.jsonl", ReadSourceFile("reports/testdata/passing.jsonl"));
  std::filesystem::create_directory(folder_.Path("report.json"));
  EXPECT_THAT(RenderAll(folder_.Path()).error(), HasSubstr("cannot write " + folder_.Path("report.json")));
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.Path()))
    names.push_back(entry.path().filename());
  EXPECT_THAT(names, UnorderedElementsAre("events.jsonl", "report.json"));
}

}  // namespace
}  // namespace vfqual::reports
