#include "harness/cell/driver_before.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/fake_host.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

constexpr const char* kNumVfs = "/sys/bus/pci/devices/0000:00:02.0/sriov_numvfs";
constexpr const char* kAutoprobe = "/sys/bus/pci/devices/0000:00:02.0/sriov_drivers_autoprobe";

// A host that runs i915 with a VF, and a fake modprobe that unloads it.
class DriverBeforeTest : public testing::Test {
 protected:
  DriverBeforeTest() {
    for (const auto& [name, text] : {std::pair{"vendor", "0x8086"},
                                     {"device", "0x46d1"},
                                     {"sriov_totalvfs", "7"},
                                     {"sriov_offset", "1"},
                                     {"sriov_stride", "1"}}) {
      host_.SetFile(std::string("/sys/bus/pci/devices/0000:00:02.0/") + name, text);
    }
    host_.SetFile(kNumVfs, "1\n");
    host_.SetFile(kAutoprobe, "1\n");
    host_.SetFile("/sys/bus/pci/devices/0000:00:02.1/driver_override", "(null)\n");
    host_.SetFile("/sys/bus/pci/drivers_probe", "");
    host_.SetFile("/sys/module/i915/initstate", "live\n");
    host_.SetFile("/sys/module/i915/srcversion", "OLD\n");
    host_.SetFile("/sys/module/i915/parameters/max_vfs", "5\n");
    host_.SetFile("/sys/module/i915/parameters/enable_guc", "3\n");
    host_.SetFile("/sys/module/i915/parameters/guc_log_level", "(null)\n");
    prepared_.plan.module.driver = "i915";
    prepared_.plan.module.parameters = {{"guc_log_level", "4"}};
    prepared_.pf = ReadPfFacts(host_, {0, 0, 2, 0}).value();
    host_.Answer("modprobe -r i915", [this](const Command& /*command*/) {
      vfs_at_removal_ = host_.ReadTrimmed(kNumVfs).value();
      static_cast<void>(host_.Remove("/sys/module/i915/initstate"));
      return Completed{};
    });
    host_.Answer("modprobe i915", Completed{});
    host_.Answer("dkms", Completed{});
  }

  FakeHost host_;
  PreparedRun prepared_;
  std::string vfs_at_removal_;
};

TEST_F(DriverBeforeTest, TheDriverComesBackWhenTheTestedOneIsGone) {
  ChangeLog changes(host_, {}, {});
  const auto before = JournalDriverBefore(host_, changes, prepared_);
  ASSERT_TRUE(before) << before.error().Message();
  EXPECT_EQ(before->srcversion, "OLD");
  EXPECT_EQ(before->num_vfs, 1);
  Command add;
  add.argv = {"dkms", "add"};
  ASSERT_TRUE(changes.Run("add", add, Undo::RunCommand({"dkms", "remove"}, true)));
  ASSERT_TRUE(MakeRoomForModule(host_, changes, prepared_));
  EXPECT_EQ(vfs_at_removal_, "0") << "the driver goes after its VFs";
  EXPECT_EQ(host_.ReadTrimmed(kNumVfs).value(), "0");

  ASSERT_TRUE(changes.UndoAll());
  using Argv = std::vector<std::string>;
  EXPECT_EQ(host_.Commands(), (std::vector<Argv>{{"dkms", "add"},
                                                 {"modprobe", "-r", "i915"},
                                                 {"dkms", "remove"},
                                                 {"modprobe", "i915", "enable_guc=3", "max_vfs=5"}}));
  EXPECT_EQ(host_.ReadTrimmed(kNumVfs).value(), "1");
  EXPECT_EQ(host_.ReadTrimmed(kAutoprobe).value(), "1");
  host_.SetFile("/sys/module/i915/initstate", "live\n");  // the fake modprobe loads nothing
  EXPECT_TRUE(CheckDriverIsBack(host_, prepared_, *before));
}

TEST_F(DriverBeforeTest, WhatDidNotComeBackIsTold) {
  const DriverBefore before{true, "OLD", 1};
  host_.SetFile(kNumVfs, "0\n");
  const auto fewer = CheckDriverIsBack(host_, prepared_, before);
  ASSERT_FALSE(fewer);
  EXPECT_THAT(fewer.error().what, HasSubstr("has 0 VFs, before the run it had 1"));
  host_.SetFile("/sys/module/i915/srcversion", "NEW\n");
  static_cast<void>(host_.Remove("/sys/module/i915/initstate"));
  const auto gone = CheckDriverIsBack(host_, prepared_, before);
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().what, HasSubstr("i915 is not loaded now, and was loaded before the run"));
  host_.SetFile("/sys/module/i915/initstate", "live\n");
  const auto other = CheckDriverIsBack(host_, prepared_, before);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().what, HasSubstr("srcversion 'NEW', before the run it was 'OLD'"));
}

TEST_F(DriverBeforeTest, ADriverThatStaysStopsTheRun) {
  host_.Answer("modprobe -r i915", [](const Command& /*command*/) {
    Completed completed;
    completed.exit_code = 1;
    completed.err = "FATAL: Module i915 is in use";
    return completed;
  });
  ChangeLog changes(host_, {}, {});
  const auto room = MakeRoomForModule(host_, changes, prepared_);
  ASSERT_FALSE(room);
  EXPECT_THAT(room.error().what, HasSubstr("i915 is in use"));
}

TEST_F(DriverBeforeTest, ABareHostNeedsNoWayBack) {
  static_cast<void>(host_.Remove("/sys/module/i915/initstate"));
  prepared_.pf.num_vfs = 0;
  ChangeLog changes(host_, {}, {});
  ASSERT_TRUE(JournalDriverBefore(host_, changes, prepared_));
  ASSERT_TRUE(MakeRoomForModule(host_, changes, prepared_));
  EXPECT_EQ(changes.Pending(), 0U);
  EXPECT_TRUE(host_.Commands().empty());
}

}  // namespace
}  // namespace vfqual
