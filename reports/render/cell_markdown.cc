#include "reports/render/cell_markdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/model/report_json.h"
#include "reports/model/text.h"
#include "reports/render/escape.h"
#include "reports/render/failure_excerpt.h"
#include "reports/render/format.h"
#include "reports/render/guest_matrix.h"

namespace vfqual::reports {

namespace {

constexpr std::size_t kMaxRows = 100;
constexpr std::size_t kMaxColumns = 32;
constexpr std::size_t kMaxExcerptLines = 15;
constexpr std::size_t kNameBytes = 200;
constexpr std::size_t kReasonBytes = 1000;

std::string Name(std::string_view text) {
  return EscapeMarkdown(text, kNameBytes);
}

std::string Reason(std::string_view text) {
  return EscapeMarkdown(text, kReasonBytes);
}

std::string Code(std::string_view text) {
  return "<code>" + Reason(text) + "</code>";
}

std::string LeftOut(std::size_t count, std::string_view what) {
  return count > kMaxRows ? fmt::format("\n{} more {} are in report.json.\n", count - kMaxRows, what) : std::string();
}

std::string Facts(const CellReport& cell) {
  std::string text = "| | |\n|---|---|\n";
  const auto row = [&text](std::string_view what, const std::string& value) {
    if (!value.empty()) text += fmt::format("| {} | {} |\n", what, value);
  };
  const auto in_brackets = [](const std::string& detail) { return detail.empty() ? "" : fmt::format(" ({})", detail); };
  row("Kernel", Name(cell.kernel.release) + in_brackets(Name(cell.kernel.distribution)));
  row("Platform", Name(cell.platform.id) + in_brackets(Name(cell.platform.name)));
  const PfFacts& pf = cell.platform.pf;
  if (!pf.bdf.empty()) {
    row("PF", fmt::format("{} {}:{}, {}", Name(pf.bdf), Name(pf.vendor), Name(pf.device),
                          Count(static_cast<std::size_t>(std::max(pf.total_vfs, 0)), "VF")));
  }
  const std::string version = cell.module.version.empty() ? "" : " " + Name(cell.module.version);
  row("Module", Name(cell.module.name) + version + in_brackets(Name(cell.module.driver)));
  row("Source", Name(cell.module.source));
  row("Fingerprint", Name(cell.module.fingerprint));
  for (const GuestReport& guest : cell.guests) {
    if (&guest - cell.guests.data() >= static_cast<std::ptrdiff_t>(kMaxColumns)) break;
    row("Guest " + Name(guest.facts.name),
        fmt::format("{}, {}{}", Name(guest.facts.vf), Name(guest.facts.image), in_brackets(Name(guest.facts.kernel))));
  }
  return text + "\n";
}

std::string GuestColumns(const CellReport& cell, std::string_view first) {
  std::string head = fmt::format("| {} |", first);
  std::string rule = "|---|";
  for (std::size_t i = 0; i < std::min(cell.guests.size(), kMaxColumns); ++i) {
    head += fmt::format(" {} |", Name(cell.guests[i].facts.name));
    rule += "---|";
  }
  return fmt::format("{}\n{}\n", head, rule);
}

std::string Stages(const CellReport& cell) {
  std::string text = "### Stages\n\n";
  text += "| Stage | Verdict | Time | Why |\n|---|---|---:|---|\n";
  for (const StageReport& stage : cell.stages) {
    text += fmt::format("| {} | {} | {} | {} |\n", Name(stage.name), VerdictMarkdown(stage.verdict),
                        stage.started.empty() ? "" : FormatSeconds(stage.seconds), Reason(stage.reason));
  }
  if (cell.guests.size() < 2) return text + "\n";
  text += "\n" + GuestColumns(cell, "Stage");
  for (std::size_t row = 0; row < cell.guests.front().stages.size(); ++row) {
    text += fmt::format("| {} |", Name(cell.guests.front().stages[row].name));
    for (std::size_t i = 0; i < std::min(cell.guests.size(), kMaxColumns); ++i) {
      const auto& stages = cell.guests[i].stages;
      if (row < stages.size()) {
        text += fmt::format(" {}{}", VerdictMarkdown(stages[row].verdict),
                            stages[row].started.empty() ? "" : " " + FormatSeconds(stages[row].seconds));
      }
      text += " |";
    }
    text += "\n";
  }
  return text + "\n";
}

class FailureList {
 public:
  explicit FailureList(const CellReport& cell) : cell_(cell) {}

