// The host's memory as its firmware describes it: what its modules can move in a second at most. Not run on hardware:
// built from DMTF DSP0134 (SMBIOS 3.7), section 7.18, memory device (type 17).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/host.h"

namespace vfqual {

struct MemoryDevice {
  std::string locator;      // "Controller0-ChannelA-DIMM0", as the board's maker calls it
  std::string bank;         // "BANK 0"
  unsigned width_bits = 0;  // of data, without error correction
  unsigned speed_mts = 0;   // configured, in millions of transfers a second
};

struct MemoryFacts {
  std::vector<MemoryDevice> devices;  // those that are populated
  // Several modules of one channel share its wires.
  unsigned channels = 0;
  double bandwidth_Bps = 0;  // channels x width x rate; 0 where the firmware does not tell
};

// What /sys/firmware/dmi/tables/DMI holds. Text cut short or wrong gives the devices up to there.
MemoryFacts ParseMemoryFacts(std::string_view dmi_table);

// An error where the host has no such table (virtual machines often have none, or one without speeds).
Result<MemoryFacts> ReadMemoryFacts(Host& host);

}  // namespace vfqual
