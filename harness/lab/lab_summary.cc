#include "harness/lab/lab_summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "harness/base/local_host.h"
#include "harness/guest/printable.h"
#include "reports/model/verdict.h"

namespace vfqual {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxReportBytes = std::size_t{64} << 20U;
constexpr auto kNone = "none";

const json& Field(const json& object, const char* key) {
  static const json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

std::string Text(const json& value) {
  return value.is_string() ? MakePrintable(value.get<std::string>(), Unprintable::kEscape) : "";
}

std::string VerdictText(const json& value) {
  const std::string word = Text(value);
  return reports::ParseVerdict(word) ? word : kNone;
}

}  // namespace

LabSummary ReadSummary(const std::string& kernel, const std::filesystem::path& folder) {
  LabSummary summary{kernel, kNone, {}, "", folder};
  LocalHost local;
  const auto text = local.ReadFile((folder / "report.json").string(), kMaxReportBytes);
  if (!text) return summary;
  const auto report = json::parse(*text, nullptr, false);
  summary.verdict = VerdictText(Field(report, "verdict"));
  const auto& cells = Field(report, "cells");
  if (!cells.is_array()) return summary;
  for (const auto& cell : cells) {
    if (summary.first_failure.empty()) summary.first_failure = Text(Field(cell, "first_failure"));
    const auto& guests = Field(cell, "guests");
    if (!guests.is_array()) continue;
    for (const auto& guest : guests) {
      summary.guests.push_back(fmt::format("{} {}", Text(Field(guest, "name")), VerdictText(Field(guest, "verdict"))));
    }
  }
  return summary;
}

std::vector<std::string> SummaryLines(const LabSummary& summary) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("verdict  {}", summary.verdict));
  lines.push_back(fmt::format("kernel   {} (lab: no real GPU)", summary.kernel));
  if (!summary.first_failure.empty()) lines.push_back(fmt::format("failed   {}", summary.first_failure));
  if (!summary.guests.empty()) lines.push_back(fmt::format("guests   {}", fmt::join(summary.guests, ", ")));
  const bool has_report = summary.verdict != kNone;
  lines.push_back(
      fmt::format("report   {}", has_report ? (summary.folder / "report.html").string() : "none was written"));
  return lines;
}

int WorstExitCode(int a, int b) {
  constexpr std::array<int, 4> kWorstFirst = {1, 3, 2, 0};
  const auto rank = [&kWorstFirst](int code) { return std::find(kWorstFirst.begin(), kWorstFirst.end(), code); };
  // Any other code is the harness's trouble.
  const auto known = [&](int code) { return rank(code) == kWorstFirst.end() ? 3 : code; };
  return rank(known(a)) <= rank(known(b)) ? known(a) : known(b);
}

}  // namespace vfqual
