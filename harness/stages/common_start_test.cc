#include "harness/stages/common_start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "harness/base/unix_time.h"

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A guest whose program is ready when it was looked for so many times, and ends when it was asked so many times.
class CommonStartTest : public testing::Test {
 protected:
  CommonStart::Guest Guest(std::size_t index, double clock_offset_s) {
    return {index, clock_offset_s,
            [this](const std::string& path) {
              EXPECT_EQ(path, "/tmp/x.ready");
              return ++looks_ >= ready_at_look_;
            },
            [this](const std::string& path, const std::string& content) -> Status {
              if (!writes_) return Fail("the agent is silent");
              files_[path] = content;
              return {};
            }};
  }
  Executor Program() {
    Executor where;
    where.run = [this](const Command& command) -> Result<Completed> {
      Completed completed;
      while (--questions_left_ >= 0 && !completed.cancelled) completed.cancelled = command.cancelled();
      return completed;
    };
    return where;
  }
  Completed Run(CommonStart& start, const std::function<bool()>& cancelled = nullptr) {
    Command command;
    command.cancelled = cancelled;
    return start.In(Program()).run(command).value_or(Completed());
  }

  int ready_at_look_ = 1;
  int questions_left_ = 3;
  bool writes_ = true;
  int looks_ = 0;
  std::map<std::string, std::string> files_;
};

TEST_F(CommonStartTest, TellsTheStartByTheGuestsClock) {
  StartBarrier barrier(1, {2, 60});
  CommonStart start(barrier, Guest(0, 1000), "/tmp/x");
  EXPECT_THAT(start.Arguments(), ElementsAre("--ready-file=/tmp/x.ready", "--start-file=/tmp/x.start"));
  ready_at_look_ = 2;
  EXPECT_TRUE(Run(start).Ok());
  ASSERT_TRUE(barrier.Start_s());
  const std::string line = files_["/tmp/x.start"];
  EXPECT_NEAR(std::stod(line), *barrier.Start_s() + 1000, 0.001);
  EXPECT_TRUE(line.ends_with("\n")) << "the program sees by it that the line is whole";
  EXPECT_EQ(looks_, 2) << "and nothing is asked of the guest any more";
  EXPECT_EQ(start.Trouble(), "");
}

TEST_F(CommonStartTest, AProgramThatEndsUnpreparedIsNotWaitedFor) {
  StartBarrier barrier(2, {0, 60});
  CommonStart start(barrier, Guest(0, 0), "/tmp/x");
  ready_at_look_ = 1000;
  questions_left_ = 1;
  const double began_s = UnixNow_s();
  EXPECT_TRUE(Run(start).Ok());
  EXPECT_TRUE(barrier.Wait(1, nullptr));
  EXPECT_LT(UnixNow_s(), began_s + 20);
  EXPECT_EQ(start.Trouble(), "");
}

TEST_F(CommonStartTest, AGuestThatTheOthersDidNotWaitForIsTold) {
  StartBarrier barrier(2, {0, 0});
  EXPECT_TRUE(barrier.Wait(1, nullptr));
  CommonStart late(barrier, Guest(0, 0), "/tmp/x");
  Run(late);
  EXPECT_THAT(late.Trouble(), HasSubstr("s after the others had started"));
  EXPECT_LE(std::stod(files_["/tmp/x.start"]), UnixNow_s()) << "it measures all the same, at once";

  CommonStart never(barrier, Guest(0, 0), "/tmp/x");
  ready_at_look_ = 1000;
  questions_left_ = 1;
  Run(never);
  EXPECT_THAT(never.Trouble(), HasSubstr("never ready to measure: the others started without it"));
}

TEST_F(CommonStartTest, SaysWhereTheGuestWasToldTooLateOrNotAtAll) {
  StartBarrier barrier(1, {-3, 60});
  CommonStart start(barrier, Guest(0, 0), "/tmp/x");
  Run(start);
  EXPECT_THAT(start.Trouble(), HasSubstr("was told of the common start 3.0 s after it"));

  writes_ = false;
  StartBarrier other(1, {2, 60});
  CommonStart silent(other, Guest(0, 0), "/tmp/x");
  questions_left_ = 3;
  Run(silent);
  EXPECT_THAT(silent.Trouble(), HasSubstr("could not be told of the common start: the agent is silent"));
}

TEST_F(CommonStartTest, CancellingEndsThePreparationAndTheWait) {
  StartBarrier barrier(2, {0, 60});
  CommonStart preparing(barrier, Guest(0, 0), "/tmp/x");
  ready_at_look_ = 1000;
  EXPECT_TRUE(Run(preparing, [] { return true; }).cancelled);
  EXPECT_EQ(looks_, 0);

  StartBarrier another(2, {0, 60});
  CommonStart waiting(another, Guest(0, 0), "/tmp/x");
  ready_at_look_ = 1;
  questions_left_ = 3;
  EXPECT_TRUE(Run(waiting, [this] { return looks_ > 0; }).cancelled);
  EXPECT_TRUE(files_.empty());
}

}  // namespace
}  // namespace vfqual
