#include "harness/facts/memory_facts.h"

#include <algorithm>
#include <map>

namespace vfqual {

namespace {

constexpr unsigned kMemoryDevice = 17;
constexpr unsigned kEndOfTable = 127;
constexpr std::size_t kHeaderBytes = 4;

// One structure: its formatted area, and the strings behind it.
class Structure {
 public:
  Structure(std::string_view formatted, std::string_view strings) : formatted_(formatted), strings_(strings) {}

  unsigned Byte(std::size_t at) const {
    return at < formatted_.size() ? static_cast<unsigned char>(formatted_[at]) : 0;
  }
  unsigned Word(std::size_t at) const { return Byte(at) | Byte(at + 1) << 8U; }
  unsigned DoubleWord(std::size_t at) const { return Word(at) | Word(at + 2) << 16U; }
  // The text that the byte at `at` names, counted from 1.
  std::string Text(std::size_t at) const {
    auto rest = strings_;
    for (unsigned number = Byte(at); number > 0; --number) {
      const auto end = rest.find('\0');
      if (end == std::string_view::npos || end == 0) return {};
      if (number == 1) return std::string(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    return {};
  }

 private:
  std::string_view formatted_;
  std::string_view strings_;
};

// Offsets of table 83, "Memory Device (Type 17) structure".
MemoryDevice ReadDevice(const Structure& structure) {
  MemoryDevice device;
  device.locator = structure.Text(0x10);
  device.bank = structure.Text(0x11);
  const unsigned width = structure.Word(0x0a);
  device.width_bits = width == 0xffff ? 0 : width;
  const unsigned configured = structure.Word(0x20);
  // 0xffff: the extended field has it; 0: unknown.
  device.speed_mts = configured == 0xffff ? structure.DoubleWord(0x58) & 0x7fffffffU : configured;
  return device;
}

bool IsPopulated(const Structure& structure) {
  const unsigned size = structure.Word(0x0c);
  return size != 0 && size != 0xffff;
}

// "Controller0-ChannelA" of "Controller0-ChannelA-DIMM1"; the whole place of one that names no channel.
std::string ChannelOf(const MemoryDevice& device) {
  std::string locator = device.locator;
  const auto channel = locator.find("hannel");
  const auto dimm = locator.rfind("DIMM");
  if (channel == std::string::npos) return device.bank + "/" + locator;
  if (dimm != std::string::npos && dimm > channel) locator.resize(dimm);
  return locator;
}

}  // namespace

MemoryFacts ParseMemoryFacts(std::string_view dmi_table) {
  MemoryFacts facts;
  while (dmi_table.size() > kHeaderBytes) {
    const auto type = static_cast<unsigned char>(dmi_table[0]);
    const auto length = static_cast<unsigned char>(dmi_table[1]);
    if (type == kEndOfTable || length < kHeaderBytes || length > dmi_table.size()) break;
    const auto strings = dmi_table.substr(length);
    const auto end = strings.find(std::string_view("\0\0", 2));
    if (end == std::string_view::npos) break;
    const Structure structure(dmi_table.substr(0, length), strings.substr(0, end + 1));
    if (type == kMemoryDevice && IsPopulated(structure)) facts.devices.push_back(ReadDevice(structure));
    dmi_table.remove_prefix(length + end + 2);
  }
  std::map<std::string, double> channels;
  for (const auto& device : facts.devices) {
    auto& most = channels[ChannelOf(device)];
    most = std::max(most, device.width_bits / 8.0 * device.speed_mts * 1e6);
  }
  facts.channels = static_cast<unsigned>(channels.size());
  const bool all_known = std::all_of(channels.begin(), channels.end(), [](const auto& one) { return one.second > 0; });
  for (const auto& [name, rate] : channels) facts.bandwidth_Bps += all_known ? rate : 0;
  return facts;
}

Result<MemoryFacts> ReadMemoryFacts(Host& host) {
  VFQUAL_TRY(const auto table, host.Read("/sys/firmware/dmi/tables/DMI"), "reading what the firmware says of memory");
  return ParseMemoryFacts(table);
}

}  // namespace vfqual
