#include "reports/triage/triage_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/model/text.h"
#include "reports/render/format.h"

namespace vfqual::reports {

namespace {

using Json = nlohmann::ordered_json;

std::string KnownText(const Circumstances& known) {
  std::string text;
  const std::pair<std::string_view, const std::string&> facts[] = {{"side", known.side},
                                                                   {"kernel", known.kernel},
                                                                   {"module", known.module_version},
                                                                   {"driver", known.driver},
                                                                   {"platform", known.platform}};
  for (const auto& [what, value] : facts) {
    if (!value.empty()) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", what, value);
  }
  return text;
}

std::string EvidenceText(const std::vector<Evidence>& evidence, std::size_t lines) {
  std::string text;
  for (const Evidence& line : evidence) text += fmt::format("      line {}: {}\n", line.line, line.text);
  if (lines > evidence.size()) text += fmt::format("      and {} more\n", lines - evidence.size());
  return text;
}

std::string Detail(std::string_view what, const std::string& text) {
  return text.empty() ? "" : fmt::format("      {}: {}\n", what, text);
}

Json EvidenceJson(const std::vector<Evidence>& evidence) {
  Json list = Json::array();
  for (const Evidence& line : evidence) list.push_back({{"line", line.line}, {"text", line.text}});
  return list;
}

Json IssueJson(const TriageIssue& found, const KnownIssueEntry& issue) {
  Json json = {{"id", issue.id},
               {"url", issue.url},
               {"title", issue.title},
               {"severity", issue.severity},
               {"lines", found.lines},
               {"evidence", EvidenceJson(found.evidence)},
               {"cause", issue.cause},
               {"workaround", issue.workaround},
               {"fixed_in", issue.fixed_in}};
  if (!found.contradiction.empty()) json["contradiction"] = found.contradiction;
  return json;
}

}  // namespace

std::string TriageText(const std::string& name, const TriageResult& result, const Triage& triage) {
  const std::string known = KnownText(result.known);
  std::string text = fmt::format("{}: {}{}\n", VisibleText(name), result.kind, known.empty() ? "" : " (" + known + ")");
  text += fmt::format("  failed stage: {}\n", result.stage.empty() ? "none that this log tells" : result.stage);
  for (const TriageIssue& found : result.issues) {
    const KnownIssueEntry& issue = triage.issues()[found.issue];
    text += fmt::format("  {}: {} ({}, {})\n", IsBenign(issue) ? "harmless" : "known " + issue.severity, issue.title,
                        issue.id, issue.url);
    text += EvidenceText(found.evidence, found.lines);
    if (IsBenign(issue)) continue;
    text += Detail("cause", issue.cause) + Detail("workaround", issue.workaround) + Detail("fixed in", issue.fixed_in);
  }
  for (const TriageFailure& failure : result.unknown) {
    text += fmt::format("  unknown: {}\n", triage.messages()[failure.message].meaning);
    text += EvidenceText(failure.evidence, failure.lines);
  }
  for (const TriageIssue& found : result.elsewhere) {
    const KnownIssueEntry& issue = triage.issues()[found.issue];
    if (IsBenign(issue)) continue;
    text +=
        fmt::format("  same message, but not this issue: {} ({}): {}\n", issue.title, issue.id, found.contradiction);
  }
  if (result.issues.empty() && result.unknown.empty()) text += "  nothing in it looks like a failure\n";
  for (const std::string& step : result.next) text += fmt::format("  try: {}\n", step);
  return text;
}

Json TriageJson(const std::string& name, const TriageResult& result, const Triage& triage) {
  Json json = {{"log", ValidUtf8(name)},
               {"kind", result.kind},
               {"known",
                {{"side", result.known.side},
                 {"kernel", result.known.kernel},
                 {"module_version", result.known.module_version},
                 {"driver", result.known.driver},
                 {"platform", result.known.platform}}},
               {"stage", result.stage.empty() ? Json(nullptr) : Json(result.stage)}};
  for (const auto& [key, list] : {std::pair("issues", &result.issues), std::pair("elsewhere", &result.elsewhere)}) {
    json[key] = Json::array();
    for (const TriageIssue& found : *list) json[key].push_back(IssueJson(found, triage.issues()[found.issue]));
  }
  json["unknown"] = Json::array();
  for (const TriageFailure& failure : result.unknown) {
    const FailureMessage& message = triage.messages()[failure.message];
    json["unknown"].push_back({{"meaning", message.meaning},
                               {"stage", message.stage.empty() ? Json(nullptr) : Json(message.stage)},
                               {"lines", failure.lines},
                               {"evidence", EvidenceJson(failure.evidence)}});
  }
  json["next"] = result.next;
  return json;
}

}  // namespace vfqual::reports
