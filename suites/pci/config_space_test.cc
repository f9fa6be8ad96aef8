#include "suites/pci/config_space.h"

#include <gtest/gtest.h>

#include <vector>

namespace vfqual::suites {
namespace {

// A header: the capability's id, version 1 and the offset of the next one.
void PutHeader(std::vector<std::byte>& config, std::size_t offset, unsigned id, unsigned next) {
  const unsigned header = id | 1U << 16U | next << 20U;
  for (unsigned i = 0; i < 4; ++i) config[offset + i] = static_cast<std::byte>(header >> (8 * i) & 0xffU);
}

TEST(HasExtendedCapability, WalksTheList) {
  std::vector<std::byte> config(4096);
  PutHeader(config, 0x100, 0x0001, 0x140);
  PutHeader(config, 0x140, kSriovCapability, 0);
  EXPECT_TRUE(HasExtendedCapability(config, kSriovCapability));
  EXPECT_TRUE(HasExtendedCapability(config, 0x0001));
  EXPECT_FALSE(HasExtendedCapability(config, 0x000e));
}

TEST(HasExtendedCapability, IsFalseWithoutAList) {
  EXPECT_FALSE(HasExtendedCapability(std::vector<std::byte>(256), kSriovCapability));
  EXPECT_FALSE(HasExtendedCapability(std::vector<std::byte>(4096), kSriovCapability));
  EXPECT_FALSE(HasExtendedCapability(std::vector<std::byte>(4096, std::byte{0xff}), kSriovCapability));
}

TEST(HasExtendedCapability, EndsOnACircleAndOnALinkOutOfTheSpace) {
  std::vector<std::byte> config(4096);
  PutHeader(config, 0x100, 0x0001, 0x100);
  EXPECT_FALSE(HasExtendedCapability(config, kSriovCapability));
  PutHeader(config, 0x100, 0x0001, 0xffe);
  EXPECT_FALSE(HasExtendedCapability(config, kSriovCapability));
  PutHeader(config, 0x100, 0x0001, 0x040);
  EXPECT_FALSE(HasExtendedCapability(config, kSriovCapability));
}

}  // namespace
}  // namespace vfqual::suites
