#include "reports/render/guest_matrix.h"

#include <gtest/gtest.h>

namespace vfqual::reports {
namespace {

TestReport MakeTest(const char* path, Verdict verdict) {
  return {.stage = "compute", .path = path, .verdict = verdict, .seconds = 0, .reason = {}};
}

TEST(GuestMatrix, LinesUpByNameAndLeavesHoles) {
  CellReport cell;
  cell.guests.resize(2);
  cell.guests[0].tests = {MakeTest("a", Verdict::kPass), MakeTest("b", Verdict::kPass)};
  cell.guests[1].tests = {MakeTest("b", Verdict::kFail), MakeTest("c", Verdict::kSkip)};
  const auto rows = TestMatrix(cell);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].path, "a");
  EXPECT_EQ(rows[0].guests[1], nullptr);
  EXPECT_EQ(rows[1].guests[0], &cell.guests[0].tests[1]);
  EXPECT_EQ(rows[1].guests[1], &cell.guests[1].tests[0]);
  EXPECT_EQ(WorstOf(rows[1]), Verdict::kFail);
  EXPECT_EQ(rows[2].guests[0], nullptr);
}

TEST(GuestMatrix, KeepsBothOfATestThatRanTwice) {
  CellReport cell;
  cell.guests.resize(2);
  cell.guests[0].tests = {MakeTest("a", Verdict::kPass), MakeTest("a", Verdict::kFail)};
  cell.guests[1].tests = {MakeTest("a", Verdict::kPass), MakeTest("a", Verdict::kPass)};
  const auto rows = TestMatrix(cell);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].guests[0], &cell.guests[0].tests[1]);
  EXPECT_EQ(rows[1].guests[1], &cell.guests[1].tests[1]);
}

}  // namespace
}  // namespace vfqual::reports
