#include "suites/kernel_log/driver_messages.h"

#include <gtest/gtest.h>

namespace vfqual::suites {
namespace {

std::vector<KernelMessage> Log(const std::string& text) {
  return {{.sequence = 0, .text = "Linux version 6.12.107"}, {.sequence = 1, .text = text}};
}

TEST(ContainsPattern, TakesStarsForAnything) {
  EXPECT_TRUE(ContainsPattern("xe: VF3 FLR didn't finish in 200 ms", "VF* FLR didn't finish in"));
  EXPECT_TRUE(ContainsPattern("Failed to enable 7 VFs", "Failed to enable * VFs"));
  EXPECT_FALSE(ContainsPattern("Failed to enable 7 things", "Failed to enable * VFs"));
  EXPECT_FALSE(ContainsPattern("VFs: Failed to enable", "Failed to enable * VFs"));
}

TEST(FirstFailureMessage, FindsWhatI915AndXePrint) {
  for (const auto* text : {
           "i915 0000:00:02.0: No VFs could be associated with this PF!",
           "i915 0000:00:02.0: [drm] *ERROR* PF aborted (-EIO) 00000000",
           "i915 0000:00:02.0: [drm] Failed to enable 7 VFs (-ENOMEM)",
           "i915 0000:00:02.0: [drm] IOV: VF1 FLR didn't complete within 500 ms",
           "i915 0000:00:02.0: Can't disable 2 VFs, 1 are still assigned",
           "i915 0000:00:02.0: [drm] IOV: Failed to provision VF2 (-ENOSPC)",
           "i915 0000:00:02.0: [drm] VF1 has exceeded 'engine reset' threshold",
           "i915 0000:06:00.0: [drm] GuC submission disabled",
           "i915 0000:06:00.0: [drm] *ERROR* GT0: TLB invalidation response timed out for seqno 3",
           "i915 0000:06:00.0: [drm] GPU HANG: ecode 12:1:85dffffb",
           "i915 0000:06:00.0: Device is non-operational; MMIO access returns 0xFFFFFFFF!",
           "xe 0000:00:02.0: [drm] VF1 FLR didn't finish in 200 ms",
           "xe 0000:06:00.0: [drm] *ERROR* Unable to confirm GuC version 1.9",
           "xe 0000:00:02.0: [drm] PF: VF2 control command 0x3 failed",
       }) {
    EXPECT_EQ(FirstFailureMessage(Log(text)), text);
  }
}

TEST(FirstFailureMessage, PassesOverWhatIsHarmless) {
  for (const auto* text : {
           "i915: module verification failed: signature and/or required key missing - tainting kernel",
           "i915 0000:06:00.0: PMU not supported for this GPU.",
           "i915 0000:00:02.0: Enabled 7 VFs",
           "i915 0000:00:02.0: VF1 FLR",
       }) {
    EXPECT_EQ(FirstFailureMessage(Log(text)), std::nullopt) << text;
  }
}

TEST(SaysVfMode, OnlyOfTheFunctionThatIsMeant) {
  const auto log = Log("i915 0000:06:00.0: Running in SR-IOV VF mode");
  EXPECT_TRUE(SaysVfMode(log, "0000:06:00.0"));
  EXPECT_FALSE(SaysVfMode(log, "0000:07:00.0"));
  EXPECT_FALSE(SaysVfMode(Log("i915 0000:06:00.0: Running in SR-IOV PF mode"), "0000:06:00.0"));
}

}  // namespace
}  // namespace vfqual::suites
