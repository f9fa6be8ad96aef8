#include "harness/stages/opencl_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace vfqual {
namespace {

using Turn = CompiledOnce::Turn;

bool Never() {
  return false;
}

TEST(CompiledOnce, OneCompilesAndTheOthersTakeIt) {
  CompiledOnce kernels;
  std::atomic<int> compiled = 0;
  std::atomic<int> taken = 0;
  {
    std::vector<std::jthread> guests;
    for (int guest = 0; guest < 7; ++guest) {
      guests.emplace_back([&] {
        if (kernels.Wait(Never) == Turn::kTake) {
          EXPECT_EQ(compiled, 1) << "not before they are there";
          ++taken;
          return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        ++compiled;
        kernels.Done(true);
      });
    }
  }
  EXPECT_EQ(compiled, 1);
  EXPECT_EQ(taken, 6);
}

TEST(CompiledOnce, WhereOneFailsTheNextCompiles) {
  CompiledOnce kernels;
  ASSERT_EQ(kernels.Wait(Never), Turn::kCompile);
  kernels.Done(false);
  EXPECT_EQ(kernels.Wait(Never), Turn::kCompile);
  kernels.Done(true);
  EXPECT_EQ(kernels.Wait(Never), Turn::kTake);
}

TEST(CompiledOnce, NobodyWaitsInACancelledRun) {
  CompiledOnce kernels;
  ASSERT_EQ(kernels.Wait(Never), Turn::kCompile);
  EXPECT_EQ(kernels.Wait([] { return true; }), Turn::kCancelled);
}

}  // namespace
}  // namespace vfqual
