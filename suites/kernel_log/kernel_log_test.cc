#include "suites/kernel_log/kernel_log.h"

#include "suites/testing/fake_sysfs.h"
#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

TEST(ParseKmsgRecord, TakesSequenceAndText) {
  const auto message =
      ParseKmsgRecord("6,339,5140900,-;i915 0000:06:00.0: [drm] a; b\n SUBSYSTEM=pci\n DEVICE=+pci:0000:06:00.0\n");
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->sequence, 339U);
  EXPECT_EQ(message->text, "i915 0000:06:00.0: [drm] a; b");
}

TEST(ParseKmsgRecord, RefusesWhatIsNoRecord) {
  for (const auto* text : {"", "text", ";text", "6;text", "6,;text", "6,x,1,-;text", "6,339;text"}) {
    EXPECT_FALSE(ParseKmsgRecord(text).has_value()) << text;
  }
}

TEST(ReadKernelLog, EndsWithTheFile) {
  const FakeSysfs fake;
  fake.Write("dev/kmsg", "6,0,1,-;first\n");
  const auto log = ReadKernelLog(fake.Dev() / "kmsg");
  ASSERT_THAT(log, IsOk());
  ASSERT_EQ(log->size(), 1U);
  EXPECT_EQ(log->front().text, "first");
  EXPECT_THAT(ReadKernelLog(fake.Dev() / "absent"), IsError("absent: No such file"));
}

TEST(IsTruncated, WhereTheFirstMessageIsNotTheBootsFirst) {
  EXPECT_FALSE(IsTruncated({}));
  EXPECT_FALSE(IsTruncated({{.sequence = 0, .text = "Linux version"}}));
  EXPECT_TRUE(IsTruncated({{.sequence = 812, .text = "later"}}));
}

}  // namespace
}  // namespace vfqual::suites
