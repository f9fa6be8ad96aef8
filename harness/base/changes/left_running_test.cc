#include "harness/base/changes/left_running.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "harness/base/changes/change_log.h"
#include "harness/base/fake_host.h"
#include "harness/base/local_host.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

constexpr WaitLimits kShort{std::chrono::milliseconds(50), std::chrono::milliseconds(1)};

TEST(LeftRunning, IsFoundByTheMarkAlone) {
  FakeHost host;
  host.SetFile("/proc/7/environ", std::string("PATH=/bin\0VFQUAL_CHANGE=1\0", 26));
  host.SetFile("/proc/7/cmdline", std::string("dkms\0build\0", 11));
  host.SetFile("/proc/8/environ", std::string("PATH=/VFQUAL_CHANGE=1\0", 22));
  host.SetFile("/proc/self/environ", std::string("VFQUAL_CHANGE=1\0", 16));
  const auto left = FindLeftRunning(host);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].pid, "7");
  EXPECT_EQ(left[0].command, "dkms build");
}

TEST(LeftRunning, ThatDoesNotEndIsAnErrorThatNamesIt) {
  FakeHost host;
  host.SetFile("/proc/7/environ", std::string("VFQUAL_CHANGE=1\0", 16));
  host.SetFile("/proc/7/cmdline", std::string("dpkg\0--install\0", 15));
  std::ostringstream out;
  const auto waited = WaitForLeftRunning(host, out, kShort);
  ASSERT_FALSE(waited);
  EXPECT_THAT(waited.error().what, HasSubstr("'dpkg --install' (process 7)"));
  EXPECT_THAT(out.str(), HasSubstr("waiting for 'dpkg --install'"));
}

TEST(LeftRunning, EveryCommandThatChangesTheHostBearsTheMark) {
  LocalHost local;
  FakeHost journal;  // what is journalled goes nowhere near this machine
  Command seen;
  journal.Answer("env", [&seen](const Command& command) {
    seen = command;
    return Completed{};
  });
  ChangeLog changes(journal, {}, {});
  Command command;
  command.argv = {"env"};
  ASSERT_TRUE(changes.Run("look", command, Undo::Nothing()));
  const auto real = local.Run(seen);
  ASSERT_TRUE(real);
  EXPECT_THAT(real->out, HasSubstr("VFQUAL_CHANGE="));
}

}  // namespace
}  // namespace vfqual
