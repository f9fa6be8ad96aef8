#include "suites/support/outcome.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <set>

namespace vfqual::suites {
namespace {

TEST(SkipReason, EachHasAWordOfItsOwn) {
  std::set<std::string_view> words;
  int count = 0;
  for (int i = 0; i <= static_cast<int>(SkipReason::kKernelLogTruncated); ++i, ++count)
    words.insert(Word(static_cast<SkipReason>(i)));
  EXPECT_EQ(words.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(words.count("unknown"), 0U);
  EXPECT_EQ(Word(SkipReason::kNoVaDriver), "no_va_driver");
}

TEST(FailForLack, FailsWithTheSentence) {
  EXPECT_NONFATAL_FAILURE(FailForLack("there is no driver"), "there is no driver");
}

TEST(ExpectOk, FailsWithTheSentence) {
  EXPECT_NONFATAL_FAILURE(ExpectOk(Fail("the VF is gone")), "the VF is gone");
  ExpectOk({});
}

}  // namespace
}  // namespace vfqual::suites
