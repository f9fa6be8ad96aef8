// The messages by which i915 and xe tell how SR-IOV goes. Matched by text, not by level: i915 prints failures as
// notices.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suites/kernel_log/kernel_log.h"

namespace vfqual::suites {

// Whether `text` contains the pattern, in which each * stands for any characters.
bool ContainsPattern(std::string_view text, std::string_view pattern);

// The first message that says that the driver failed (i915: drivers/gpu/drm/i915/gt/iov, xe:
// drivers/gpu/drm/xe/xe_*pf*.c).
std::optional<std::string> FirstFailureMessage(const std::vector<KernelMessage>& log);

// Whether the driver said of the function `bdf` that it runs as a VF.
bool SaysVfMode(const std::vector<KernelMessage>& log, std::string_view bdf);

}  // namespace vfqual::suites
