#include "harness/guest/kmsg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(KernelLog, RecordsOfDevKmsg) {
  const auto records = ParseKernelLog(
      "5,0,0,-;Linux version 6.12.107+deb13-amd64\n"
      "6,339,5140900,-;NET: Registered PF_INET6 protocol family\n"
      " SUBSYSTEM=pci\n"
      " DEVICE=+pci:0000:00:02.0\n"
      "30,340,5690716,c;udevd[80]: starting version 181\n"
      "4,341,6000000,-,caller=T1;i915 0000:00:02.0: VF1 FLR didn't complete within 10 ms\n");
  EXPECT_THAT(records,
              ElementsAre(KernelRecord{5, 0, "Linux version 6.12.107+deb13-amd64"},
                          KernelRecord{6, 5140900, "NET: Registered PF_INET6 protocol family"},
                          KernelRecord{6, 5690716, "udevd[80]: starting version 181"},
                          KernelRecord{4, 6000000, "i915 0000:00:02.0: VF1 FLR didn't complete within 10 ms"}));
}

TEST(KernelLog, LinesOfDmesgRaw) {
  const auto records = ParseKernelLog(
      "<5>[    0.000000] Linux version 6.1\n"
      "<12>[12345.678901] user message\r\n"
      "<3>[    1.5] not six digits\n"
      "continued without a prefix\n"
      "<6>[    2.000001]\n");
  EXPECT_THAT(records, ElementsAre(KernelRecord{5, 0, "Linux version 6.1"},
                                   KernelRecord{4, 12345678901, "user message"}, KernelRecord{6, 2000001, ""}));
}

TEST(KernelLog, EscapesAreUndoneAndControlsStayVisible) {
  const auto records = ParseKernelLog(
      "6,1,1,-;back\\x5cslash\n"
      "6,2,2,-;two\\x0alines\n"
      "6,3,3,-;bell\\x07 \\xc2\\xb5 \\xff\n"
      "6,4,4,-;\\x4 \\xzz \\\n"
      "6,5,5,-;esc\\x1b[31m\n");
  EXPECT_THAT(records, ElementsAre(KernelRecord{6, 1, "back\\slash"}, KernelRecord{6, 2, "two lines"},
                                   KernelRecord{6, 3, "bell\\x07 µ \\xff"}, KernelRecord{6, 4, "\\x4 \\xzz \\"},
                                   KernelRecord{6, 5, "esc\\x1b[31m"}));
}

TEST(KernelLog, RubbishIsSkipped) {
  EXPECT_THAT(ParseKernelLog(""), IsEmpty());
  EXPECT_THAT(ParseKernelLog("6,1,1\n6,1,1,-\n-6,1,1,-;x\n6,,1,-;x\n6,99999999999999999999,1,-;x\n<6>x\n<6\n;\n,,,\n"),
              IsEmpty());
  EXPECT_THAT(ParseKernelLog("<6>[9223372036854775807.000000] too far\n"), IsEmpty());
}

TEST(KernelLog, Bounded) {
  std::string text = "6,1,1,-;" + std::string(10'000, 'x') + "\n";
  EXPECT_THAT(ParseKernelLog(text).at(0).message, SizeIs(4096));
  text.clear();
  for (int i = 0; i < 100'010; ++i) text += "6,1,1,-;x\n";
  EXPECT_THAT(ParseKernelLog(text), SizeIs(100'000));
}

}  // namespace
}  // namespace vfqual
