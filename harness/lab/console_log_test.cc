#include "harness/lab/console_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

using testing::ElementsAre;

class ConsoleLogTest : public testing::Test {
 protected:
  void Append(const std::string& text) const { std::ofstream(File(), std::ios::app) << text; }
  std::filesystem::path File() const { return folder_->Path() / "console"; }

  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-console-test");
};

TEST(FatalConsoleLine, IsAPanicOrBrokenEmulation) {
  EXPECT_TRUE(FatalConsoleLine("[   12.0] Kernel panic - not syncing: Fatal exception in interrupt"));
  EXPECT_TRUE(FatalConsoleLine("[   12.0] Oops: int3: 0000 [#1] PREEMPT SMP NOPTI"));
  EXPECT_TRUE(FatalConsoleLine("[   12.0] int3: 0000 [#1] SMP"));
}

TEST(FatalConsoleLine, IsNotAnOopsThatTheModuleMayHaveCaused) {
  EXPECT_FALSE(FatalConsoleLine("[   12.0] BUG: kernel NULL pointer dereference, address: 0000000000000008"));
  EXPECT_FALSE(FatalConsoleLine("[   12.0] Oops: 0002 [#1] PREEMPT SMP NOPTI"));
  EXPECT_FALSE(FatalConsoleLine("[   12.0] Kernel command line: panic=-1"));
}

TEST_F(ConsoleLogTest, FollowsTheFileFromBeforeItIsThere) {
  ConsoleLog log(File());
  log.Poll();
  EXPECT_TRUE(log.LastLines(5).empty());
  Append("one\r\ntw");
  log.Poll();
  Append("o\nthree");
  log.Poll();
  EXPECT_THAT(log.LastLines(5), ElementsAre("one", "two", "three"));
  EXPECT_THAT(log.LastLines(2), ElementsAre("two", "three"));
  EXPECT_TRUE(log.Seen("wo"));
  EXPECT_FALSE(log.Seen("four"));
}

TEST_F(ConsoleLogTest, SeesDeathInAnUnfinishedLineAndKeepsIt) {
  ConsoleLog log(File());
  Append("all is well\n");
  log.Poll();
  EXPECT_FALSE(log.Fatal());
  Append("Kernel panic - not syncing: Attempted to kill init!");
  log.Poll();
  EXPECT_EQ(log.Fatal(), "the kernel panicked");
  Append("\n---[ end Kernel panic\nOops: int3: 0000\n");
  log.Poll();
  EXPECT_EQ(log.Fatal(), "the kernel panicked");
}

TEST_F(ConsoleLogTest, IsBoundedAndHarmless) {
  ConsoleLog log(File());
  Append(
      "\033[2J\x9b"
      "31m\a" +
      std::string(5000, 'x') + "\n");
  for (int line = 0; line < 500; ++line) Append("line\n");
  log.Poll();
  EXPECT_EQ(log.LastLines(10'000).size(), ConsoleLog::kKeptLines);
  Append(
      "\033[2J\x9b"
      "31m\a\n" +
      std::string(5000, 'x') + "\n");
  log.Poll();
  const auto last = log.LastLines(2);
  EXPECT_EQ(last[0], "[2J?31m");
  EXPECT_EQ(last[1].size(), 1024U);
}

}  // namespace
}  // namespace vfqual
