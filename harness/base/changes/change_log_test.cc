#include "harness/base/changes/change_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <sstream>

#include "harness/base/fake_host.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

constexpr const char* kNumVfs = "/sys/bus/pci/devices/0000:00:02.0/sriov_numvfs";

class ChangeLogTest : public testing::Test {
 protected:
  ChangeLogTest() {
    host_.SetFile("/proc/sys/kernel/random/boot_id", "boot-1\n");
    host_.SetFile(kNumVfs, "0\n");
    host_.Answer("modprobe", Completed{});
    host_.Answer("dkms", Completed{});
  }
  static Command Argv(std::vector<std::string> argv) {
    Command command;
    command.argv = std::move(argv);
    return command;
  }
  ChangeLog Log() {
    return {host_, {}, [this](const std::string& uuid) {
              destroyed_.push_back(uuid);
              return Status{};
            }};
  }

  FakeHost host_;
  std::vector<std::string> destroyed_;
};

TEST_F(ChangeLogTest, JournalsBeforeTheChangeAndUndoesNewestFirst) {
  auto log = Log();
  bool journalled_first = false;
  host_.OnWrite(kNumVfs, [&](const std::string& value) {
    if (value == "2")
      journalled_first = host_.Read(kChangesFile).value_or("").find("sriov_numvfs") != std::string::npos;
  });
  ASSERT_TRUE(log.Run("load", Argv({"modprobe", "i915"}), Undo::RunCommand({"modprobe", "-r", "i915"}, false)));
  ASSERT_TRUE(log.WriteAttribute("create 2 VFs", kNumVfs, "2"));
  EXPECT_TRUE(journalled_first);
  EXPECT_EQ(log.Pending(), 2U);

  ASSERT_TRUE(log.UndoAll());
  EXPECT_EQ(host_.ReadTrimmed(kNumVfs).value(), "0");
  EXPECT_EQ(host_.Commands().back(), (std::vector<std::string>{"modprobe", "-r", "i915"}));
  EXPECT_FALSE(host_.Exists(kChangesFile).value()) << "nothing is pending any more";
}

TEST_F(ChangeLogTest, AFailedWriteLeavesNothingToUndo) {
  host_.FailPath(kNumVfs, 0);
  auto log = Log();
  host_.FailPath(kNumVfs, ERANGE);
  const auto written = log.WriteAttribute("create 8 VFs", kNumVfs, "8", Undo::Attribute(kNumVfs, "0"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().sys_errno, ERANGE);
  EXPECT_EQ(log.Pending(), 0U);
}

TEST_F(ChangeLogTest, ADeadRunIsRecovered) {
  {
    auto log = Log();
    ASSERT_TRUE(log.WriteAttribute("create 2 VFs", kNumVfs, "2"));
    ASSERT_TRUE(log.Announce("start guest vf1", "vf1", Undo::Domain("uuid-1")));
  }  // the process is killed here: nothing was undone
  std::ostringstream out;
  ASSERT_TRUE(RecoverChanges(
      host_,
      [this](const std::string& uuid) {
        destroyed_.push_back(uuid);
        EXPECT_EQ(host_.ReadTrimmed(kNumVfs).value(), "2") << "the guest goes before its VF";
        return Status{};
      },
      out));
  EXPECT_EQ(destroyed_, std::vector<std::string>{"uuid-1"});
  EXPECT_EQ(host_.ReadTrimmed(kNumVfs).value(), "0");
  EXPECT_THAT(out.str(), HasSubstr("destroy the domain uuid-1"));
  EXPECT_TRUE(LoadPendingChanges(host_).value().empty());
}

TEST_F(ChangeLogTest, AfterARebootOnlyWhatSurvivesItIsUndone) {
  {
    auto log = Log();
    ASSERT_TRUE(log.Run("install", Argv({"dkms", "install"}), Undo::RunCommand({"dkms", "remove"}, true)));
    ASSERT_TRUE(log.WriteAttribute("create 2 VFs", kNumVfs, "2"));
  }
  host_.SetFile("/proc/sys/kernel/random/boot_id", "boot-2\n");
  host_.SetFile(kNumVfs, "7\n");  // the user's own VFs at boot
  std::ostringstream out;
  ASSERT_TRUE(RecoverChanges(host_, {}, out));
  EXPECT_EQ(host_.ReadTrimmed(kNumVfs).value(), "7");
  EXPECT_EQ(host_.Commands().back(), (std::vector<std::string>{"dkms", "remove"}));
}

TEST_F(ChangeLogTest, WhatCannotBeUndoneStaysInTheJournalAndTheRestIsStillUndone) {
  auto log = Log();
  ASSERT_TRUE(log.WriteAttribute("create 2 VFs", kNumVfs, "2"));
  ASSERT_TRUE(log.Run("load", Argv({"modprobe", "i915"}), Undo::RunCommand({"gone"}, false)));
  EXPECT_FALSE(log.UndoAll());
  EXPECT_EQ(host_.ReadTrimmed(kNumVfs).value(), "0");
  ASSERT_EQ(LoadPendingChanges(host_).value().size(), 1U);
  EXPECT_EQ(LoadPendingChanges(host_).value()[0].what, "load");
}

TEST_F(ChangeLogTest, NothingIsTakenFromAGuestThatCannotBeEnded) {
  ChangeLog log(host_, {}, [this](const std::string& name) -> Status {
    destroyed_.push_back(name);
    return name == "stuck" ? Fail("Device or resource busy") : Status{};
  });
  ASSERT_TRUE(log.WriteAttribute("create 2 VFs", kNumVfs, "2"));
  ASSERT_TRUE(log.Announce("start guest vf1", "vf1", Undo::Domain("good")));
  ASSERT_TRUE(log.Announce("start guest vf2", "vf2", Undo::Domain("stuck")));
  const auto undone = log.UndoAll();
  ASSERT_FALSE(undone);
  EXPECT_THAT(undone.error().what, HasSubstr("Device or resource busy"));
  EXPECT_THAT(undone.error().fix, HasSubstr("vfqual recover"));
  EXPECT_EQ(destroyed_, (std::vector<std::string>{"stuck", "good"}));
  EXPECT_EQ(host_.ReadTrimmed(kNumVfs).value(), "2");
  const auto left = LoadPendingChanges(host_).value();
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0].what, "create 2 VFs");
}

