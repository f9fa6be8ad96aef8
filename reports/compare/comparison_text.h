// A comparison for a terminal, as Markdown, and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "reports/compare/compare.h"

namespace vfqual::reports {

std::string ComparisonText(const Comparison& comparison);
std::string ComparisonMarkdown(const Comparison& comparison);
nlohmann::ordered_json ComparisonJson(const Comparison& comparison);

}  // namespace vfqual::reports
