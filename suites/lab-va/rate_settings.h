// What an application says of a stream's bit rate, in libva's buffers.
#pragma once

#include <va/va.h>

#include <cstdint>
#include <span>

namespace vfqual::lab_va {

struct RateSettings {
  std::uint32_t rate_control = VA_RC_CQP;
  unsigned target_bps = 0;
  unsigned max_bps = 0;
  unsigned buffer_bits = 0;  // of the hypothetical decoder; 0: a second's worth
  unsigned frame_rate_numerator = 30;
  unsigned frame_rate_denominator = 1;

  bool operator==(const RateSettings&) const = default;
};

// What a sequence says holds until a VAEncMiscParameterRateControl comes.
void ApplySequenceRate(unsigned bits_per_second, RateSettings& settings);

// A VAEncMiscParameterBuffer with what follows it; kinds that do not matter here are passed over. False where it is cut
// short.
bool ApplyMiscellaneous(std::span<const std::uint8_t> buffer, RateSettings& settings);

}  // namespace vfqual::lab_va
