#include "harness/run/run.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "harness/base/changes/change_log.h"
#include "harness/base/folders.h"
#include "harness/base/temporary_folder.h"
#include "harness/cell/driver_before.h"
#include "harness/cell/kernel_log_tap.h"
#include "harness/cell/plan_source.h"
#include "harness/cell/run_context.h"
#include "harness/guest/connection.h"
#include "harness/run/await_programs.h"
#include "harness/run/domain_destroyer.h"
#include "harness/run/dry_run.h"
#include "harness/stages/guests_stage.h"
#include "harness/stages/host_stages.h"
#include "harness/stages/suite_run.h"
#include "reports/model/stage_order.h"
#include "reports/run_folder.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;
using reports::StageScope;
using reports::Verdict;

constexpr const char* kStateFolder = "/var/lib/vfqual/runs";

struct HostStage {
  const char* name;
  void (*run)(RunContext&, StageScope&);
  bool runs_programs = false;
};

constexpr std::array<HostStage, 6> kStagesBeforeGuests = {{{"build", RunBuildStage},
                                                           {"install", RunInstallStage},
                                                           {"load", RunLoadStage},
                                                           {"pf", RunPfStage, true},
                                                           {"vfs", RunVfsStage, true},
                                                           {"bind", RunBindStage}}};

std::string MakeRunId() {
  const std::time_t now = std::time(nullptr);
  return fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::gmtime(now), getpid());
}

Result<std::string> MakeRunFolder(Host& host, const RunOptions& options, const HostFacts& facts,
                                  const std::string& run_id) {
  std::string folder = options.out_folder;
  if (folder.empty()) {
    const auto name = host.ReadTrimmed("/proc/sys/kernel/hostname");
    folder = fmt::format("vfqual-out/{}-{}-{}", run_id.substr(0, 15), name.value_or("host"), facts.kernel_release);
  }
  const fs::path path = fs::absolute(folder);
  std::error_code error;
  if (fs::exists(path / "events.jsonl", error)) {
    return FailInput(fmt::format("{} holds a run already", path.string()), "give another --out folder");
  }
  fs::create_directories(path / "logs", error);
  if (error) {
    return FailInput(fmt::format("cannot make the run folder {}: {}", path.string(), error.message()),
                     "give a folder that can be written with --out");
  }
  return path.string();
}

std::string CellId(const PreparedRun& prepared) {
  std::set<std::string> images;
  for (const auto& guest : prepared.guests) images.insert(guest.plan.image);
  return fmt::format("{}/{}/{}-{}/{}", prepared.host.kernel_release, prepared.platform.id, prepared.module.conf.name,
                     prepared.module.conf.version,
                     images.empty() ? "no-guest" : fmt::format("{}", fmt::join(images, "+")));
}

reports::CellFacts FactsOf(const PreparedRun& prepared) {
  const auto& pf = prepared.pf;
  auto module = FactsOfPlanModule(prepared.plan.module);
  module.name = prepared.module.conf.name;
  module.version = prepared.module.conf.version;
  return {reports::KernelFacts{prepared.host.kernel_release, prepared.host.distribution},
          reports::PlatformFacts{prepared.platform.id,
                                 prepared.platform.name,
                                 prepared.platform.hardware,
                                 {pf.address.ToString(), pf.vendor, pf.device, pf.total_vfs}},
          module};
}

ChangeLog::Observer JournalChanges(reports::EventWriter& events) {
  ChangeLog::Observer observer;
  observer.on_change = [&events](const ChangeRecord& record, const std::string& after) {
    const std::string before = record.undo.kind == Undo::Kind::kAttribute ? record.undo.value : "";
    events.Write(reports::Change({record.id, record.what, record.target, before, after}));
  };
  observer.on_undone = [&events](int id, const std::string& how) { events.Write(reports::ChangeUndone(id, how)); };
  return observer;
}

// Guests are only planned where libvirt answers.
Result<std::shared_ptr<LibvirtApi>> OpenLibvirt(const std::string& uri) {
  VFQUAL_TRY(auto api, LoadLibvirt(), "");
  VFQUAL_TRY(const auto connection, Connection::Open(api, uri), "");
  return api;
}

class HostWork {
 public:
  explicit HostWork(RunContext& context)
      : context_(context), kernel_log_([&context](const Command& command) { return context.host.Run(command); }) {
    static_cast<void>(kernel_log_.Take());  // what was logged before the run is not this run's
  }

  // False when the stage ended badly.
  bool Run(const HostStage& stage) {
    if (context_.cancelled()) return false;
    context_.progress.StageStarted("host", stage.name);
    StageScope scope(context_.events, {context_.cell, std::nullopt, stage.name});
    stage.run(context_, scope);
    JournalKernelLog(context_, scope, kernel_log_);
    context_.progress.StageEnded("host", stage.name, std::string(Word(scope.verdict())), scope.reason());
    return !IsBad(scope.verdict());
  }

 private:
  RunContext& context_;
  KernelLogTap kernel_log_;
};

// A stage that was not asked for is a SKIP with that reason, never silently absent.
void JournalSkippedStages(RunContext& context, bool put_back) {
  const auto& implemented = ImplementedStages();
  for (const auto& stage : reports::kStageOrder) {
    const std::string name(stage.name);
    if (context.prepared.Wants(name) || (put_back && name == "unload")) continue;
    const bool known = std::find(implemented.begin(), implemented.end(), name) != implemented.end();
    const reports::StageResult result{Verdict::kSkip, 0,
                                      known ? "not among the plan's stages" : "not part of this version", ""};
    if (stage.level == reports::StageLevel::kHost) {
      context.events.Write(reports::StageEnded({context.cell, std::nullopt, name}, result));
      continue;
    }
    for (const auto& guest : context.prepared.guests) {
      context.events.Write(reports::StageEnded({context.cell, guest.plan.name, name}, result));
    }
  }
}

