// The reports of a run's folder, made from its journal.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "reports/model/report.h"

namespace vfqual::reports {

inline constexpr const char* kJournalFile = "events.jsonl";

// Folds FOLDER/events.jsonl. The error says what is missing or cannot be read.
tl::expected<Report, std::string> FoldFolder(const std::string& folder);

// Writes report.json, report.html and summary.md into the folder, each as a whole or not at all.
tl::expected<void, std::string> WriteReports(const Report& report, const std::string& folder);

// Both: what a run does at its end.
tl::expected<Report, std::string> RenderAll(const std::string& folder);

}  // namespace vfqual::reports
