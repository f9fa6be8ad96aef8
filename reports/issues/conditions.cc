#include "reports/issues/conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/issues/version_range.h"

namespace vfqual::reports {

namespace {

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += text.empty() ? word : " or " + word;
  return text;
}

bool IsAmong(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool InOneOf(const std::vector<std::string>& ranges, const std::string& version) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&version](const std::string& range) { return InVersionRange(version, range); });
}

// A container's log is its host's.
bool FitsSide(const std::vector<std::string>& sides, const std::string& side) {
  return IsAmong(sides, side) || (side == "host" && IsAmong(sides, "lxc"));
}

// Releases of the module are dates; another module's versions say nothing about them.
bool IsDated(std::string_view version) {
  return InVersionRange(version, ">=2000");
}

std::vector<std::string> Words(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? std::vector<std::string>() : found->get<std::vector<std::string>>();
}

}  // namespace

Circumstances CircumstancesOf(const CellReport& cell, const std::optional<std::string>& guest) {
  Circumstances known = {.side = "host",
                         .kernel = cell.kernel.release,
                         .module_version = cell.module.version,
                         .driver = cell.module.driver,
                         .platform = cell.platform.id};
  if (!guest) return known;
  known.side = "guest-linux";
  known.kernel.clear();
  for (const GuestReport& candidate : cell.guests) {
    if (candidate.facts.name != *guest) continue;
    known.kernel = candidate.facts.kernel;
    if (candidate.facts.image.find("windows") != std::string::npos) known.side = "guest-windows";
  }
  return known;
}

std::string ReadConditions(const nlohmann::json& applies_to, Conditions& conditions) {
  conditions.kernels = Words(applies_to, "kernels");
  conditions.modules = Words(applies_to, "modules");
  conditions.platforms = Words(applies_to, "platforms");
  conditions.driver = applies_to.value("driver", "");
  for (const auto* ranges : {&conditions.kernels, &conditions.modules}) {
    for (const std::string& range : *ranges) {
      if (!IsVersionRange(range)) return fmt::format("\"{}\" is not a range of versions", range);
    }
  }
  return {};
}

std::string Contradiction(const Conditions& conditions, const Circumstances& known) {
  if (!known.side.empty() && !conditions.sides.empty() && !FitsSide(conditions.sides, known.side)) {
    return fmt::format("{} is not {}", known.side, Join(conditions.sides));
  }
  if (!known.kernel.empty() && !conditions.kernels.empty() && !InOneOf(conditions.kernels, known.kernel)) {
    return fmt::format("kernel {} is not {}", known.kernel, Join(conditions.kernels));
  }
  if (IsDated(known.module_version) && !conditions.modules.empty() &&
      !InOneOf(conditions.modules, known.module_version)) {
    return fmt::format("module {} is not {}", known.module_version, Join(conditions.modules));
  }
  if (!known.platform.empty() && !conditions.platforms.empty() && !IsAmong(conditions.platforms, known.platform)) {
    return fmt::format("platform {} is not {}", known.platform, Join(conditions.platforms));
  }
  if (!known.driver.empty() && !conditions.driver.empty() && known.driver != conditions.driver) {
    return fmt::format("driver {} is not {}", known.driver, conditions.driver);
  }
  return {};
}

}  // namespace vfqual::reports