void WaitForPrograms(RunContext& context) {
  AwaitProgramsOptions options;
  options.cancelled = context.cancelled;
  options.on_wait = [&context] { context.progress.Note("waiting for the programs that run in guests"); };
  AwaitPrograms(context.host, context.programs_folder, options);
}

// True when there were changes to put back.
bool RunStages(RunContext& context, bool await_programs) {
  HostWork work(context);
  bool good = true;
  for (const auto& stage : kStagesBeforeGuests) {
    if (!good) break;
    if (!context.prepared.Wants(stage.name)) continue;
    if (stage.runs_programs && std::exchange(await_programs, false)) WaitForPrograms(context);
    good = work.Run(stage);
  }
  if (good && context.prepared.Wants("boot") && !context.prepared.guests.empty() && !context.cancelled()) {
    if (await_programs) WaitForPrograms(context);
    RunGuests(context);
  }
  if (context.changes.Pending() == 0) return false;
  // Cancelled or not, asked for or not: everything is put back.
  context.cancelled = [] { return false; };
  work.Run({"unload", RunUnloadStage});
  return true;
}

// What a run without these stages leaves alone needs no way back.
Result<std::optional<DriverBefore>> JournalBefore(Host& host, ChangeLog& changes, const PreparedRun& prepared) {
  if (!prepared.Wants("load") && !prepared.Wants("vfs") && !prepared.Wants("bind")) return std::nullopt;
  VFQUAL_TRY(const auto before, JournalDriverBefore(host, changes, prepared), "");
  return before;
}

Result<std::string> MakeStateFolder(ChangeLog& changes, const std::string& run_id) {
  const std::string folder = fmt::format("{}/{}", kStateFolder, run_id);
  VFQUAL_CHECK(changes
                   .Announce("make the folder for the guests' disks", folder,
                             Undo::RunCommand({"rm", "-r", "--", folder}, true, folder))
                   .map([](int) {}),
               "");
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return FailErrno("make folder " + folder, error.value());
  return folder;
}

}  // namespace

Result<RunOutcome> RunPlan(Host& host, const Plan& plan, const RunOptions& options, std::ostream& out) {
  PrepareOptions prepare;
  prepare.is_root = geteuid() == 0;
  prepare.force = options.force;
  if (options.dry_run) {
    prepare.is_root = true;  // reads only
  } else if (prepare.is_root) {
    VFQUAL_CHECK(RecoverChanges(host, MakeDomainDestroyer(options.libvirt_uri), out),
                 "putting back what an earlier run left");
  }
  Plan opened = plan;
  std::string compiler_cache;
  std::optional<TemporaryFolder> dry_cache;  // a dry run leaves nothing behind
  if (options.dry_run) {
    VFQUAL_TRY(dry_cache, TemporaryFolder::Make("vfqual-source"), "");
    VFQUAL_CHECK(OpenPlanSource(opened, dry_cache->Path(), options.cancelled), "");
  } else {
    VFQUAL_TRY(const auto cache, CacheFolder(), "");
    VFQUAL_CHECK(OpenPlanSource(opened, cache, options.cancelled), "");
    if (options.use_ccache) {
      compiler_cache = options.compiler_cache.empty() ? (cache / "ccache").string() : options.compiler_cache;
    }
  }
  VFQUAL_TRY(const auto prepared, PrepareRun(host, opened, prepare), "");
  if (options.dry_run) {
    VFQUAL_CHECK(DescribeRun(host, prepared, out), "");
    return RunOutcome{"", Verdict::kPass, Verdict::kPass};
  }
  std::shared_ptr<LibvirtApi> libvirt;
  if (prepared.Wants("boot") && !prepared.guests.empty()) {
    VFQUAL_TRY(libvirt, OpenLibvirt(options.libvirt_uri), "");
  }
  const std::string run_id = MakeRunId();
  VFQUAL_TRY(const auto folder, MakeRunFolder(host, options, prepared.host, run_id), "");
  auto events = reports::EventWriter::Create(folder + "/events.jsonl");
  if (!events) return Fail(events.error());
  {
    const auto plan_json = nlohmann::ordered_json::parse(PlanToJson(plan), nullptr, false);
    reports::RunScope run(**events, run_id, options.tool, plan_json);
    const std::string cell = CellId(prepared);
    (*events)->Write(reports::CellStarted(cell, FactsOf(prepared)));
    ChangeLog changes(host, JournalChanges(**events), MakeDomainDestroyer(options.libvirt_uri));
    Progress progress(stdout, options.live_progress);
    const auto before = JournalBefore(host, changes, prepared);
    const auto state_folder = before ? MakeStateFolder(changes, run_id) : tl::unexpected<Error>(before.error());
    if (!state_folder) {
      static_cast<void>(changes.UndoAll());  // nothing was changed yet
      run.GiveUp(state_folder.error().Message());
    } else {
      RunContext context{host,
                         prepared,
                         changes,
                         **events,
                         progress,
                         run_id,
                         cell,
                         folder,
                         *state_folder,
                         options.programs_folder,
                         options.opencl_cache,
                         compiler_cache,
                         libvirt,
                         options.libvirt_uri,
                         *before,
                         options.cancelled};
      const bool put_back = RunStages(context, options.await_programs);
      JournalSkippedStages(context, put_back);
      if (options.cancelled()) {
        run.GiveUp("cancelled");
      } else {
        run.Complete();
      }
    }
  }
  const auto report = reports::RenderAll(folder);
  if (!report) return Fail(report.error());
  return RunOutcome{folder, report->verdict, report->unexpected};
}

}  // namespace vfqual
