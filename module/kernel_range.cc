#include "module/kernel_range.h"

#include <fmt/format.h>
#include <regex.h>

#include <algorithm>

namespace vfqual {

namespace {

// regcomp(3) is the engine behind bash's =~, which dkms uses. One that does not compile matches everything here: dkms
// tells what is wrong with it.
bool Matches(const std::string& expression, const std::string& text) {
  regex_t compiled{};
  if (regcomp(&compiled, expression.c_str(), REG_EXTENDED | REG_NOSUB) != 0) return true;
  const bool found = regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return found;
}

bool IsSet(std::string_view config, std::string_view option) {
  const auto has = [config](const std::string& line) {
    return config.starts_with(line) || config.find("\n" + line) != std::string_view::npos;
  };
  return has(fmt::format("{}=y\n", option)) || has(fmt::format("{}=m\n", option));
}

// The numbers before the first letter: 6, 12, 107.
std::vector<unsigned long> Numbers(std::string_view version) {
  std::vector<unsigned long> numbers;
  for (std::size_t at = 0; at < version.size() && std::isdigit(static_cast<unsigned char>(version[at])) != 0;) {
    unsigned long number = 0;
    for (; at < version.size() && std::isdigit(static_cast<unsigned char>(version[at])) != 0; ++at) {
      number = std::min(number * 10 + static_cast<unsigned long>(version[at] - '0'), 1'000'000'000UL);
    }
    numbers.push_back(number);
    if (at >= version.size() || version[at] != '.') break;
    ++at;
  }
  return numbers;
}

}  // namespace

bool KernelVersionLess(std::string_view a, std::string_view b) {
  auto left = Numbers(a);
  auto right = Numbers(b);
  const auto size = std::max(left.size(), right.size());
  left.resize(size);
  right.resize(size);
  return left < right;
}

std::optional<std::string> WhyExcluded(const KernelRange& range, const std::string& release,
                                       std::string_view architecture, std::string_view config) {
  if (!range.architecture.empty() && !Matches(range.architecture, std::string(architecture))) {
    return fmt::format("the module is for {} only (BUILD_EXCLUSIVE_ARCH)", range.architecture);
  }
  if (!range.kernel.empty() && !Matches(range.kernel, release)) {
    return fmt::format("{} is outside the module's kernel range {} (BUILD_EXCLUSIVE_KERNEL)", release, range.kernel);
  }
  if (!range.minimum.empty() && KernelVersionLess(release, range.minimum)) {
    return fmt::format("{} is older than the module's first kernel {} (BUILD_EXCLUSIVE_KERNEL_MIN)", release,
                       range.minimum);
  }
  if (!range.maximum.empty() && KernelVersionLess(range.maximum, release)) {
    return fmt::format("{} is newer than the module's last kernel {} (BUILD_EXCLUSIVE_KERNEL_MAX)", release,
                       range.maximum);
  }
  if (config.empty()) return std::nullopt;
  for (const auto& option : range.options) {
    const bool unwanted = option.starts_with('!');
    if (IsSet(config, unwanted ? option.substr(1) : option) != unwanted) continue;
    return fmt::format("the kernel is built {} {} (BUILD_EXCLUSIVE_CONFIG)", unwanted ? "with" : "without",
                       unwanted ? option.substr(1) : option);
  }
  return std::nullopt;
}

}  // namespace vfqual
