#include "reports/model/report_json.h"

#include <optional>
#include <vector>

#include "reports/model/json_writer.h"

namespace vfqual::reports {

namespace {

std::optional<std::string_view> NullIfEmpty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

class ReportWriter {
 public:
  explicit ReportWriter(std::string& out) : json_(out) { json_.encoder().SetIndent(' ', 2); }

  void Write(const Report& report) {
    json_.Object([&] {
      json_.Member("schema", kReportSchema);
      json_.Object("run", [&] {
        json_.Member("id", report.run.id);
        json_.Member("tool", report.run.tool);
        json_.Member("started", NullIfEmpty(report.run.started));
        json_.Member("seconds", report.run.seconds);
      });
      json_.Member("verdict", Word(report.verdict));
      json_.Member("reason", report.reason);
      List("cells", report.cells);
      List("changes", report.changes);
      List("journal_problems", report.journal_problems);
      json_.Member("journal_problems_left_out", report.journal_problems_left_out);
      json_.Member("unexpected_verdict", Word(report.unexpected));
    });
  }

 private:
  template <class Item>
  void List(std::string_view key, const std::vector<Item>& items) {
    json_.Array(key, items, [this](const Item& item) { json_.Object([&] { Members(item); }); });
  }

  void Members(const CellReport& cell) {
    json_.Member("id", cell.id);
    json_.Member("verdict", Word(cell.verdict));
    json_.Member("reason", cell.reason);
    json_.Member("first_failure", cell.first_failure);
    json_.Object("kernel", [&] {
      json_.Member("release", cell.kernel.release);
      json_.Member("distribution", cell.kernel.distribution);
    });
    json_.Object("platform", [&] { Members(cell.platform); });
    json_.Object("module", [&] { Members(cell.module); });
    List("stages", cell.stages);
    List("guests", cell.guests);
    List("host_tests", cell.host_tests);
    List("host_metrics", cell.host_metrics);
    List("known_issues", cell.known_issues);
    List("warnings", cell.warnings);
    List("kernel_log", cell.kernel_log);
    json_.Member("kernel_log_left_out", cell.kernel_log_left_out);
    json_.Member("unexpected_verdict", Word(cell.unexpected));
    List("expectations", cell.expectations);
    if (cell.run.empty()) return;
    json_.Member("run", cell.run);
    json_.Member("started", NullIfEmpty(cell.started));
    json_.Member("baseline", cell.baseline ? std::optional(Word(*cell.baseline)) : std::nullopt);
    List("history", cell.history);
  }

  void Members(const PlatformFacts& platform) {
    const PfFacts& pf = platform.pf;
    json_.Member("id", platform.id);
    json_.Member("name", platform.name);
    json_.Member("hardware", platform.hardware);
    json_.Object("pf", [&] {
      json_.Member("bdf", pf.bdf);
      json_.Member("vendor", pf.vendor);
      json_.Member("device", pf.device);
      json_.Member("total_vfs", pf.total_vfs);
    });
  }

  void Members(const ModuleFacts& module) {
    json_.Member("name", module.name);
    json_.Member("version", module.version);
    json_.Member("driver", module.driver);
    json_.Member("srcversion", module.srcversion);
    json_.Member("source", module.source);
    if (!module.source_kind.empty()) json_.Member("source_kind", module.source_kind);
    if (!module.revision.empty()) json_.Member("revision", module.revision);
    if (!module.fingerprint.empty()) json_.Member("fingerprint", module.fingerprint);
  }

  void Members(const StageReport& stage) {
    json_.Member("name", stage.name);
    json_.Member("verdict", Word(stage.verdict));
    json_.Member("seconds", stage.seconds);
    json_.Member("reason", stage.reason);
    json_.Member("log", stage.log);
    json_.Member("started", NullIfEmpty(stage.started));
  }

  void Members(const TestReport& test) {
    json_.Member("path", test.path);
    json_.Member("verdict", Word(test.verdict));
    json_.Member("seconds", test.seconds);
    json_.Member("reason", test.reason);
    json_.Member("stage", test.stage);
  }

  void Members(const MetricReport& metric) {
    json_.Member("path", metric.path);
    json_.Member("value", metric.value);
    json_.Member("unit", metric.unit);
    json_.Values("samples", metric.samples);
    json_.Member("stage", metric.stage);
    json_.Member("reason", metric.reason);
  }

  void Members(const GuestReport& guest) {
    json_.Member("name", guest.facts.name);
    json_.Member("vf", guest.facts.vf);
    json_.Member("image", guest.facts.image);
    json_.Member("kernel", guest.facts.kernel);
    json_.Member("verdict", Word(guest.verdict));
    List("stages", guest.stages);
    List("tests", guest.tests);
    List("metrics", guest.metrics);
  }

  void Members(const WarningReport& warning) {
    json_.Member("stage", warning.stage);
    json_.Member("guest", warning.guest);
    json_.Member("message", warning.message);
  }

  void Members(const KnownIssueMatch& match) {
    json_.Member("id", match.id);
    json_.Member("url", match.url);
    json_.Member("stage", match.stage);
    json_.Member("guest", match.guest);
    json_.Member("line", match.line);
    json_.Member("severity", match.severity);
    json_.Member("title", match.title);
    json_.Member("workaround", match.workaround);
    json_.Member("lines", match.lines);
  }

  void Members(const ExpectationOutcome& outcome) {
    json_.Member("id", outcome.id);
    json_.Member("path", outcome.path);
    json_.Member("guest", outcome.guest);
    json_.Member("state", Word(outcome.state));
    json_.Member("url", outcome.url);
    json_.Member("reason", outcome.reason);
    json_.Member("expires", outcome.expires);
  }

  void Members(const CellHistory& older) {
    json_.Member("run", older.run);
    json_.Member("started", NullIfEmpty(older.started));
    json_.Member("cell", older.cell);
    json_.Member("verdict", Word(older.verdict));
    json_.Member("first_failure", older.first_failure);
  }

  void Members(const KernelLogLine& line) {
    json_.Member("stage", line.stage);
    json_.Member("guest", line.guest);
    json_.Member("uptime_us", line.uptime_us);
    json_.Member("level", line.level);
    json_.Member("message", line.message);
  }

  void Members(const ChangeReport& change) {
    json_.Member("id", change.id);
    json_.Member("what", change.what);
    json_.Member("target", change.target);
    json_.Member("before", change.before);
    json_.Member("after", change.after);
    json_.Member("undone", change.undone);
  }

  void Members(const JournalProblem& problem) {
    json_.Member("line", problem.line);
    json_.Member("message", problem.message);
  }

  JsonPageWriter json_;
};

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

std::string ReportJsonText(const Report& report) {
  std::string text;
  ReportWriter(text).Write(report);
  text += '\n';
  return text;
}

}  // namespace vfqual::reports
