#include "harness/lab/lab_plan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class LabPlanTest : public testing::Test {
 protected:
  LabPlanTest() {
    std::filesystem::create_directories(Module());
    std::ofstream(Module() / "dkms.conf") << "PACKAGE_NAME=x\n";
    request_.default_module = Module();
  }
  std::filesystem::path Module() const { return folder_->Path() / "lab-gpu"; }
  void SetPlan(const std::string& rest) {
    const auto file = folder_->Path() / "plan.json";
    std::ofstream(file) << fmt::format(R"({{"schema": "vfqual/plan/1", "module": {{"source": "{}"}}{}}})",
                                       Module().string(), rest);
    request_.plan_file = file;
  }
  Error Refused() {
    const auto plan = MakeLabPlan(request_);
    EXPECT_FALSE(plan);
    if (plan) return {};
    EXPECT_EQ(plan.error().blame, Blame::kInput) << plan.error().Message();
    return plan.error();
  }

  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-plan-test");
  PlanRequest request_;
};

TEST_F(LabPlanTest, TheDefaultIsTwoGuestsOnTwoVfs) {
  const auto plan = MakeLabPlan(request_);
  ASSERT_TRUE(plan) << plan.error().Message();
  ASSERT_EQ(plan->guests.size(), 2U);
  EXPECT_EQ(plan->guests[1].name, "vf2");
  EXPECT_EQ(plan->guests[1].vf, 2);
  EXPECT_EQ(plan->module.source, Module().string());
  auto stages = ImplementedStages();
  std::erase(stages, "isolation");
  EXPECT_EQ(plan->stages, stages);
  EXPECT_THAT(GuestImages(*plan), ElementsAre("debian-13"));
}

TEST_F(LabPlanTest, VfsGivesEachAGuestLikeTheFirst) {
  SetPlan(R"(, "guests": [{"name": "a", "vf": 3, "memory_mib": 700}])");
  request_.vfs = 7;
  const auto plan = MakeLabPlan(request_);
  ASSERT_TRUE(plan) << plan.error().Message();
  ASSERT_EQ(plan->guests.size(), 7U);
  EXPECT_EQ(plan->guests[6].name, "vf7");
  EXPECT_EQ(plan->guests[6].vf, 7);
  EXPECT_EQ(plan->guests[6].memory_mib, 700);
  EXPECT_EQ(plan->vfs, 7);
}

TEST_F(LabPlanTest, RefusesMoreVfsThanThereAre) {
  request_.vfs = 8;
  EXPECT_THAT(Refused().what, HasSubstr("--vfs: 8 is not within the lab's 7 VFs"));
  request_.vfs = 0;
  EXPECT_THAT(Refused().what, HasSubstr("--vfs: 0"));
  request_.vfs.reset();
  SetPlan(R"(, "vfs": 8)");
  EXPECT_THAT(Refused().what, HasSubstr("/vfs: 8"));
  SetPlan(R"(, "guests": [{"name": "a", "vf": 9}])");
  EXPECT_THAT(Refused().what, HasSubstr("guest a: 9"));
}

TEST_F(LabPlanTest, RefusesThePfHoweverItIsWritten) {
  for (const char* address : {"0000:00:02.0", "00:02.0"}) {
    SetPlan(fmt::format(R"(, "guests": [{{"name": "a", "device": "{}"}}])", address));
    EXPECT_THAT(Refused().what, HasSubstr("is the physical function"));
  }
  SetPlan(R"(, "guests": [{"name": "a", "device": "0000:00:02.1"}])");
  EXPECT_TRUE(MakeLabPlan(request_));
  SetPlan(R"(, "guests": [{"name": "a", "device": "first"}])");
  EXPECT_THAT(Refused().what, HasSubstr("guest a"));
}

TEST_F(LabPlanTest, RefusesAModuleThatIsNone) {
  request_.module = (folder_->Path() / "none").string();
  EXPECT_THAT(Refused().what, HasSubstr("there is no"));
  request_.module = folder_->Path().string();
  EXPECT_THAT(Refused().what, HasSubstr("no dkms.conf"));
  request_.module = Module().string() + "/";
  const auto plan = MakeLabPlan(request_);
  ASSERT_TRUE(plan);
  EXPECT_EQ(PayloadModule(*plan), "module/lab-gpu");
}

TEST_F(LabPlanTest, RefusesDisksOfTheCallersMachine) {
  SetPlan(R"(, "guests": [{"name": "a", "disk": "/my/disk.raw"}])");
  EXPECT_THAT(Refused().what, HasSubstr("the lab takes them from images"));
}

class PlanInLabTest : public LabPlanTest {
 protected:
  PlanInLabTest() {
    Image image;
    image.name = "debian-13";
    image.kernel = "6.12";
    image.kernel_release = "6.12.107+deb13-amd64";
    image.command_line = "root=/dev/vda quiet";
    image.command_line_emulated = "root=/dev/vda quiet noxsave";
    image.memory_mib = 640;
    images_["debian-13"] = {image, {"/img/disk.raw", "guest-debian-13"}};
  }
  PlanGuest Guest(bool emulated, bool nested_kvm) {
    const auto plan = PlanInLab(*MakeLabPlan(request_), images_, emulated, nested_kvm);
    EXPECT_EQ(plan.accelerator, nested_kvm ? "kvm" : "qemu");
    EXPECT_EQ(plan.module.source, "/run/vfqual/payload/module/lab-gpu");
    return plan.guests.front();
  }
  std::map<std::string, GuestImageInLab> images_;
};

TEST_F(PlanInLabTest, NamesPathsOfTheMachine) {
  const auto guest = Guest(true, true);
  EXPECT_EQ(guest.disk, "/dev/disk/by-id/virtio-guest-debian-13");
  EXPECT_EQ(guest.disk_format, "raw");
  EXPECT_EQ(guest.kernel, "/run/vfqual/payload/guests/debian-13+6.12/vmlinuz");
  EXPECT_EQ(guest.initrd, "/run/vfqual/payload/guests/debian-13+6.12/initrd");
  EXPECT_EQ(guest.kernel_release, "6.12.107+deb13-amd64");
  EXPECT_EQ(guest.memory_mib, 640);
}

TEST_F(PlanInLabTest, EmulationAnywhereBelowTakesItsCommandLine) {
  EXPECT_EQ(Guest(true, true).command_line, "root=/dev/vda quiet noxsave");
  EXPECT_EQ(Guest(false, false).command_line, "root=/dev/vda quiet noxsave");
  EXPECT_EQ(Guest(false, true).command_line, "root=/dev/vda quiet");
}

TEST_F(PlanInLabTest, IsAPlanAgain) {
  const auto plan = PlanInLab(*MakeLabPlan(request_), images_, true, true);
  const auto again = ParsePlan(PlanToJson(plan), "again");
  ASSERT_TRUE(again) << again.error().Message();
  EXPECT_EQ(PlanToJson(*again), PlanToJson(plan));
}

}  // namespace
}  // namespace vfqual
