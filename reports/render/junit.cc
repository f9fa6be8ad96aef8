#include "reports/render/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/model/text.h"
#include "reports/render/format.h"

namespace vfqual::reports {

namespace {

// VisibleText leaves no control characters but tab and line feed; these two may not stand in XML 1.0 at all.
std::string EscapeXml(std::string_view text) {
  std::string visible = VisibleText(text);
  if (visible.find_first_of("&<>\"'\n\t\xEF") == std::string::npos) return visible;
  std::string out;
  for (const std::string_view forbidden : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    for (auto at = visible.find(forbidden); at != std::string::npos; at = visible.find(forbidden, at)) {
      visible.replace(at, forbidden.size(), "\xEF\xBF\xBD");
    }
  }
  for (const char c : visible) {
    constexpr std::string_view kSpecial = "&<>\"'\n\t";
    constexpr std::array kEntities = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#10;", "&#9;"};
    const std::size_t at = kSpecial.find(c);
    if (at == std::string_view::npos) {
      out += c;
    } else {
      out += kEntities.at(at);
    }
  }
  return out;
}

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  double seconds = 0;

  std::string Attributes() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\"", tests, failures,
                       errors, skipped, seconds);
  }
  void Add(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
    seconds += other.seconds;
  }
};

class Suite {
 public:
  Suite(const CellReport& cell, const std::optional<std::string>& guest)
      : cell_(cell), guest_(guest), name_(EscapeXml(CellTitle(cell) + " · " + guest.value_or("host"))) {}

  void Stage(const StageReport& stage) {
    counts_.seconds += stage.seconds;
    if (started_.empty()) started_ = stage.started;
    Case("stage." + stage.name, stage.verdict, stage.seconds, stage.reason);
  }

  void Case(const std::string& path, Verdict verdict, double seconds, const std::string& reason) {
    ++counts_.tests;
    cases_ +=
        fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"{:.3f}\"", EscapeXml(path), name_, seconds);
    const std::string outcome = Outcome(path, verdict, reason);
    cases_ += outcome.empty() ? "/>\n" : fmt::format(">{}</testcase>\n", outcome);
  }

  void Metric(const MetricReport& metric) {
    if (!metric.value) return;
    properties_ += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", EscapeXml(metric.path),
                               EscapeXml(FormatQuantity(*metric.value, metric.unit)));
  }

  // With the cell's facts as properties.
  std::string Xml() const {
    std::string facts;
    for (const auto& [name, value] : {std::pair<std::string_view, std::string>{"kernel", cell_.kernel.release},
                                      {"platform", cell_.platform.id},
                                      {"module", cell_.module.name + " " + cell_.module.version},
                                      {"note", LabLabel(cell_)}}) {
      if (!value.empty()) facts += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, EscapeXml(value));
    }
    const std::string timestamp = started_.empty() ? "" : fmt::format(" timestamp=\"{}\"", EscapeXml(started_));
    return fmt::format("  <testsuite name=\"{}\" {}{}>\n    <properties>\n{}{}    </properties>\n{}  </testsuite>\n",
                       name_, counts_.Attributes(), timestamp, facts, properties_, cases_);
  }

  const Counts& counts() const { return counts_; }

 private:
  std::string Outcome(const std::string& path, Verdict verdict, const std::string& reason) {
    const std::string message = EscapeXml(reason);
    const auto expected =
        std::find_if(cell_.expectations.begin(), cell_.expectations.end(), [&](const ExpectationOutcome& outcome) {
          return outcome.path == path && outcome.guest == guest_ && outcome.state == ExpectationState::kExpectedFailure;
        });
    if (expected != cell_.expectations.end()) {
      ++counts_.skipped;
      return fmt::format("<skipped message=\"expected {} ({}): {}\"/>", Word(verdict), EscapeXml(expected->url),
                         message);
    }
    if (verdict == Verdict::kFail) {
      ++counts_.failures;
      return fmt::format("<failure type=\"FAIL\" message=\"{}\"/>", message);
    }
    if (IsBad(verdict)) {
      ++counts_.errors;
      return fmt::format("<error type=\"{}\" message=\"{}\"/>", Word(verdict), message);
    }
    if (verdict != Verdict::kSkip) return {};
    ++counts_.skipped;
    return fmt::format("<skipped message=\"{}\"/>", message);
  }

  const CellReport& cell_;
  std::optional<std::string> guest_;
  std::string name_;  // escaped
  std::string started_;
  std::string cases_;
  std::string properties_;
  Counts counts_;
};

// A stage of the guests is a case in their suites, with each guest's own time; it would count twice in the host's.
bool IsToldByAGuest(const CellReport& cell, const StageReport& stage) {
  return std::any_of(cell.guests.begin(), cell.guests.end(), [&stage](const GuestReport& guest) {
    return std::any_of(guest.stages.begin(), guest.stages.end(), [&stage](const StageReport& own) {
      return own.name == stage.name && own.verdict == stage.verdict;
    });
  });
}

}  // namespace

std::string JunitXml(const Report& report) {
  std::string suites;
  Counts total;
  const auto add = [&](const Suite& suite) {
    suites += suite.Xml();
    total.Add(suite.counts());
  };
  for (const CellReport& cell : report.cells) {
    Suite host(cell, std::nullopt);
    for (const StageReport& stage : cell.stages) {
      if (!IsToldByAGuest(cell, stage)) host.Stage(stage);
    }
    for (const TestReport& test : cell.host_tests) host.Case(test.path, test.verdict, test.seconds, test.reason);
    for (const MetricReport& metric : cell.host_metrics) host.Metric(metric);
    add(host);
    for (const GuestReport& guest : cell.guests) {
      Suite suite(cell, guest.facts.name);
      for (const StageReport& stage : guest.stages) suite.Stage(stage);
      for (const TestReport& test : guest.tests) suite.Case(test.path, test.verdict, test.seconds, test.reason);
      for (const MetricReport& metric : guest.metrics) suite.Metric(metric);
      add(suite);
    }
  }
  // A run that broke without a cell to show for it is no empty success.
  if (!report.reason.empty()) {
    Counts run = {.tests = 1, .failures = 0, .errors = 1, .skipped = 0, .seconds = 0};
    suites += fmt::format(
        "  <testsuite name=\"run\" {}>\n    <testcase name=\"run\" classname=\"run\" time=\"0\"><error type=\"MISS\" "
        "message=\"{}\"/></testcase>\n  </testsuite>\n",
        run.Attributes(), EscapeXml(report.reason));
    total.Add(run);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"vfqual {}\" {}>\n{}</testsuites>\n",
      EscapeXml(report.run.id), total.Attributes(), suites);
}

}  // namespace vfqual::reports
