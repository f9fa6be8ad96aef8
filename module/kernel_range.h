// For which kernels a module says that it is: the BUILD_EXCLUSIVE_* directives of dkms.conf (dkms(8)).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

struct KernelRange {
  std::string kernel;        // BUILD_EXCLUSIVE_KERNEL: a POSIX extended regular expression, as bash's =~ takes it
  std::string minimum;       // BUILD_EXCLUSIVE_KERNEL_MIN: the first version
  std::string maximum;       // BUILD_EXCLUSIVE_KERNEL_MAX: the last version
  std::string architecture;  // BUILD_EXCLUSIVE_ARCH: a regular expression
  std::vector<std::string> options;  // BUILD_EXCLUSIVE_CONFIG: "CONFIG_X" must be set, "!CONFIG_X" must not
};

// Why the kernel is outside the range; nothing where it is inside. `config` is the kernel's .config; empty: not known,
// and the options are not asked. An expression that cannot be compiled excludes nothing.
std::optional<std::string> WhyExcluded(const KernelRange& range, const std::string& release,
                                       std::string_view architecture, std::string_view config);

// "6.12.107+deb13-amd64" < "7.3.4": by the numbers alone, as dkms compares them.
bool KernelVersionLess(std::string_view a, std::string_view b);

}  // namespace vfqual
