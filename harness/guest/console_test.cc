#include "harness/guest/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class ConsoleFile : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove(path_); }
  void TearDown() override { std::filesystem::remove(path_); }
  void Append(std::string_view text) const { std::ofstream(path_, std::ios::app | std::ios::binary) << text; }
  void Truncate() const { std::ofstream(path_, std::ios::trunc).close(); }

  std::string path_ =
      testing::TempDir() + "console-" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".log";
};

TEST(CleanConsoleText, EscapesVanish) {
  EXPECT_EQ(CleanConsoleText("\x1b[1;31mred\x1b[0m\r\n"), "red\n");
  EXPECT_EQ(CleanConsoleText("\x1b]0;title\atext"), "text");
  EXPECT_EQ(CleanConsoleText("\x1b]0;title\x1b\\text"), "text");
  EXPECT_EQ(CleanConsoleText("/ # \x1b[6n"), "/ # ");
  EXPECT_EQ(CleanConsoleText("\x1b"), "");
  EXPECT_EQ(CleanConsoleText("\x1b["), "");
  EXPECT_EQ(CleanConsoleText("\x1b[12\nnext"), "\nnext");
}

TEST_F(ConsoleFile, LastLines) {
  Append("one\r\n\r\ntwo\r\n\x1b[2Jthree");
  EXPECT_THAT(LastConsoleLines(path_, 2).value(), ElementsAre("two", "three"));
  EXPECT_THAT(LastConsoleLines(path_, 9).value(), ElementsAre("one", "two", "three"));
}

TEST_F(ConsoleFile, AnEarlierGuestsPartDoesNotCount) {
  Append("old\n");
  const ConsoleWatch watch(path_);
  Append("new\n");
  EXPECT_THAT(LastConsoleLines(path_, 9, watch.StartOffset()).value(), ElementsAre("new"));
  Truncate();
  Append("n\n");
  EXPECT_THAT(LastConsoleLines(path_, 9, watch.StartOffset()).value(), ElementsAre("n"));
}

TEST_F(ConsoleFile, BoundedInLinesAndBytes) {
  for (int i = 0; i < 3; ++i) Append(std::string(100'000, 'x') + "\n");
  const auto lines = LastConsoleLines(path_, 10).value();
  EXPECT_THAT(lines, ElementsAre(SizeIs(500)));
}

TEST_F(ConsoleFile, AMissingFileAndADeviceAreErrors) {
  EXPECT_EQ(LastConsoleLines(path_, 1).error().sys_errno, ENOENT);
  EXPECT_FALSE(LastConsoleLines("/dev/zero", 1));
}

TEST_F(ConsoleFile, PanicIsFoundOnceItIsThere) {
  Append("Kernel panic - not syncing: of an earlier guest\n");
  ConsoleWatch watch(path_);
  EXPECT_EQ(watch.FindPanic(), "");
  Append("[    2.1] Kernel panic - not syn");
  EXPECT_EQ(watch.FindPanic(), "");
  Append("cing: Attempted to kill init!\r\nmore\n");
  EXPECT_EQ(watch.FindPanic(), "Kernel panic - not syncing: Attempted to kill init!");
  EXPECT_EQ(watch.FindPanic(), "");
}

TEST_F(ConsoleFile, ALogThatBeginsAnewIsReadFromItsStart) {
  Append(std::string(1000, 'x') + "\n");
  ConsoleWatch watch(path_);
  Truncate();
  Append("Kernel panic - not syncing: again\n");
  EXPECT_EQ(watch.FindPanic(), "Kernel panic - not syncing: again");
}

TEST_F(ConsoleFile, AFileThatComesLaterIsSeen) {
  ConsoleWatch watch(path_);
  EXPECT_EQ(watch.FindPanic(), "");
  Append("Kernel panic - not syncing: early\n");
  EXPECT_EQ(watch.FindPanic(), "Kernel panic - not syncing: early");
}

}  // namespace
}  // namespace vfqual
