#include "harness/loadvm/load_stages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <system_error>
#include <utility>
#include <vector>

#include "harness/loadvm/load_initramfs.h"
#include "harness/loadvm/load_machine.h"
#include "harness/loadvm/load_report.h"
#include "harness/loadvm/load_verdict.h"
#include "harness/stages/stage_verdict.h"
#include "reports/events/scopes.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;
using reports::StageScope;
using reports::Verdict;

constexpr std::chrono::minutes kMachineLimit{6};
constexpr auto kConsoleLog = "load-console.log";
constexpr auto kReportLog = "load-report.jsonl";

std::vector<std::string> NamesOf(const LoadJob& job) {
  std::vector<std::string> names;
  for (const auto& module : job.modules) names.push_back(module.name);
  return names;
}

Result<LoadMachineEnd> Boot(const LoadContext& context, const LoadJob& job, const fs::path& stage) {
  // Beside the stage, which becomes the initramfs itself.
  const auto initramfs = stage.parent_path() / "initramfs.cpio";
  VFQUAL_CHECK(MakeLoadInitramfs(context.local, job, context.init, stage, initramfs), "");
  LoadMachineSpec spec;
  spec.kernel = context.kernel;
  spec.initramfs = initramfs;
  spec.accelerator = context.accelerator;
  spec.firmware = context.firmware;
  spec.console_log = context.run_folder / context.logs / kConsoleLog;
  spec.report = context.run_folder / context.logs / kReportLog;
  return RunLoadMachine(spec, kMachineLimit, context.cancelled);
}

// A machine that dies after a module was tried died of it, as far as can be told.
void JudgeEnd(const LoadMachineEnd& end, const LoadReport& report, StageScope& stage) {
  if (report.ended) return;
  std::string why = end.death ? end.death->Describe() : "its last step did not end";
  if (end.timed_out) why = fmt::format("not done after {:.0f} s", end.seconds);
  std::string during;
  for (const auto& [name, module] : report.modules) {
    if (module.load) during = name;
  }
  for (const auto& line : end.death ? end.death->last_lines : std::vector<std::string>()) stage.Warn(line);
  if (report.kernel.empty()) {
    stage.Record(Verdict::kMiss, fmt::format("the machine did not come up: {}", why));
  } else if (end.timed_out || !end.death || end.death->reason.find("emulation") != std::string::npos) {
    stage.Record(Verdict::kMiss, fmt::format("the machine was lost: {}", why));
  } else {
    stage.Record(Verdict::kFail, fmt::format("the machine died {}: {}",
                                             during.empty() ? "at the first module" : "after " + during, why));
  }
}

Status Load(const LoadContext& context, const LoadJob& job, const fs::path& stage_folder, const StagedModules& staged,
            StageScope& stage) {
  LoadExpectation expected;
  expected.modules = job.modules;
  expected.resolved = staged.resolved;
  expected.install_folder = job.install_folder.string();
  for (const auto& module : job.modules) {
    VFQUAL_TRY(expected.identities[module.name], ReadModuleIdentity(context.local, module.file), "");
  }
  VFQUAL_TRY(const auto end, Boot(context, job, stage_folder), "");
  stage.SetLog(fmt::format("{}/{}", context.logs, kConsoleLog));
  VFQUAL_TRY(const auto report, ParseLoadReport(end.report, NamesOf(job)), "");
  for (const auto& logged : report.log) {
    const auto& record = logged.record;
    context.events.Write(reports::KernelLog(stage.place(), record.uptime_us, record.level, record.message));
  }
  JudgeEnd(end, report, stage);
  if (report.kernel.empty()) return {};
  if (report.kernel != job.kernel.release) {
    return Fail(fmt::format("the machine runs {}, not {}", report.kernel, job.kernel.release));
  }
  VFQUAL_TRY(const auto trouble, FindLogTrouble(report.log), "");
  for (const auto& check : JudgeLoad(report, expected, trouble)) {
    stage.Test({check.path, check.verdict, check.seconds, check.reason});
  }
  if (context.secure_boot) {
    for (const auto& check : JudgeSecureBoot(report, *context.secure_boot)) {
      stage.Test({check.path, check.verdict, check.seconds, check.reason});
    }
  }
  stage.Metric({"load.machine_seconds", end.seconds, "s", {}});
  return {};
}

bool IsGood(const StageScope& stage) {
  return !reports::IsBad(stage.verdict());
}

}  // namespace

bool RunLoadInstallStage(const LoadContext& context, const LoadJob& job, const fs::path& stage_folder,
                         StagedModules& staged) {
  StageScope stage(context.events, {context.cell, std::nullopt, "install"});
  auto made = StageModules(context.local, job, stage_folder);
  if (!made) {
    RecordError(stage, made.error());
    return false;
  }
  staged = std::move(*made);
  stage.Record(Verdict::kPass);
  return true;
}

bool RunLoadVmStage(const LoadContext& context, const LoadJob& job, const fs::path& stage_folder,
                    const StagedModules& staged) {
  StageScope stage(context.events, {context.cell, std::nullopt, "load"});
  std::error_code error;
  fs::create_directories(context.run_folder / context.logs, error);
  const auto loaded = Load(context, job, stage_folder, staged, stage);
  if (!loaded) {
    RecordError(stage, loaded.error());
    return false;
  }
  return IsGood(stage);
}

}  // namespace vfqual
