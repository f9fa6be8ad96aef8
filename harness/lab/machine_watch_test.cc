// The watch over a machine, with a shell script that plays QEMU.
#include "harness/lab/machine_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

class MachineWatchTest : public testing::Test {
 protected:
  // $1 is the console's file.
  MachineWatch Watch(const std::string& script) const {
    auto machine = BackgroundProcess::Start({"sh", "-c", script, "sh", Console().string()}, Output(), {});
    return {std::move(machine.value()), Console(), Output()};
  }
  static std::optional<LabDeath> Await(MachineWatch& watch) {
    const auto deadline = Clock::now() + seconds(10);
    while (Clock::now() < deadline) {
      if (const auto& death = watch.CheckDeath()) return death;
      std::this_thread::sleep_for(milliseconds(50));
    }
    return std::nullopt;
  }
  std::filesystem::path Console() const { return folder_->Path() / "console.log"; }
  std::filesystem::path Output() const { return folder_->Path() / "qemu.log"; }

  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-watch-test");
};

TEST_F(MachineWatchTest, AMachineThatEndsIsLostWithItsLastLines) {
  auto watch = Watch("echo 'booting' >$1; echo 'last words' >>$1; echo 'qemu: bad thing' >&2; exit 3");
  const auto death = Await(watch);
  ASSERT_TRUE(death);
  EXPECT_EQ(death->reason, "QEMU ended with exit code 3 (qemu: bad thing)");
  EXPECT_THAT(death->last_lines, ElementsAre("booting", "last words"));
  EXPECT_EQ(death->Describe(), "QEMU ended with exit code 3 (qemu: bad thing); its console ends with: last words");
}

TEST_F(MachineWatchTest, APanicIsToldWithTheTraceThatFollows) {
  auto watch =
      Watch("echo 'Kernel panic - not syncing: Fatal exception' >$1; sleep 0.5; echo 'Call Trace:' >>$1; sleep 30");
  const auto started = Clock::now();
  const auto death = Await(watch);
  ASSERT_TRUE(death);
  EXPECT_LT(Clock::now() - started, seconds(4));
  EXPECT_EQ(death->reason, "the kernel panicked");
  EXPECT_THAT(death->last_lines, ElementsAre("Kernel panic - not syncing: Fatal exception", "Call Trace:"));
}

TEST_F(MachineWatchTest, AMachineKilledBySignalIsLost) {
  auto watch = Watch("kill -KILL $$");
  const auto death = Await(watch);
  ASSERT_TRUE(death);
  EXPECT_THAT(death->reason, HasSubstr("exit code 137"));
}

TEST_F(MachineWatchTest, AMachineThatStandsStillIsLostWhereThatIsWatched) {
  auto patient = Watch("echo waiting >$1; sleep 30");
  auto watch = Watch("echo waiting >$1; sleep 30");
  watch.NoticeStandstill(Standstill(milliseconds(500)));
  const auto death = Await(watch);
  ASSERT_TRUE(death);
  EXPECT_THAT(death->reason, HasSubstr("stood still"));
  EXPECT_THAT(death->last_lines, ElementsAre("waiting"));
  EXPECT_FALSE(patient.CheckDeath());
}

TEST_F(MachineWatchTest, AMachineThatWorksDoesNotStandStill) {
  auto watch = Watch("while :; do :; done");
  watch.NoticeStandstill(Standstill(milliseconds(500)));
  for (int look = 0; look < 30; ++look) {
    EXPECT_FALSE(watch.CheckDeath());
    std::this_thread::sleep_for(milliseconds(50));
  }
}

TEST_F(MachineWatchTest, AnOopsAloneIsLeftToTheRun) {
  auto watch = Watch("echo 'BUG: kernel NULL pointer dereference' >$1; sleep 30");
  for (int look = 0; look < 10; ++look) {
    EXPECT_FALSE(watch.CheckDeath());
    std::this_thread::sleep_for(milliseconds(50));
  }
}

TEST_F(MachineWatchTest, TheMachineEndsWithItsWatch) {
  pid_t pid = -1;
  {
    auto watch = Watch("sleep 60");
    pid = watch.Process().Pid();
    ASSERT_EQ(kill(pid, 0), 0);
  }
  EXPECT_NE(kill(pid, 0), 0);
}

}  // namespace
}  // namespace vfqual
