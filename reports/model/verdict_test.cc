#include "reports/model/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual::reports {
namespace {

using enum Verdict;

TEST(Verdict, WordsAreKcidbs) {
  EXPECT_EQ(Word(kFail), "FAIL");
  EXPECT_EQ(Word(kError), "ERROR");
  EXPECT_EQ(Word(kMiss), "MISS");
  EXPECT_EQ(Word(kPass), "PASS");
  EXPECT_EQ(Word(kDone), "DONE");
  EXPECT_EQ(Word(kSkip), "SKIP");
}

TEST(Verdict, ParsesItsOwnWordsAndNoOther) {
  for (const Verdict verdict : {kFail, kError, kMiss, kPass, kDone, kSkip})
    EXPECT_EQ(ParseVerdict(Word(verdict)), verdict);
  for (const char* word : {"", "pass", "PASSED", "FAIL ", "WARN"}) EXPECT_EQ(ParseVerdict(word), std::nullopt) << word;
}

TEST(Verdict, WorstFollowsThePriority) {
  const auto order = {kFail, kError, kMiss, kPass, kDone, kSkip};
  for (const auto* a = order.begin(); a != order.end(); ++a) {
    for (const auto* b = a; b != order.end(); ++b) {
      EXPECT_EQ(Worst(*a, *b), *a);
      EXPECT_EQ(Worst(*b, *a), *a);
    }
  }
}

TEST(Verdict, ExitCodes) {
  EXPECT_EQ(ExitCode(kFail), 1);
  EXPECT_EQ(ExitCode(kError), 3);
  EXPECT_EQ(ExitCode(kMiss), 3);
  EXPECT_EQ(ExitCode(kPass), 0);
  EXPECT_EQ(ExitCode(kDone), 0);
  EXPECT_EQ(ExitCode(kSkip), 0);
}

}  // namespace
}  // namespace vfqual::reports
