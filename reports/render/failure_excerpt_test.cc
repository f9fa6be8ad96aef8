#include "reports/render/failure_excerpt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

CellReport FailingCell() {
  CellReport cell;
  cell.first_failure = "boot";
  cell.guests.resize(2);
  cell.guests[0].facts.name = "vf1";
  cell.guests[1].facts.name = "vf2";
  StageReport boot;
  boot.name = "boot";
  boot.verdict = Verdict::kPass;
  cell.guests[0].stages = {boot};
  boot.verdict = Verdict::kFail;
  cell.guests[1].stages = {boot};
  return cell;
}

KernelLogLine Line(const std::optional<std::string>& guest, const std::string& stage, const std::string& message) {
  return {.guest = guest, .stage = stage, .uptime_us = 1500000, .level = 4, .message = message};
}

TEST(FailureExcerpt, HasTheLinesOfWhoFailedInTheStageThatFailed) {
  CellReport cell = FailingCell();
  cell.kernel_log = {Line("vf2", "probe", "later"), Line("vf1", "boot", "of one that booted"),
                     Line("vf2", "boot", "a\nb"), Line(std::nullopt, "boot", "of the host")};
  EXPECT_THAT(FailureExcerpt(cell, 10), ElementsAre("vf2   [    1.500000] <4> a⏎b", HasSubstr("of the host")));
}

TEST(FailureExcerpt, KeepsTheEndAndKnownIssues) {
  CellReport cell = FailingCell();
  for (int i = 0; i < 100; ++i) cell.kernel_log.push_back(Line(std::nullopt, "boot", "line " + std::to_string(i)));
  KnownIssueMatch match;
  match.line = "line 7";
  cell.known_issues = {match};
  EXPECT_THAT(FailureExcerpt(cell, 3), ElementsAre(HasSubstr("line 7"), HasSubstr("line 98"), HasSubstr("line 99")));
}

TEST(FailureExcerpt, IsEmptyForACellThatPassed) {
  CellReport cell = FailingCell();
  cell.kernel_log = {Line("vf2", "boot", "x")};
  cell.first_failure.reset();
  EXPECT_THAT(FailureExcerpt(cell, 3), IsEmpty());
}

}  // namespace
}  // namespace vfqual::reports
