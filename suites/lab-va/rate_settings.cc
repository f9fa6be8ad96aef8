#include "suites/lab-va/rate_settings.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>

namespace vfqual::lab_va {
namespace {

template <class T>
std::optional<T> ReadAs(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T value{};
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

void ApplyRateControl(const VAEncMiscParameterRateControl& control, RateSettings& settings) {
  settings.max_bps = control.bits_per_second;
  const bool variable = settings.rate_control == VA_RC_VBR && control.target_percentage != 0;
  settings.target_bps = static_cast<unsigned>(std::uint64_t{control.bits_per_second} *
                                              (variable ? std::min(control.target_percentage, 100U) : 100U) / 100);
}

}  // namespace

void ApplySequenceRate(unsigned bits_per_second, RateSettings& settings) {
  if (settings.max_bps == 0) settings.max_bps = settings.target_bps = bits_per_second;
}

bool ApplyMiscellaneous(std::span<const std::uint8_t> buffer, RateSettings& settings) {
  const auto type = ReadAs<VAEncMiscParameterType>(buffer);  // VAEncMiscParameterBuffer's one member before its data
  if (!type) return false;
  const auto body = buffer.subspan(offsetof(VAEncMiscParameterBuffer, data));
  switch (*type) {
    case VAEncMiscParameterTypeRateControl: {
      const auto control = ReadAs<VAEncMiscParameterRateControl>(body);
      if (control) ApplyRateControl(*control, settings);
      return control.has_value();
    }
    case VAEncMiscParameterTypeHRD: {
      const auto hrd = ReadAs<VAEncMiscParameterHRD>(body);
      if (hrd) settings.buffer_bits = hrd->buffer_size;
      return hrd.has_value();
    }
    case VAEncMiscParameterTypeFrameRate: {
      const auto rate = ReadAs<VAEncMiscParameterFrameRate>(body);
      if (!rate) return false;
      settings.frame_rate_numerator = std::max(1U, rate->framerate & 0xffffU);
      settings.frame_rate_denominator = std::max(1U, rate->framerate >> 16U);
      return true;
    }
    default:
      return true;
  }
}

}  // namespace vfqual::lab_va
