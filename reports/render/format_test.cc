#include "reports/render/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "reports/render/grid_layout.h"

namespace vfqual::reports {
namespace {

TEST(FormatSeconds, ReadsWellAtAnyLength) {
  const std::pair<double, const char*> cases[] = {
      {0, "0 ms"},           {0.0121, "12 ms"},    {0.0994, "99 ms"},       {0.0996, "0.10 s"},
      {0.31, "0.31 s"},      {0.999, "1.0 s"},     {24.11, "24.1 s"},       {99.94, "99.9 s"},
      {99.96, "1 min 40 s"}, {119.7, "2 min 0 s"}, {3599.4, "59 min 59 s"}, {3600, "1 h 0 min"},
      {86400, "24 h 0 min"},
  };
  for (const auto& [seconds, text] : cases) EXPECT_EQ(FormatSeconds(seconds), text) << seconds;
}

TEST(FormatNumber, HasFourDigits) {
  EXPECT_EQ(FormatNumber(4.3123), "4.312");
  EXPECT_EQ(FormatNumber(1080), "1080");
  EXPECT_EQ(FormatNumber(123456789), "1.235e+08");
}

TEST(FormatQuantity, CountsBytesInThousands) {
  EXPECT_EQ(FormatQuantity(61.2, "frames/s"), "61.2 frames/s");
  EXPECT_EQ(FormatQuantity(449'312'000, "B/s"), "449.3 MB/s");
  EXPECT_EQ(FormatQuantity(-1500, "B"), "-1.5 kB");
  EXPECT_EQ(FormatQuantity(999, "B"), "999 B");
  EXPECT_EQ(FormatQuantity(1e30, "B"), "1e+15 PB");
  EXPECT_EQ(FormatQuantity(3, ""), "3");
}

TEST(FormatChange, SaysNothingWhereTheChangeDoesNot) {
  ChangeReport change;
  EXPECT_EQ(FormatChange(change), "");
  change.before = "0";
  change.after = "2";
  EXPECT_EQ(FormatChange(change), "0 → 2");
}

TEST(FormatStart, ShortensATimeAndNothingElse) {
  EXPECT_EQ(FormatStart("2026-11-22T15:46:13.042Z"), "2026-11-22 15:46 UTC");
  EXPECT_EQ(FormatStart("yesterday"), "yesterday");
}

CellReport Cell(const char* platform, bool hardware) {
  CellReport cell;
  cell.platform.id = platform;
  cell.platform.hardware = hardware;
  return cell;
}

TEST(LabLabel, SaysThatTheGpuIsAStandIn) {
  EXPECT_EQ(LabLabel(Cell("lab", false)), "Lab result: the GPU is a stand-in");
  EXPECT_EQ(LabLabel(Cell("ADL-N", true)), "");
}

TEST(LabLabel, SaysThatNoGpuWasUsed) {
  EXPECT_THAT(LabLabel(Cell(kNoPlatform, false)), testing::HasSubstr("No GPU was used"));
  EXPECT_EQ(HardwareNote(Cell(kNoPlatform, false)), "no GPU");
}

TEST(LayOutGrid, WithoutAPlatformTheReleasesStandSideBySide) {
  Report report;
  for (const auto& [kernel, version] : {std::pair{"6.12", "1"}, std::pair{"6.1", "2"}, std::pair{"6.1", "1"}}) {
    report.cells.push_back(Cell(kNoPlatform, false));
    report.cells.back().kernel.release = kernel;
    report.cells.back().module.name = "m";
    report.cells.back().module.version = version;
  }
  const GridLayout grid = LayOutGrid(report);
  EXPECT_EQ(grid.across, "releases");
  EXPECT_EQ(grid.platforms, (std::vector<std::string>{"m 1", "m 2"}));
  ASSERT_EQ(grid.releases.size(), 1U);
  ASSERT_EQ(grid.releases[0].rows.size(), 2U);
  EXPECT_EQ(grid.releases[0].rows[0].kernel, "6.1");
  EXPECT_EQ(grid.releases[0].rows[0].cells, (std::vector<std::size_t>{2, 1}));
  EXPECT_EQ(grid.releases[0].rows[1].cells, (std::vector<std::size_t>{0, kNoCell}));
  EXPECT_EQ(LayOutGrid(report, false).releases.size(), 2U);
}

TEST(LabLabel, NeverTakesAnUnknownPlatformForHardware) {
  EXPECT_EQ(LabLabel(Cell("", false)), "Not a hardware result: the platform was not identified");
}

TEST(LabLabel, CountsTheCellsWhereOnlySomeAreOfTheLab) {
  Report report;
  report.cells = {Cell("lab", false), Cell("ADL-N", true), Cell("", false)};
  EXPECT_EQ(LabLabel(report), "Lab result: the GPU is a stand-in (2 of 3 cells)");
  report.cells = {Cell("lab", false), Cell("lab", false)};
  EXPECT_EQ(LabLabel(report), "Lab result: the GPU is a stand-in");
  report.cells = {Cell("ADL-N", true)};
  EXPECT_EQ(LabLabel(report), "");
}

TEST(CellTitle, HasWhatIsKnown) {
  CellReport cell;
  cell.id = "cell-1";
  EXPECT_EQ(CellTitle(cell), "cell-1");
  cell.kernel.release = "6.12";
  cell.module.name = "i915-sriov-dkms";
  EXPECT_EQ(CellTitle(cell), "6.12 · i915-sriov-dkms");
}

TEST(CellCause, IsTheFirstFailingStageWithItsReason) {
  CellReport cell;
  cell.verdict = Verdict::kFail;
  cell.first_failure = "load";
  cell.stages.resize(2);
  cell.stages[0].name = "build";
  cell.stages[1].name = "load";
  cell.stages[1].reason = "-ENODEV";
  EXPECT_EQ(CellCause(cell), "load: -ENODEV");
  cell.verdict = Verdict::kPass;
  EXPECT_EQ(CellCause(cell), "");
  cell.verdict = Verdict::kMiss;
  cell.first_failure.reset();
  cell.reason = "line 5 of the journal is not JSON";
  EXPECT_EQ(CellCause(cell), "line 5 of the journal is not JSON");
}

}  // namespace
}  // namespace vfqual::reports
