#include "harness/lab/kernel_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace vfqual {

namespace {

// "6.12" starts "6.12.107+deb13-amd64" and "6.12-rc1", but not "6.120".
bool StartsRelease(std::string_view start, std::string_view release) {
  if (!release.starts_with(start)) return false;
  return release.size() == start.size() ||
         std::string_view(".-+~").find(release[start.size()]) != std::string_view::npos;
}

}  // namespace

Result<std::vector<LabKernel>> ChooseKernels(const std::vector<ImageDefinition>& definitions,
                                             const std::vector<std::string>& wanted) {
  std::vector<LabKernel> chosen;
  for (const auto& release : wanted) {
    const auto before = chosen.size();
    std::string known;
    for (const auto& definition : definitions) {
      if (definition.role != ImageRole::kLabHost) continue;
      for (const auto& [name, source] : definition.kernels) {
        if (chosen.size() == before && StartsRelease(name, release)) chosen.push_back({definition, name, release});
        known += fmt::format("{}{} ({})", known.empty() ? "" : ", ", name, definition.distribution);
      }
    }
    if (chosen.size() == before) {
      return FailInput(fmt::format("there is no lab host with kernel '{}'", release), "choose from " + known);
    }
  }
  return chosen;
}

Status CheckRelease(const LabKernel& kernel, const Image& image) {
  if (kernel.wanted == kernel.kernel || StartsRelease(kernel.wanted, image.kernel_release)) return {};
  return FailInput(fmt::format("kernel '{}' was asked for, but Debian's {} is {} now", kernel.wanted, kernel.kernel,
                               image.kernel_release),
                   fmt::format("ask for {} or {}", kernel.kernel, image.kernel_release));
}

}  // namespace vfqual