  // In the order of the stages: the first failure is where compatibility ends.
  std::vector<std::string> Lines() {
    for (const StageReport& stage : cell_.stages) {
      const std::size_t before = lines_.size();
      for (const GuestReport& guest : cell_.guests) Guest(guest, stage.name);
      if (lines_.size() == before) Stage(stage, "host");
      Tests(cell_.host_tests, stage, "host");
    }
    return std::move(lines_);
  }

 private:
  void Guest(const GuestReport& guest, const std::string& stage_name) {
    const std::string name = Name(guest.facts.name);
    for (const StageReport& stage : guest.stages) {
      if (stage.name != stage_name) continue;
      Stage(stage, name);
      Tests(guest.tests, stage, name);
    }
  }

  void Stage(const StageReport& stage, std::string_view place) {
    if (!IsBad(stage.verdict)) return;
    lines_.push_back(fmt::format("- {} stage {} ({}): {}{}\n", VerdictMarkdown(stage.verdict), Name(stage.name), place,
                                 Reason(stage.reason), stage.log.empty() ? "" : "; log: " + Code(stage.log)));
  }

  void Tests(const std::vector<TestReport>& tests, const StageReport& stage, std::string_view place) {
    for (const TestReport& test : tests) {
      // The reason of a stage that failed by one of its tests begins with that test's path.
      if (!IsBad(test.verdict) || test.stage != stage.name || stage.reason.starts_with(test.path)) continue;
      lines_.push_back(fmt::format("- {} {} ({}, {}): {}\n", VerdictMarkdown(test.verdict), Name(test.path), place,
                                   Name(test.stage), Reason(test.reason)));
    }
  }

