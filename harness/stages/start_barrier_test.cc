#include "harness/stages/start_barrier.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "harness/base/unix_time.h"

namespace vfqual {
namespace {

void Pause_ms(int time_ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(time_ms));
}

TEST(StartBarrier, AllStartAtOneTimeAfterTheLastIsReady) {
  StartBarrier barrier(3, {5, 60});
  std::vector<std::optional<double>> starts_s(3);
  double last_ready_s = 0;
  {
    std::vector<std::jthread> guests;
    for (std::size_t guest = 0; guest < 2; ++guest) {
      guests.emplace_back([&, guest] { starts_s[guest] = barrier.Wait(guest, nullptr); });
    }
    Pause_ms(250);
    EXPECT_FALSE(barrier.Start_s());
    last_ready_s = UnixNow_s();
    starts_s[2] = barrier.Wait(2, nullptr);
  }
  ASSERT_TRUE(starts_s[2]);
  EXPECT_GE(*starts_s[2], last_ready_s + 5);
  EXPECT_LT(*starts_s[2], last_ready_s + 6);
  for (std::size_t guest = 0; guest < 3; ++guest) {
    EXPECT_EQ(starts_s[guest], starts_s[2]);
    EXPECT_FALSE(barrier.StartedWithout(guest));
  }
}

TEST(StartBarrier, NobodyWaitsForADroppedGuest) {
  StartBarrier barrier(3, {0, 60});
  const double began_s = UnixNow_s();
  barrier.Drop(2);
  EXPECT_FALSE(barrier.Start_s()) << "nobody is ready";
  std::optional<double> start_s;
  {
    std::jthread guest([&] { start_s = barrier.Wait(0, nullptr); });
    Pause_ms(200);
    EXPECT_FALSE(barrier.Start_s());
    barrier.Drop(1);
  }
  EXPECT_TRUE(start_s);
  EXPECT_LT(UnixNow_s(), began_s + 20);
  EXPECT_FALSE(barrier.StartedWithout(1)) << "it was not late: it ended";
}

TEST(StartBarrier, ThereIsNoStartWhereAllWereDropped) {
  StartBarrier barrier(2, {0, 60});
  barrier.Drop(0);
  barrier.Drop(1);
  EXPECT_FALSE(barrier.Start_s());
}

TEST(StartBarrier, OneThatHasComeCannotBeDropped) {
  StartBarrier barrier(2, {0, 60});
  std::optional<double> start_s;
  std::jthread guest([&] { start_s = barrier.Wait(0, nullptr); });
  Pause_ms(200);
  barrier.Drop(0);
  EXPECT_FALSE(barrier.Start_s());
  EXPECT_TRUE(barrier.Wait(1, nullptr));
  guest.join();
  EXPECT_TRUE(start_s);
}

TEST(StartBarrier, AfterTheLimitTheOthersStartWithoutWhoIsNotReady) {
  StartBarrier barrier(3, {0.1, 0.6});
  Pause_ms(700);  // it counts from when the first is ready
  std::vector<std::optional<double>> starts_s(2);
  const double first_ready_s = UnixNow_s();
  {
    std::jthread guest([&] { starts_s[0] = barrier.Wait(0, nullptr); });
    Pause_ms(200);
    starts_s[1] = barrier.Wait(1, nullptr);
  }
  ASSERT_TRUE(starts_s[0]);
  EXPECT_EQ(starts_s[0], starts_s[1]);
  EXPECT_GE(*starts_s[0], first_ready_s + 0.7);
  EXPECT_LT(*starts_s[0], first_ready_s + 5);
  EXPECT_FALSE(barrier.StartedWithout(0));
  EXPECT_TRUE(barrier.StartedWithout(2));
  EXPECT_EQ(barrier.Wait(2, nullptr), starts_s[0]) << "who comes late is told when the others started";
  EXPECT_TRUE(barrier.StartedWithout(2));
}

TEST(StartBarrier, CancellingEndsTheWait) {
  StartBarrier barrier(2, {0, 60});
  std::atomic<bool> cancelled = false;
  const double began_s = UnixNow_s();
  std::jthread canceller([&] {
    Pause_ms(200);
    cancelled = true;
  });
  EXPECT_FALSE(barrier.Wait(0, [&] { return cancelled.load(); }));
  EXPECT_LT(UnixNow_s(), began_s + 10);
}

}  // namespace
}  // namespace vfqual
