#include "harness/cli/triage_command.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "harness/cli/log_reader.h"
#include "harness/facts/platform.h"
#include "reports/model/report_json.h"
#include "reports/render/terminal.h"
#include "reports/run_folder.h"
#include "reports/triage/triage.h"
#include "reports/triage/triage_scan.h"
#include "reports/triage/triage_text.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

struct TriageOptions {
  std::vector<std::string> logs;
  std::string known_issues;
  reports::Circumstances known;
  bool json = false;
};

class Session {
 public:
  Session(const TriageOptions& options, const reports::Triage& triage) : options_(options), triage_(triage) {}

  Result<void> Log(const std::string& name, const reports::Circumstances& known, bool also_when_healthy = true) {
    VFQUAL_TRY(auto scan, Scan(name, known), "");
    const reports::TriageResult result = scan.Finish();
    if (also_when_healthy || !result.stage.empty() || !result.unknown.empty()) Show(name, result);
    return {};
  }

  // The run's report, and its logs with what the report knows about their place.
  Result<void> RunFolder(const std::string& folder) {
    const auto data = reports::LoadReportData(options_.known_issues);
    if (!data) return FailInput(data.error(), "leave --known-issues out for the program's own");
    const auto report = reports::FoldFolder(folder, *data);
    if (!report) return FailInput(report.error(), "name the folder of a run, or its logs");
    if (options_.json) {
      json_.push_back(nlohmann::ordered_json::parse(reports::ReportJsonText(*report)));
    } else {
      fmt::print("{}", reports::TerminalText(*report, false));
    }
    if (report->cells.empty()) return {};
    const fs::path logs = fs::path(folder) / "logs";
    std::error_code error;
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(logs, error)) {
      if (entry.is_regular_file()) files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) {
      const std::string place = fs::relative(file, logs).begin()->string();
      const auto& guests = report->cells.front().guests;
      const bool is_guest =
          std::any_of(guests.begin(), guests.end(), [&place](const auto& guest) { return guest.facts.name == place; });
      const auto known =
          reports::CircumstancesOf(report->cells.front(), is_guest ? std::optional(place) : std::nullopt);
      VFQUAL_CHECK(Log(file, known, false), "");
    }
    return {};
  }

  void PrintJson() const {
    if (options_.json) fmt::print("{}\n", json_.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }

 private:
  Result<reports::TriageScan> BeginScan(const reports::Circumstances& known) const {
    auto scan = reports::TriageScan::Begin(triage_, known);
    if (!scan) return Fail(scan.error());
    return *std::move(scan);
  }

  // A large file on all processors.
  Result<reports::TriageScan> Scan(const std::string& name, const reports::Circumstances& known) const {
    VFQUAL_TRY(auto whole, BeginScan(known), "");
    const std::vector<LogPart> parts = SplitLog(name, std::thread::hardware_concurrency());
    if (parts.empty()) {
      VFQUAL_CHECK(ReadLog(name, [&whole](std::string_view piece) { whole.Add(piece); }), "");
      return whole;
    }
    std::vector<reports::TriageScan> scans;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      VFQUAL_TRY(auto scan, BeginScan(known), "");
      scans.push_back(std::move(scan));
    }
    std::vector<Status> outcomes(parts.size());
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < parts.size(); ++i) {
        threads.emplace_back([&, i] {
          outcomes[i] = ReadLogPart(name, parts[i], [&scans, i](std::string_view piece) { scans[i].Add(piece); });
        });
      }
    }
    for (const Status& outcome : outcomes) VFQUAL_CHECK(outcome, "");
    for (reports::TriageScan& scan : scans) whole.Append(std::move(scan));
    return whole;
  }

  void Show(const std::string& name, const reports::TriageResult& result) {
    if (options_.json) {
      json_.push_back(reports::TriageJson(name, result, triage_));
    } else {
      fmt::print("{}", reports::TriageText(name, result, triage_));
    }
  }

  const TriageOptions& options_;
  const reports::Triage& triage_;
  nlohmann::ordered_json json_ = nlohmann::ordered_json::array();
};

Result<void> RunTriage(const TriageOptions& options) {
  auto issues = reports::LoadKnownIssues(options.known_issues);
  if (!issues) return FailInput("known issues: " + issues.error(), "leave --known-issues out for the program's own");
  VFQUAL_TRY(const auto platforms, LoadPlatforms(), "");
  const auto triage = reports::Triage::Create(*std::move(issues), [&platforms](const std::string& device) {
    const Platform* const platform = FindPlatform(platforms, device);
    return platform == nullptr ? std::string() : platform->id;
  });
  if (!triage) return Fail(triage.error());
  Session session(options, *triage);
  for (const std::string& log : options.logs) {
    if (log != "-" && fs::is_directory(log)) {
      VFQUAL_CHECK(session.RunFolder(log), "");
    } else {
      VFQUAL_CHECK(session.Log(log, options.known), "");
    }
  }
  session.PrintJson();
  return {};
}

}  // namespace

void AddTriageCommand(CLI::App& app, CommandOutcome& outcome) {
  auto* command = app.add_subcommand("triage", "Tells what logs show: the failed stage, known issues, and what to try");
  command->footer(
      "Takes kernel logs (dmesg, journalctl -k), DKMS make.logs, libvirt and QEMU logs, plain or compressed (gzip, xz, "
      "zstd,\n"
      "bzip2), run folders, and - for stdin. A known issue is told as one only where the kernel, platform, module and "
      "side\n"
      "that the log or the options name do not speak against it.\n\n"
      "Example: dmesg | vfqual triage -\n         vfqual triage "
      "/var/lib/dkms/i915-sriov-dkms/2026.03.05.1/build/make.log");
  auto options = std::make_shared<TriageOptions>();
  command->add_option("LOG", options->logs, "a log, the folder of a run, or -")->required();
  command->add_option("--kernel", options->known.kernel, "the kernel's release, where the log does not tell it");
  command->add_option("--module-version", options->known.module_version, "the module's release");
  command->add_option("--driver", options->known.driver, "i915 or xe")->check(CLI::IsMember({"i915", "xe"}));
  command->add_option("--platform", options->known.platform, "the platform's id: ADL-N");
  command->add_option("--side", options->known.side, "where the log comes from")
      ->check(CLI::IsMember({"host", "guest-linux", "guest-windows", "lxc"}));
  command->add_option("--known-issues", options->known_issues,
                      "a folder of known issues in place of the program's own");
  command->add_flag("--json", options->json, "print it as JSON: a list with an object for each log");
  command->callback([options, &outcome] {
    if (const auto done = RunTriage(*options); !done) ReportError(done.error(), outcome);
  });
}

}  // namespace vfqual