  const CellReport& cell_;
  std::vector<std::string> lines_;
};

// As numbers, so that what a viewer may take for Markdown inside the element stays text too.
std::string Preformatted(std::string_view text) {
  std::string out;
  for (const char c : EscapeHtml(VisibleText(text, kReasonBytes))) {
    if (std::string_view("[]`*_~|").find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("&#{};", static_cast<int>(c));
    }
  }
  return out;
}

// Lines are joined in Markdown unless they stand in an element of their own.
std::string Excerpt(const CellReport& cell) {
  const std::vector<std::string> lines = FailureExcerpt(cell, kMaxExcerptLines);
  if (lines.empty()) return {};
  std::string text = fmt::format("\nKernel log during {}:\n\n<pre>", Name(*cell.first_failure));
  for (const std::string& line : lines) text += Preformatted(line) + "\n";
  return text + "</pre>\n";
}

std::string Failures(const CellReport& cell) {
  const std::vector<std::string> lines = FailureList(cell).Lines();
  if (lines.empty()) return {};
  std::string text = fmt::format("<details open><summary>{}</summary>\n\n", Count(lines.size(), "failure"));
  for (std::size_t i = 0; i < std::min(lines.size(), kMaxRows); ++i) text += lines[i];
  return text + LeftOut(lines.size(), "failures") + Excerpt(cell) + "\n</details>\n\n";
}

std::string KnownIssueList(const CellReport& cell) {
  std::string text;
  std::size_t count = 0;
  for (const KnownIssueMatch& match : cell.known_issues) {
    // Harmless messages are no cause; report.html has them.
    if (match.severity == "benign" || ++count > kMaxRows) continue;
    const std::string link = WebLink(match.url);
    // An address in angle brackets can hold no bracket of its own, and a plain one has none.
    text += link.empty() ? fmt::format("- **{}**", Name(match.id)) : fmt::format("- [{}](<{}>)", Name(match.id), link);
    text +=
        fmt::format(" in {} of {}: {}\n", Name(match.stage), Name(match.guest.value_or("the host")), Code(match.line));
    if (!match.workaround.empty()) text += fmt::format("  - Workaround: {}\n", Reason(match.workaround));
  }
  return text.empty() ? text : "### Known issues\n\n" + text + LeftOut(count, "matches") + "\n";
}

std::string Expectations(const CellReport& cell) {
  if (cell.expectations.empty()) return {};
  std::string text = "### Expectations\n\n";
  for (std::size_t i = 0; i < std::min(cell.expectations.size(), kMaxRows); ++i) {
    const ExpectationOutcome& outcome = cell.expectations[i];
    text += fmt::format("- {}: {} ({}), until {}\n", Word(outcome.state), Name(outcome.path), Name(outcome.id),
                        Name(outcome.expires));
  }
  return text + LeftOut(cell.expectations.size(), "expectations") + "\n";
}

std::string MetricCell(const MetricReport* metric) {
  if (metric == nullptr) return {};
  if (!metric->value) return Reason(metric->reason);
  return Name(FormatQuantity(*metric->value, metric->unit));
}

std::string Metrics(const CellReport& cell) {
  const auto rows = MetricMatrix(cell);
  if (rows.empty() && cell.host_metrics.empty()) return {};
  std::string text = "### Metrics\n\n";
  if (!rows.empty()) {
    text += GuestColumns(cell, "Metric");
    for (std::size_t i = 0; i < std::min(rows.size(), kMaxRows); ++i) {
      text += fmt::format("| {} |", Name(rows[i].path));
      for (std::size_t guest = 0; guest < std::min(cell.guests.size(), kMaxColumns); ++guest) {
        text += fmt::format(" {} |", MetricCell(rows[i].guests[guest]));
      }
      text += "\n";
    }
    text += LeftOut(rows.size(), "metrics") + "\n";
  }
  if (!cell.host_metrics.empty()) {
    text += "| Metric on the host | Value |\n|---|---|\n";
    for (std::size_t i = 0; i < std::min(cell.host_metrics.size(), kMaxRows); ++i) {
      const MetricReport& metric = cell.host_metrics[i];
      text += fmt::format("| {} | {} |\n", Name(metric.path), MetricCell(&metric));
    }
    text += LeftOut(cell.host_metrics.size(), "metrics") + "\n";
  }
  return text;
}

std::string Warnings(const CellReport& cell) {
  if (cell.warnings.empty()) return {};
  std::string text = "### Warnings\n\n";
  for (std::size_t i = 0; i < std::min(cell.warnings.size(), kMaxRows); ++i) {
    const WarningReport& warning = cell.warnings[i];
    const std::string where = warning.stage.empty() ? "" : fmt::format(" ({})", Name(warning.stage));
    text += fmt::format("- {}{}: {}\n", Name(warning.guest.value_or("host")), where, Reason(warning.message));
  }
  return text + LeftOut(cell.warnings.size(), "warnings") + "\n";
}

}  // namespace

std::string VerdictMarkdown(Verdict verdict) {
  switch (verdict) {
    case Verdict::kFail:
      return "❌ FAIL";
    case Verdict::kError:
      return "💥 ERROR";
    case Verdict::kMiss:
      return "❓ MISS";
    case Verdict::kPass:
      return "✅ PASS";
    case Verdict::kDone:
      return "📏 DONE";
    case Verdict::kSkip:
      return "⏭️ SKIP";
  }
  return "❓";
}

std::string CellMarkdown(const CellReport& cell, bool is_only_one) {
  std::string text = fmt::format("## {}: {}\n\n", VerdictMarkdown(cell.verdict), Name(CellTitle(cell)));
  const std::string label = LabLabel(cell);
  if (!is_only_one && !label.empty()) text += fmt::format("> **{}**\n\n", label);
  if (!cell.reason.empty()) text += Reason(cell.reason) + "\n\n";
  return text + Failures(cell) + KnownIssueList(cell) + Expectations(cell) + Facts(cell) + Stages(cell) +
         Metrics(cell) + Warnings(cell);
}

}  // namespace vfqual::reports
