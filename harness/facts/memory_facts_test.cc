#include "harness/facts/memory_facts.h"

#include <gtest/gtest.h>

#include "harness/base/fake_host.h"

namespace vfqual {
namespace {

// A type 17 structure of SMBIOS 3.3 (0x5c bytes), as DSP0134 lays it out.
std::string Device(const std::string& locator, unsigned size_mib, unsigned width_bits, unsigned speed_mts) {
  std::string bytes(0x5c, '\0');
  const auto put = [&bytes](std::size_t at, unsigned value, std::size_t count) {
    for (std::size_t index = 0; index < count; ++index) bytes[at + index] = static_cast<char>(value >> 8U * index);
  };
  put(0, 17, 1);
  put(1, 0x5c, 1);
  put(0x08, width_bits + 8, 2);  // with error correction
  put(0x0a, width_bits, 2);
  put(0x0c, size_mib, 2);
  put(0x10, 1, 1);
  put(0x11, 2, 1);
  put(0x15, 4800, 2);  // what the module could do
  put(0x20, std::min(speed_mts, 0xffffU), 2);
  put(0x58, speed_mts, 4);
  return bytes + locator + '\0' + "BANK 0" + '\0' + '\0';
}

std::string Other(char type) {
  return std::string{type, 4, 0, 0} + '\0' + '\0';
}

TEST(MemoryFacts, TwoChannelsOfDdr4) {
  const auto facts = ParseMemoryFacts(Other(16) + Device("Controller0-ChannelA-DIMM0", 16384, 64, 3200) +
                                      Device("Controller1-ChannelA-DIMM0", 16384, 64, 3200) + Other(127));
  ASSERT_EQ(facts.devices.size(), 2U);
  EXPECT_EQ(facts.devices[0].locator, "Controller0-ChannelA-DIMM0");
  EXPECT_EQ(facts.devices[0].bank, "BANK 0");
  EXPECT_EQ(facts.channels, 2U);
  EXPECT_DOUBLE_EQ(facts.bandwidth_Bps, 51.2e9);
}

TEST(MemoryFacts, ModulesOfOneChannelShareIt) {
  const auto facts = ParseMemoryFacts(Device("ChannelA-DIMM0", 8192, 64, 2400) +
                                      Device("ChannelA-DIMM1", 8192, 64, 2400) + Device("ChannelB-DIMM0", 0, 64, 0));
  EXPECT_EQ(facts.devices.size(), 2U) << "an empty slot is none";
  EXPECT_EQ(facts.channels, 1U);
  EXPECT_DOUBLE_EQ(facts.bandwidth_Bps, 19.2e9);
}

TEST(MemoryFacts, PlacesWithoutAChannelsNameCountAsOneEach) {
  const auto facts = ParseMemoryFacts(Device("DIMM A1", 8192, 32, 5600) + Device("DIMM B1", 8192, 32, 5600));
  EXPECT_EQ(facts.channels, 2U);
  EXPECT_DOUBLE_EQ(facts.bandwidth_Bps, 44.8e9);
}

TEST(MemoryFacts, RatesBeyondSixteenBitsAreInTheExtendedField) {
  EXPECT_EQ(ParseMemoryFacts(Device("A", 1, 64, 70000)).devices.at(0).speed_mts, 70000U);
}

TEST(MemoryFacts, AnUnknownRateIsNoRate) {
  EXPECT_DOUBLE_EQ(ParseMemoryFacts(Device("A", 1, 64, 3200) + Device("B", 1, 64, 0)).bandwidth_Bps, 0);
}

TEST(MemoryFacts, TablesCutShortAreReadAsFarAsTheyGo) {
  const std::string table = Device("ChannelA-DIMM0", 8192, 64, 3200) + Device("ChannelB-DIMM0", 8192, 64, 3200);
  for (std::size_t size = 0; size < table.size(); ++size) {
    EXPECT_LE(ParseMemoryFacts(table.substr(0, size)).devices.size(), 1U) << size;
  }
  FakeHost host;
  EXPECT_FALSE(ReadMemoryFacts(host));
  host.SetFile("/sys/firmware/dmi/tables/DMI", table);
  EXPECT_DOUBLE_EQ(ReadMemoryFacts(host)->bandwidth_Bps, 51.2e9);
}

}  // namespace
}  // namespace vfqual
