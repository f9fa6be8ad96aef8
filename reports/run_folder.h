// The reports of a run's folder, made from its journal.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "reports/issues/expectations.h"
#include "reports/issues/known_issues.h"
#include "reports/model/report.h"

namespace vfqual::reports {

inline constexpr const char* kJournalFile = "events.jsonl";

// What a journal is held against.
struct ReportData {
  KnownIssues known_issues;
  std::vector<Expectation> expectations;
};

// Of the program itself where a folder's name is empty.
tl::expected<ReportData, std::string> LoadReportData(const std::string& known_issues_folder = {},
                                                     const std::string& expectations_folder = {});

// Folds FOLDER/events.jsonl. The error says what is missing or cannot be read.
tl::expected<Report, std::string> FoldFolder(const std::string& folder, const ReportData& data);

// The report of a run's folder: from its journal, or from report.json where there is none (a merged report); or that of
// a report.json named itself.
tl::expected<Report, std::string> LoadReport(const std::string& path, const ReportData& data);

// Writes report.json, report.html, summary.md, junit.xml and kcidb.json into the folder, which is made where there is
// none; each as a whole or not at all.
tl::expected<void, std::string> WriteReports(const Report& report, const std::string& folder);

// The same for a merged report, without junit.xml and kcidb.json: each of its runs has its own.
tl::expected<void, std::string> WriteMergedReports(const Report& report, const std::string& folder);

// Both, with the program's own data: what a run does at its end.
tl::expected<Report, std::string> RenderAll(const std::string& folder);

}  // namespace vfqual::reports
