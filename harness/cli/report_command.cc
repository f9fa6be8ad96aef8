#include "harness/cli/report_command.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

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
  AddShow(*command, outcome);
}

}  // namespace vfqual
