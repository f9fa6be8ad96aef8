#include "harness/lab/kernel_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual {
namespace {

using testing::HasSubstr;

std::vector<ImageDefinition> Definitions() {
  ImageDefinition guest;
  guest.name = "debian-13";
  guest.role = ImageRole::kGuest;
  guest.kernels["6.12"] = {};
  guest.kernels["6.18"] = {};
  ImageDefinition old_host;
  old_host.name = "lab-host-6.1";
  old_host.role = ImageRole::kLabHost;
  old_host.distribution = "debian 12";
  old_host.kernels["6.1"] = {};
  ImageDefinition host = old_host;
  host.name = "lab-host-6.12";
  host.distribution = "debian 13";
  host.kernels = {{"6.12", {}}};
  return {guest, old_host, host};
}

std::string Chosen(const std::string& wanted) {
  const auto chosen = ChooseKernels(Definitions(), {wanted});
  return chosen ? chosen->front().definition.name : chosen.error().what;
}

TEST(ChooseKernels, TakesASeriesOrARelease) {
  EXPECT_EQ(Chosen("6.1"), "lab-host-6.1");
  EXPECT_EQ(Chosen("6.12"), "lab-host-6.12");
  EXPECT_EQ(Chosen("6.12.107"), "lab-host-6.12");
  EXPECT_EQ(Chosen("6.12.107+deb13-amd64"), "lab-host-6.12");
  EXPECT_EQ(Chosen("6.1.0-42-amd64"), "lab-host-6.1");
}

TEST(ChooseKernels, ListsWhatThereIsWhenThereIsNone) {
  for (const char* wanted : {"6.18", "6.120", "6", "", "../x"}) {
    const auto chosen = ChooseKernels(Definitions(), {"6.12", wanted});
    ASSERT_FALSE(chosen) << wanted;
    EXPECT_EQ(chosen.error().blame, Blame::kInput);
    EXPECT_EQ(chosen.error().fix, "choose from 6.1 (debian 12), 6.12 (debian 13)");
  }
}

TEST(CheckRelease, HoldsTheImageToTheReleaseAskedFor) {
  Image image;
  image.kernel_release = "6.12.107+deb13-amd64";
  const auto check = [&image](const char* wanted) { return CheckRelease({Definitions()[2], "6.12", wanted}, image); };
  EXPECT_TRUE(check("6.12"));
  EXPECT_TRUE(check("6.12.107"));
  EXPECT_TRUE(check("6.12.107+deb13-amd64"));
  EXPECT_FALSE(check("6.12.10"));
  EXPECT_FALSE(check("6.12.95+deb13-amd64"));
  EXPECT_THAT(check("6.12.95").error().fix, HasSubstr("6.12.107+deb13-amd64"));
}

}  // namespace
}  // namespace vfqual
