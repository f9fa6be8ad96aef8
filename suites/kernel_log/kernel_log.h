// The kernel's log, from /dev/kmsg (Documentation/ABI/testing/dev-kmsg).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suites/support/result.h"

namespace vfqual::suites {

struct KernelMessage {
  std::uint64_t sequence = 0;  // counts from 0 at boot
  std::string text;            // "i915 0000:06:00.0: [drm] …"
};

// One record, "6,339,5140900,-;text\n KEY=value\n"; nothing where it is not one.
std::optional<KernelMessage> ParseKmsgRecord(std::string_view record);

// All messages that the kernel still holds, oldest first.
Result<std::vector<KernelMessage>> ReadKernelLog(const std::filesystem::path& kmsg);

// Whether the messages of the boot were overwritten by later ones.
bool IsTruncated(const std::vector<KernelMessage>& log);

}  // namespace vfqual::suites
