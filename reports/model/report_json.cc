#include "reports/model/report_json.h"

#include <cmath>

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
  return Json::object({{"name", module.name},
                       {"version", module.version},
                       {"driver", module.driver},
                       {"srcversion", module.srcversion},
                       {"source", module.source}});
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
                       {"line", match.line}});
}

Json KernelLogJson(const KernelLogLine& line) {
  return Json::object({{"stage", line.stage},
                       {"guest", OrNull(line.guest)},
                       {"uptime_us", line.uptime_us},
                       {"level", line.level},
                       {"message", line.message}});
}

Json CellJson(const CellReport& cell) {
  return Json::object({{"id", cell.id},
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
                       {"kernel_log_left_out", cell.kernel_log_left_out}});
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

}  // namespace

Json ToJson(const Report& report) {
  return Json::object({{"schema", kReportSchema},
                       {"run",
                        {{"id", report.run.id},
                         {"tool", report.run.tool},
                         {"started", report.run.started.empty() ? Json(nullptr) : Json(report.run.started)},
                         {"seconds", report.run.seconds}}},
                       {"verdict", Word(report.verdict)},
                       {"reason", report.reason},
                       {"cells", List(report.cells, CellJson)},
                       {"changes", List(report.changes, ChangeJson)},
                       {"journal_problems", List(report.journal_problems, ProblemJson)},
                       {"journal_problems_left_out", report.journal_problems_left_out}});
}

std::string ReportJsonText(const Report& report) {
  return ToJson(report).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace vfqual::reports
