#include "suites/kernel_log/driver_messages.h"

#include <algorithm>
#include <array>

namespace vfqual::suites {
namespace {

constexpr std::array<std::string_view, 14> kFailures{
    // i915
    "No VFs could be associated with this PF!",
    "PF aborted",
    "Failed to enable * VFs",
    "IOV: VF* FLR didn't complete within * ms",
    "Can't disable * VFs, * are still assigned",
    "IOV: Failed to provision VF",
    "VF* has exceeded '*' threshold",
    "GuC submission disabled",
    "TLB invalidation response timed out for seqno",
    "GPU HANG: ecode",
    "Device is non-operational; MMIO access returns 0xFFFFFFFF!",
    // xe
    "VF* FLR didn't finish in",
    "Unable to confirm GuC version",
    "VF* control command * failed",
};

}  // namespace

bool ContainsPattern(std::string_view text, std::string_view pattern) {
  while (true) {
    const auto star = pattern.find('*');
    const auto piece = pattern.substr(0, star);
    const auto found = text.find(piece);
    if (found == std::string_view::npos) return false;
    if (star == std::string_view::npos) return true;
    text.remove_prefix(found + piece.size());
    pattern.remove_prefix(star + 1);
  }
}

std::optional<std::string> FirstFailureMessage(const std::vector<KernelMessage>& log) {
  for (const auto& message : log) {
    if (std::any_of(kFailures.begin(), kFailures.end(),
                    [&](std::string_view failure) { return ContainsPattern(message.text, failure); })) {
      return message.text;
    }
  }
  return std::nullopt;
}

bool SaysVfMode(const std::vector<KernelMessage>& log, std::string_view bdf) {
  return std::any_of(log.begin(), log.end(), [&](const KernelMessage& message) {
    return message.text.find(bdf) != std::string::npos &&
           message.text.find("Running in SR-IOV VF mode") != std::string::npos;
  });
}

}  // namespace vfqual::suites
