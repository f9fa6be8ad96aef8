#include "suites/support/text_file.h"

#include <cerrno>

#include "suites/testing/fake_sysfs.h"
#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

TEST(ReadText, LeavesOutTheNewlineAtTheEnd) {
  const FakeSysfs fake;
  fake.Write("sys/text", "two words\n");
  EXPECT_EQ(ReadText(fake.Sysfs() / "text"), "two words");
}

TEST(ReadText, NamesTheFileThatIsMissing) {
  const FakeSysfs fake;
  EXPECT_THAT(ReadText(fake.Sysfs() / "absent"), IsError("sys/absent: No such file"));
}

TEST(ReadNumber, TakesDecimalAndHexadecimal) {
  const FakeSysfs fake;
  fake.Write("sys/decimal", "17\n");
  fake.Write("sys/prefixed", "0x5845\n");
  EXPECT_EQ(ReadNumber(fake.Sysfs() / "decimal"), 17U);
  EXPECT_EQ(ReadNumber(fake.Sysfs() / "decimal", 16), 0x17U);
  EXPECT_EQ(ReadNumber(fake.Sysfs() / "prefixed", 16), 0x5845U);
}

TEST(ReadNumber, RefusesWhatIsNotAllDigits) {
  const FakeSysfs fake;
  for (const auto* text : {"", "-1", "7 VFs", "0x10"}) {
    fake.Write("sys/number", text);
    EXPECT_THAT(ReadNumber(fake.Sysfs() / "number"), IsError("is not a number")) << text;
  }
}

TEST(WriteText, GivesTheErrno) {
  const FakeSysfs fake;
  fake.Write("sys/text", "");
  EXPECT_EQ(WriteText(fake.Sysfs() / "text", "2"), 0);
  EXPECT_EQ(ReadText(fake.Sysfs() / "text"), "2");
  EXPECT_EQ(WriteText(fake.Sysfs() / "absent", "2"), ENOENT);
  EXPECT_EQ(WriteText("/dev/full", "2"), ENOSPC);
}

}  // namespace
}  // namespace vfqual::suites
