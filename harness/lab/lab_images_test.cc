#include "harness/lab/lab_images.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual {
namespace {

using testing::HasSubstr;

std::vector<ImageDefinition> ShippedDefinitions() {
  ImageDefinition one;
  one.name = "small";
  one.kernels["6.1"] = {};
  ImageDefinition several;
  several.name = "debian-13";
  several.kernels = {{"6.12", {}}, {"7.3", {}}};
  ImageDefinition foreign = several;
  foreign.name = "foreign";
  foreign.kernels.erase("6.12");
  foreign.kernels["6.6"] = {};
  ImageDefinition host = several;
  host.name = "lab-host";
  host.role = ImageRole::kLabHost;
  return {one, several, foreign, host};
}

TEST(ChooseGuestImages, TakesAnImageWithOrWithoutItsKernel) {
  const auto chosen = ChooseGuestImages(ShippedDefinitions(), {"small", "debian-13", "debian-13+7.3"}, "6.12");
  ASSERT_TRUE(chosen) << chosen.error().Message();
  EXPECT_EQ(chosen->at(0).kernel, "6.1");
  EXPECT_EQ(chosen->at(1).kernel, "6.12");
  EXPECT_EQ(chosen->at(2).kernel, "7.3");
  EXPECT_EQ(chosen->at(2).asked, "debian-13+7.3");
}

TEST(ChooseGuestImages, FollowsTheLabHostsKernelWhereItCan) {
  EXPECT_EQ(ChooseGuestImages(ShippedDefinitions(), {"debian-13"}, "7.3")->at(0).kernel, "7.3");
  EXPECT_EQ(ChooseGuestImages(ShippedDefinitions(), {"debian-13+6.12"}, "7.3")->at(0).kernel, "6.12");
  EXPECT_EQ(ChooseGuestImages(ShippedDefinitions(), {"debian-13"}, "6.1")->at(0).kernel, "6.12");
}

TEST(ChooseGuestImages, SaysWhatThereIs) {
  const auto unknown = ChooseGuestImages(ShippedDefinitions(), {"windows"}, "6.12");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().blame, Blame::kInput);
  EXPECT_EQ(unknown.error().fix, "choose from small, debian-13, foreign");
  EXPECT_FALSE(ChooseGuestImages(ShippedDefinitions(), {"lab-host"}, "6.12"));
  EXPECT_THAT(ChooseGuestImages(ShippedDefinitions(), {"debian-13+5.4"}, "6.12").error().fix, HasSubstr("6.12, 7.3"));
  EXPECT_THAT(ChooseGuestImages(ShippedDefinitions(), {"foreign"}, "6.12").error().fix, HasSubstr("6.6, 7.3"));
}

TEST(DiskSerial, FitsVirtioAndNamesTheImageWhereItCan) {
  EXPECT_EQ(DiskSerial("debian-13", 0), "guest-debian-13");
  EXPECT_EQ(DiskSerial("debian-13+6.12.107", 3), "guest-3");
}

}  // namespace
}  // namespace vfqual
