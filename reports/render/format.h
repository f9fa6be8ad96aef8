// How numbers, verdicts and labels read in every rendering for people.
#pragma once

#include <string>
#include <string_view>

#include "reports/model/report.h"

namespace vfqual::reports {

// "0.31 s", "24.1 s", "1 min 14 s", "2 h 3 min".
std::string FormatSeconds(double seconds);

// Four significant digits: "4.31", "61.2", "1080", "1.235e+09".
std::string FormatNumber(double value);

// The value with its unit, and bytes in thousands of them: "61.2 frames/s", "449.3 MB/s".
std::string FormatQuantity(double value, const std::string& unit);

// What a change did: "0 → 2"; empty where the change says neither.
std::string FormatChange(const ChangeReport& change);

// A sign for the verdict that needs no colour: ✓ ✗ ! ? ● –
std::string_view Sign(Verdict verdict);

// "2026-11-22 15:46 UTC"; the text itself where it is not a time of the journal.
std::string FormatStart(const std::string& started);

// "1 guest", "2 guests".
std::string Count(std::size_t count, std::string_view what);

// "Lab result: the GPU is a stand-in" for a cell that did not run on hardware; empty for one that did.
std::string LabLabel(const CellReport& cell);

// The label of the whole report: that of its cells, and how many of them where not all have it.
std::string LabLabel(const Report& report);

// "6.12.107+deb13-amd64 · lab · i915-lab 0.1.0"; the cell's id where nothing is known of it.
std::string CellTitle(const CellReport& cell);

// The reason of the cell's stage of that name; empty where it gives none.
std::string StageReason(const CellReport& cell, std::string_view stage_name);

// Why the cell is as bad as it is, in one line: the first failing stage and its reason. Empty for a cell that is not
// bad.
std::string CellCause(const CellReport& cell);

}  // namespace vfqual::reports
