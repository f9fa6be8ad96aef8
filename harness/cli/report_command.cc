#include "harness/cli/report_command.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/compare/compare.h"
#include "reports/compare/comparison_text.h"
#include "reports/merge/merge.h"
#include "reports/model/report_json.h"
#include "reports/render/terminal.h"
#include "reports/run_folder.h"

namespace vfqual {

namespace {

struct ReportOptions {
  std::string folder;
  std::string known_issues;
  std::string expectations;
  bool json = false;
};

Result<reports::ReportData> LoadData(const ReportOptions& options) {
  auto data = reports::LoadReportData(options.known_issues, options.expectations);
  if (data) return *std::move(data);
  return FailInput(std::move(data).error(), "leave --known-issues and --expectations out for the program's own");
}

Result<reports::Report> Load(const ReportOptions& options) {
  VFQUAL_TRY(const auto data, LoadData(options), "");
  auto report = reports::LoadReport(options.folder, data);
  if (report) return *std::move(report);
  return FailInput(std::move(report).error(),
                   "name the folder of a run: the one that vfqual run or vfqual lab printed");
}

Result<reports::Report> Fold(const ReportOptions& options) {
  VFQUAL_TRY(const auto data, LoadData(options), "");
  auto report = reports::FoldFolder(options.folder, data);
  if (report) return *std::move(report);
  return FailInput(std::move(report).error(),
                   "name the folder of a run: the one that vfqual run or vfqual lab printed");
}

void AddDataOptions(CLI::App& command, ReportOptions& options) {
  command.add_option("--known-issues", options.known_issues, "a folder of known issues in place of the program's own");
  command.add_option("--expectations", options.expectations, "a folder of expectations in place of the program's own");
}

bool WantsColour() {
  // https://no-color.org: any value but the empty one turns colour off.
  const char* const no_color = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

void Print(const reports::Report& report, bool json) {
  fmt::print("{}", json ? reports::ReportJsonText(report) : reports::TerminalText(report, WantsColour()));
}

void AddFold(CLI::App& report, CommandOutcome& outcome) {
  auto* command = report.add_subcommand("fold", "Makes the reports of a run again from its events.jsonl");
  command->footer(
      "A journal that was cut short gives a report that says where the run ended. The exit code is that of the run.\n\n"
      "Example: vfqual report fold vfqual-out/20261122-154613-lab");
  auto options = std::make_shared<ReportOptions>();
  command->add_option("DIR", options->folder, "the folder of a run, with its events.jsonl")->required();
  command->add_flag("--json", options->json, "print report.json instead of the summary");
  AddDataOptions(*command, *options);
  command->callback([options, &outcome] {
    const auto folded = Fold(*options);
    if (!folded) return ReportError(folded.error(), outcome);
    if (const auto written = reports::WriteReports(*folded, options->folder); !written) {
      return ReportError(Fail(written.error()).value(), outcome);
    }
    Print(*folded, options->json);
    if (!options->json) fmt::print("report   {}/report.html\n", options->folder);
    outcome.exit_code = reports::ExitCode(folded->unexpected);
  });
}

struct MergeOptions {
  ReportOptions data;
  std::vector<std::string> folders;
  std::string baseline;
  std::string out = "vfqual-merged";
};

Result<reports::Report> MergeAll(const MergeOptions& options) {
  VFQUAL_TRY(const auto data, LoadData(options.data), "");
  std::vector<reports::Report> all;
  for (const std::string& folder : options.folders) {
    auto report = reports::LoadReport(folder, data);
    if (!report) return FailInput(std::move(report).error(), "name folders of runs, or of merged reports");
    all.push_back(*std::move(report));
  }
  reports::Report merged = reports::Merge(std::move(all));
  if (options.baseline.empty()) return merged;
  const auto baseline = reports::LoadReport(options.baseline, data);
  if (!baseline) return FailInput(baseline.error(), "name the folder of a run, or of a merged report");
  reports::SetBaseline(*baseline, merged);
  return merged;
}

void AddMerge(CLI::App& report, CommandOutcome& outcome) {
  auto* command = report.add_subcommand("merge", "Puts the reports of many runs into one");
  command->footer(
      "The newest result of a cell counts, older ones are its history. Writes report.json, report.html and summary.md, "
      "and\n"
      "reads journals, or report.json where a folder has none. The exit code is that of the merged report.\n\n"
      "Example: vfqual report merge vfqual-out/* --out merged --baseline last-release");
  auto options = std::make_shared<MergeOptions>();
  command->add_option("DIR", options->folders, "folders of runs, or of merged reports")->required();
  command->add_option("--out", options->out, "the folder to write (default ./vfqual-merged)");
  command->add_option("--baseline", options->baseline, "a report that the cells are held against: what changed since");
  command->add_flag("--json", options->data.json, "print report.json instead of the summary");
  AddDataOptions(*command, options->data);
  command->callback([options, &outcome] {
    const auto merged = MergeAll(*options);
    if (!merged) return ReportError(merged.error(), outcome);
    if (const auto written = reports::WriteMergedReports(*merged, options->out); !written) {
      return ReportError(Fail(written.error()).value(), outcome);
    }
    Print(*merged, options->data.json);
    if (!options->data.json) fmt::print("report   {}/report.html\n", options->out);
    outcome.exit_code = reports::ExitCode(merged->unexpected);
  });
}

struct CompareCommandOptions {
  std::string base;
  std::string now;
  reports::CompareOptions compare;
  bool json = false;
  bool markdown = false;
};

Result<reports::Comparison> RunCompare(const CompareCommandOptions& options) {
  VFQUAL_TRY(const auto data, LoadData({}), "");
  std::vector<reports::Report> both;
  for (const std::string& folder : {options.base, options.now}) {
    auto report = reports::LoadReport(folder, data);
    if (!report) return FailInput(std::move(report).error(), "name the folder of a run, or of a merged report");
    both.push_back(*std::move(report));
  }
  return reports::Compare(both[0], both[1], options.compare);
}

void AddCompare(CLI::App& report, CommandOutcome& outcome) {
  auto* command = report.add_subcommand("compare", "Tells what changed from one report to another");
  command->footer(
      "Verdicts that changed, and metrics by a two-sided Mann-Whitney U test over their samples. Exit code 1 where\n"
      "something became worse.\n\nExample: vfqual report compare run-2026.03.05 run-2026.05.06 --markdown");
  auto options = std::make_shared<CompareCommandOptions>();
  command->add_option("BASE", options->base, "the folder of a run, or of a merged report")->required();
  command->add_option("NEW", options->now, "the one that is held against it")->required();
  command->add_option("--alpha", options->compare.alpha, "how certain a change of a metric must be (default 0.05)")
      ->check(CLI::Range(0.0, 1.0));
  command
      ->add_option("--threshold", options->compare.threshold_percent,
                   "smaller effects are none, in per cent (default 5)")
      ->check(CLI::NonNegativeNumber);
  auto* json = command->add_flag("--json", options->json, "print it as JSON");
  command->add_flag("--markdown", options->markdown, "print it as Markdown")->excludes(json);
  command->callback([options, &outcome] {
    const auto comparison = RunCompare(*options);
    if (!comparison) return ReportError(comparison.error(), outcome);
    if (options->json) {
      fmt::print(
          "{}\n",
          reports::ComparisonJson(*comparison).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    } else {
      fmt::print("{}",
                 options->markdown ? reports::ComparisonMarkdown(*comparison) : reports::ComparisonText(*comparison));
    }
    outcome.exit_code = reports::HasRegression(*comparison) ? kExitFail : kExitOk;
  });
}

void AddShow(CLI::App& report, CommandOutcome& outcome) {
  auto* command = report.add_subcommand("show", "Shows a run's report in the terminal");
  command->footer(
      "Reads the journal and writes nothing.\n\nExample: vfqual report show vfqual-out/20261122-154613-lab");
  auto options = std::make_shared<ReportOptions>();
  command->add_option("DIR", options->folder, "the folder of a run, with its events.jsonl")->required();
  command->add_flag("--json", options->json, "print it as report.json has it");
  AddDataOptions(*command, *options);
  command->callback([options, &outcome] {
    const auto folded = Load(*options);
    if (!folded) return ReportError(folded.error(), outcome);
    Print(*folded, options->json);
  });
}

}  // namespace

void AddReportCommand(CLI::App& app, CommandOutcome& outcome) {
  auto* command = app.add_subcommand("report", "Makes a run's reports from its journal, and shows them");
  command->require_subcommand(1);
  command->footer("Example: vfqual report show vfqual-out/20261122-154613-lab");
  AddFold(*command, outcome);
  AddMerge(*command, outcome);
  AddCompare(*command, outcome);
  AddShow(*command, outcome);
}

}  // namespace vfqual
