#include "suites/media/bit_rate.h"

#include <fmt/format.h>

namespace vfqual::suites {
namespace {

Status CheckBand(double measured_bps, double low_bps, double high_bps, const char* asked) {
  if (measured_bps >= low_bps && measured_bps <= high_bps) return {};
  return Fail(fmt::format("the stream has {:.0f} kbit/s, {:.0f} to {:.0f} expected ({})", measured_bps / 1000,
                          low_bps / 1000, high_bps / 1000, asked));
}

}  // namespace

double BitsPerSecond(std::uint64_t bytes, unsigned pictures, double pictures_per_second) {
  return static_cast<double>(bytes) * 8 * pictures_per_second / pictures;
}

Status CheckConstantRate(double measured_bps, double asked_bps) {
  return CheckBand(measured_bps, 0.90 * asked_bps, 1.10 * asked_bps, "a constant rate, within 10 %");
}

Status CheckVariableRate(double measured_bps, double target_bps, double max_bps) {
  return CheckBand(measured_bps, 0.75 * target_bps, 1.10 * max_bps,
                   "a variable rate, 0.75 of the target to 1.10 of the maximum");
}

}  // namespace vfqual::suites
