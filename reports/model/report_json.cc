#include "reports/model/report_json.h"

#include <nlohmann/json.hpp>

namespace vfqual::reports {

namespace {

using Json = nlohmann::ordered_json;

Json OrNull(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

template <class Item>
Json List(const std::vector<Item>& items, Json (*item_json)(const Item&)) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(item_json(item));
  return list;
}

Json KernelJson(const KernelFacts& kernel) {
  return Json::object({{"release", kernel.release}, {"distribution", kernel.distribution}});
}

Json PlatformJson(const PlatformFacts& platform) {
  const PfFacts& pf = platform.pf;
  return Json::object(
      {{"id", platform.id},
       {"name", platform.name},
       {"hardware", platform.hardware},
       {"pf", {{"bdf", pf.bdf}, {"vendor", pf.vendor}, {"device", pf.device}, {"total_vfs", pf.total_vfs}}}});
}

Json ModuleJson(const ModuleFacts& module) {
  Json json = Json::object({{"name", module.name},
                            {"version", module.version},
                            {"driver", module.driver},
                            {"srcversion", module.srcversion},
                            {"source", module.source}});
  for (const auto& [name, value] :
       {std::pair{"source_kind", &module.source_kind}, std::pair{"revision", &module.revision},
        std::pair{"fingerprint", &module.fingerprint}}) {
    if (!value->empty()) json[name] = *value;
  }
  return json;
}

Json StageJson(const StageReport& stage) {
  return Json::object({{"name", stage.name},
                       {"verdict", Word(stage.verdict)},
                       {"seconds", stage.seconds},
                       {"reason", stage.reason},
                       {"log", stage.log},
                       {"started", stage.started.empty() ? Json(nullptr) : Json(stage.started)}});
}

Json TestJson(const TestReport& test) {
  return Json::object({{"path", test.path},
                       {"verdict", Word(test.verdict)},
                       {"seconds", test.seconds},
                       {"reason", test.reason},
                       {"stage", test.stage}});
}

Json MetricJson(const MetricReport& metric) {
  return Json::object({{"path", metric.path},
                       {"value", metric.value ? Json(*metric.value) : Json(nullptr)},
                       {"unit", metric.unit},
                       {"samples", metric.samples},
                       {"stage", metric.stage},
                       {"reason", metric.reason}});
}

Json GuestJson(const GuestReport& guest) {
  return Json::object({{"name", guest.facts.name},
                       {"vf", guest.facts.vf},
                       {"image", guest.facts.image},
                       {"kernel", guest.facts.kernel},
                       {"verdict", Word(guest.verdict)},
                       {"stages", List(guest.stages, StageJson)},
                       {"tests", List(guest.tests, TestJson)},
                       {"metrics", List(guest.metrics, MetricJson)}});
}

Json WarningJson(const WarningReport& warning) {
  return Json::object({{"stage", warning.stage}, {"guest", OrNull(warning.guest)}, {"message", warning.message}});
}

Json KnownIssueJson(const KnownIssueMatch& match) {
  return Json::object({{"id", match.id},
                       {"url", match.url},
                       {"stage", match.stage},
                       {"guest", OrNull(match.guest)},
                       {"line", match.line},
                       {"severity", match.severity},
                       {"title", match.title},
                       {"workaround", match.workaround},
                       {"lines", match.lines}});
}

Json ExpectationJson(const ExpectationOutcome& outcome) {
  return Json::object({{"id", outcome.id},
                       {"path", outcome.path},
                       {"guest", OrNull(outcome.guest)},
                       {"state", Word(outcome.state)},
                       {"url", outcome.url},
                       {"reason", outcome.reason},
                       {"expires", outcome.expires}});
}

Json HistoryJson(const CellHistory& older) {
  return Json::object({{"run", older.run},
                       {"started", older.started.empty() ? Json(nullptr) : Json(older.started)},
                       {"verdict", Word(older.verdict)},
                       {"first_failure", OrNull(older.first_failure)}});
}

Json KernelLogJson(const KernelLogLine& line) {
  return Json::object({{"stage", line.stage},
                       {"guest", OrNull(line.guest)},
                       {"uptime_us", line.uptime_us},
                       {"level", line.level},
                       {"message", line.message}});
}

Json CellJson(const CellReport& cell) {
  Json json = Json::object({{"id", cell.id},
                            {"verdict", Word(cell.verdict)},
                            {"reason", cell.reason},
                            {"first_failure", OrNull(cell.first_failure)},
                            {"kernel", KernelJson(cell.kernel)},
                            {"platform", PlatformJson(cell.platform)},
                            {"module", ModuleJson(cell.module)},
                            {"stages", List(cell.stages, StageJson)},
                            {"guests", List(cell.guests, GuestJson)},
                            {"host_tests", List(cell.host_tests, TestJson)},
                            {"host_metrics", List(cell.host_metrics, MetricJson)},
                            {"known_issues", List(cell.known_issues, KnownIssueJson)},
                            {"warnings", List(cell.warnings, WarningJson)},
                            {"kernel_log", List(cell.kernel_log, KernelLogJson)},
                            {"kernel_log_left_out", cell.kernel_log_left_out},
                            {"unexpected_verdict", Word(cell.unexpected)},
                            {"expectations", List(cell.expectations, ExpectationJson)}});
  if (cell.run.empty()) return json;
  json["run"] = cell.run;
  json["started"] = cell.started.empty() ? Json(nullptr) : Json(cell.started);
  json["baseline"] = cell.baseline ? Json(Word(*cell.baseline)) : Json(nullptr);
  json["history"] = List(cell.history, HistoryJson);
  return json;
}

Json ChangeJson(const ChangeReport& change) {
  return Json::object({{"id", change.id},
                       {"what", change.what},
                       {"target", change.target},
                       {"before", change.before},
                       {"after", change.after},
                       {"undone", OrNull(change.undone)}});
}

Json ProblemJson(const JournalProblem& problem) {
  return Json::object({{"line", problem.line}, {"message", problem.message}});
}

Json HeadJson(const Report& report) {
  return Json::object({{"schema", kReportSchema},
                       {"run",
                        {{"id", report.run.id},
                         {"tool", report.run.tool},
                         {"started", report.run.started.empty() ? Json(nullptr) : Json(report.run.started)},
                         {"seconds", report.run.seconds}}},
                       {"verdict", Word(report.verdict)},
                       {"reason", report.reason},
                       {"cells", Json::array()},
                       {"changes", List(report.changes, ChangeJson)},
                       {"journal_problems", List(report.journal_problems, ProblemJson)},
                       {"journal_problems_left_out", report.journal_problems_left_out},
                       {"unexpected_verdict", Word(report.unexpected)}});
}

std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

// Strings in JSON hold no line feeds, so each one is layout.
void AppendIndented(std::string_view text, std::string_view indent, std::string& out) {
  for (;;) {
    const std::size_t end = text.find('\n');
    out += indent;
    out += text.substr(0, end);
    if (end == std::string_view::npos) return;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string_view Word(ExpectationState state) {
  switch (state) {
    case ExpectationState::kExpectedFailure:
      return "expected failure";
    case ExpectationState::kUnexpectedPass:
      return "unexpected pass";
    case ExpectationState::kExpired:
      return "expired";
    case ExpectationState::kMissing:
      return "missing";
  }
  return "missing";
}

Json ToJson(const CellReport& cell) {
  return CellJson(cell);
}

Json ToJson(const Report& report) {
  Json json = HeadJson(report);
  json["cells"] = List(report.cells, CellJson);
  return json;
}

std::string ReportJsonText(const Report& report) {
  std::string text = Dump(HeadJson(report)) + "\n";
  if (report.cells.empty()) return text;
  constexpr std::string_view kNoCells = "\n  \"cells\": []";
  const std::size_t at = text.find(kNoCells) + kNoCells.size() - 1;
  const std::string rest = text.substr(at);
  text.resize(at);
  for (std::size_t i = 0; i < report.cells.size(); ++i) {
    text += i == 0 ? "\n" : ",\n";
    AppendIndented(Dump(CellJson(report.cells[i])), "    ", text);
  }
  return text + "\n  " + rest;
}

}  // namespace vfqual::reports
