// A triage for a terminal, and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "reports/triage/triage.h"

namespace vfqual::reports {

// `name` is the log's, as the user gave it.
std::string TriageText(const std::string& name, const TriageResult& result, const Triage& triage);

// {"log", "kind", "known": {…}, "stage", "issues": [], "elsewhere": [], "unknown": [], "next": []}
nlohmann::ordered_json TriageJson(const std::string& name, const TriageResult& result, const Triage& triage);

}  // namespace vfqual::reports
