#include "bench/opencl/global_bandwidth.h"

#include <gtest/gtest.h>

namespace vfqual::bench {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::size_t kMib = 1U << 20U;
constexpr std::size_t kPlenty = std::size_t{64} << 30U;

TEST(BufferBytesFor, KeepsAPassShort) {
  EXPECT_EQ(BufferBytesFor(milliseconds(500), kPlenty), 4 * kMib);
  EXPECT_EQ(BufferBytesFor(milliseconds(26), kPlenty), 4 * kMib);
  EXPECT_EQ(BufferBytesFor(milliseconds(25), kPlenty), 8 * kMib);
  EXPECT_EQ(BufferBytesFor(milliseconds(3), kPlenty), 64 * kMib);
}

TEST(BufferBytesFor, StaysBelowTheLargestAndTheDevicesLimit) {
  EXPECT_EQ(BufferBytesFor(microseconds(80), kPlenty), 256 * kMib);
  EXPECT_EQ(BufferBytesFor(microseconds(80), 100 * kMib), 64 * kMib);
  EXPECT_EQ(BufferBytesFor(microseconds(80), kMib), 4 * kMib);
}

}  // namespace
}  // namespace vfqual::bench
