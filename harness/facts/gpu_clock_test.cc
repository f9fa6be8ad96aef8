#include "harness/facts/gpu_clock.h"

#include <gtest/gtest.h>

#include "harness/base/fake_host.h"

namespace vfqual {
namespace {

constexpr PciAddress kPf{0, 0, 2, 0};
constexpr const char* kFolder = "/sys/bus/pci/devices/0000:00:02.0";

TEST(ClockFile, IsFoundForEachDriver) {
  FakeHost host;
  EXPECT_EQ(ClockFile(host, kPf), "");
  const std::string old = std::string(kFolder) + "/drm/card1/gt_act_freq_mhz";
  host.SetFile(old, "300\n");
  EXPECT_EQ(ClockFile(host, kPf), old);
  const std::string i915 = std::string(kFolder) + "/drm/card1/gt/gt0/rps_act_freq_mhz";
  host.SetFile(i915, "300\n");
  EXPECT_EQ(ClockFile(host, kPf), i915);
  const std::string xe = std::string(kFolder) + "/tile0/gt0/freq0/act_freq";
  host.SetFile(xe, "300\n");
  EXPECT_EQ(ClockFile(host, kPf), xe);
}

TEST(ClockWatch, KeepsTheHighest) {
  FakeHost host;
  EXPECT_DOUBLE_EQ(ClockWatch(host, kPf).Stop(), 0);
  host.SetFile(std::string(kFolder) + "/tile0/gt0/freq0/act_freq", "1450\n");
  ClockWatch watch(host, kPf);
  EXPECT_DOUBLE_EQ(watch.Stop(), 1450);
  EXPECT_DOUBLE_EQ(watch.Stop(), 1450);
}

}  // namespace
}  // namespace vfqual
