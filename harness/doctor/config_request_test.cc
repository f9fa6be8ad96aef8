#include "harness/doctor/config_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/doctor/healthy_host.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

class ConfigRequestTest : public testing::Test {
 protected:
  ConfigRequestTest() { doctor::MakeHealthy(host_); }
  FakeHost host_;
  AskedConfig asked_;
};

TEST_F(ConfigRequestTest, TakesThePlatformsUsualNumberOfVfs) {
  const auto found = MakeConfigRequest(host_, asked_);
  ASSERT_TRUE(found) << found.error().Message();
  EXPECT_EQ(found->platform, "ADL-N");
  EXPECT_EQ(found->request.driver, "i915");
  EXPECT_EQ(found->request.vfs, 3);
  EXPECT_EQ(found->request.max_vfs, 7);
  EXPECT_EQ(found->request.device_id, "46d1");
  EXPECT_EQ(found->request.pf_device_folder, "/sys/devices/pci0000:00/0000:00:02.0");
  EXPECT_THAT(found->request.vf_addresses, testing::Not(testing::Contains("0000:00:02.0")));
  EXPECT_EQ(found->request.vf_addresses.back(), "0000:00:02.7");
  asked_.vfs = 7;
  EXPECT_EQ(MakeConfigRequest(host_, asked_)->request.vfs, 7);
}

TEST_F(ConfigRequestTest, MoreThanTheDeviceHasIsRefused) {
  for (const int vfs : {8, 0, -1}) {
    asked_.vfs = vfs;
    const auto found = MakeConfigRequest(host_, asked_);
    ASSERT_FALSE(found) << vfs;
    EXPECT_EQ(found.error().blame, Blame::kInput);
    EXPECT_THAT(found.error().fix, HasSubstr("1 to 7"));
  }
}

TEST_F(ConfigRequestTest, ADriverWithoutSriovOnThisPlatformIsRefused) {
  host_.SetFile(std::string(doctor::kTestPf) + "/device", "0x7d55\n");
  asked_.driver = "xe";
  const auto found = MakeConfigRequest(host_, asked_);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().Message(), HasSubstr("xe offers no SR-IOV on Meteor Lake"));
}

TEST_F(ConfigRequestTest, NoGpuIsToldWithTheFix) {
  ASSERT_TRUE(host_.Remove(std::string(doctor::kTestPf) + "/sriov_totalvfs"));
  const auto found = MakeConfigRequest(host_, asked_);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().blame, Blame::kHarness);
  EXPECT_THAT(found.error().fix, HasSubstr("doctor"));
}

}  // namespace
}  // namespace vfqual