TEST_F(ChangeLogTest, WhatIsBackAlreadyIsNoErrorToUndo) {
  // Killed between a driver's `unbind` and its line in the journal; the second time the kernel answers ENODEV.
  const std::string unbind = "/sys/bus/pci/drivers/vfio-pci/unbind";
  host_.SetFile(unbind, "");
  auto log = Log();
  ASSERT_TRUE(log.Announce("bind VF 1", "vf1", Undo::Attribute(unbind, "0000:00:02.1")));
  ASSERT_TRUE(
      log.Announce("choose vfio-pci", "vf1", Undo::Attribute("/sys/bus/pci/devices/gone/driver_override", "\n")));
  host_.FailPath(unbind, ENODEV);
  EXPECT_TRUE(log.UndoAll());
  EXPECT_EQ(log.Pending(), 0U);
}

TEST_F(ChangeLogTest, AnUndoIsToldInOneLine) {
  EXPECT_EQ(Undo::Attribute("/sys/x/driver_override", "\n").Describe(), "clear /sys/x/driver_override");
  EXPECT_EQ(Undo::Attribute(kNumVfs, "0").Describe(), std::string("write '0' to ") + kNumVfs);
}

TEST_F(ChangeLogTest, ADriverWithoutSriovIsNoVfThatWentAway) {
  auto log = Log();
  ASSERT_TRUE(log.WriteAttribute("create 2 VFs", kNumVfs, "2"));
  host_.FailPath(kNumVfs, ENOENT);  // as sriov_numvfs answers under a driver without sriov_configure
  EXPECT_FALSE(log.UndoAll());
  EXPECT_EQ(log.Pending(), 1U);
}

TEST_F(ChangeLogTest, AChangeThatWasJournalledButNeverMadeIsNoErrorToUndo) {
  auto log = Log();
  ASSERT_TRUE(log.Run("load", Argv({"modprobe", "i915"}), Undo::RunCommand({"gone"}, false, "/sys/module/i915")));
  EXPECT_TRUE(log.UndoAll());
}

TEST_F(ChangeLogTest, ADryRunTouchesNothing) {
  std::ostringstream out;
  auto log = ChangeLog::DryRun(host_, out);
  ASSERT_TRUE(log.WriteAttribute("create 2 VFs", kNumVfs, "2"));
  ASSERT_TRUE(log.Run("load", Argv({"modprobe", "i915", "max_vfs=7"}), Undo::Nothing()));
  EXPECT_TRUE(host_.Writes().empty());
  EXPECT_TRUE(host_.Commands().empty());
  EXPECT_THAT(out.str(), HasSubstr("would run    modprobe i915 max_vfs=7"));
  EXPECT_THAT(out.str(), HasSubstr(std::string("would write  2 > ") + kNumVfs));
}

}  // namespace
}  // namespace vfqual
