#include "harness/stages/guest_run.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "harness/cell/kernel_log_tap.h"
#include "harness/guest/agent.h"
#include "harness/guest/console.h"
#include "harness/guest/domain.h"
#include "harness/stages/run_log.h"
#include "harness/stages/stage_verdict.h"
#include "harness/stages/suite_run.h"

namespace vfqual {

namespace {

using reports::StageScope;
using reports::Verdict;

constexpr const char* kPayloadFolder = "/run/vfqual";
constexpr auto kStopGrace = std::chrono::seconds(20);

Command Argv(std::vector<std::string> argv, std::chrono::milliseconds timeout = std::chrono::minutes(1)) {
  Command command;
  command.argv = std::move(argv);
  command.timeout = timeout;
  return command;
}

class GuestSession {
 public:
  GuestSession(RunContext& context, const GuestRun& run) : context_(context), run_(run) {}

  void Run() {
    bool good = Stage("boot", [this](StageScope& stage) { Boot(stage); });
    good = good && Stage("probe", [this](StageScope& stage) { Probe(stage); });
    good = good && Stage("media", [this](StageScope& stage) { Media(stage); });
    good = good && Stage("compute", [this](StageScope& stage) { Compute(stage); });
    good = good && Stage("bench", [this](StageScope& stage) { Bench(stage); });
    Stop();
  }

 private:
  // True when the stage was not asked for, or ended well.
  bool Stage(const std::string& name, const std::function<void(StageScope&)>& body) {
    const std::string& who = run_.guest.plan.name;
    if (!context_.prepared.Wants(name) || context_.cancelled()) return !context_.cancelled();
    if (name != "boot" && !domain_) return false;
    context_.progress.StageStarted(who, name);
    StageScope stage(context_.events, {context_.cell, who, name});
    body(stage);
    if (domain_) CheckAlive(stage);
    context_.progress.StageEnded(who, name, std::string(Word(stage.verdict())), stage.reason());
    return !IsBad(stage.verdict());
  }

  // A guest that died under a stage is that stage's failure, whatever its programs said.
  void CheckAlive(StageScope& stage) {
    const auto state = domain_->State();
    const auto alive = domain_->CheckAlive();
    if (!state) {
      RecordError(stage, state.error());
      Forget();
    } else if (!alive) {
      // Running and yet not alive: only the console shows the panic.
      const bool crashed = state->phase == GuestPhase::kCrashed || state->Alive();
      stage.Record(crashed ? Verdict::kFail : Verdict::kMiss, "the guest is gone: " + alive.error().what);
      Forget();
    } else if (state->reboots > reboots_seen_) {
      reboots_seen_ = state->reboots;
      stage.Record(Verdict::kFail, "the guest rebooted by itself");
    }
  }

  void Forget() {
    agent_.reset();
    domain_.reset();
  }

  void Boot(StageScope& stage) {
    const auto started = Start(stage);
    if (!started) {
      RecordError(stage, started.error());
      return;
    }
    stage.Record(Verdict::kPass);
  }

  Status Start(StageScope& stage) {
    stage.SetLog(fmt::format("logs/{}/console.log", run_.guest.plan.name));
    VFQUAL_TRY(auto connection, Connection::Open(run_.libvirt, context_.libvirt_uri), "");
    VFQUAL_TRY(auto domain, Domain::Create(std::move(connection), run_.spec), "starting the guest");
    domain_.emplace(std::move(domain));
    WaitOptions wait;
    wait.timeout = std::chrono::seconds(context_.prepared.plan.agent_timeout_s);
    wait.cancelled = context_.cancelled;
    VFQUAL_TRY(const auto agent_after, domain_->WaitForAgent(wait), "waiting for the guest's agent");
    stage.Metric({"boot.start_to_agent", std::chrono::duration<double>(agent_after).count(), "s", {}});
    agent_.emplace(*domain_);
    return MountPayload();
  }

  // The lab's guest mounts it by itself; another image's does not know it.
  Status MountPayload() {
    VFQUAL_TRY(const auto mounted, agent_->Exec(Argv({"mountpoint", "-q", kPayloadFolder})), "");
    if (mounted.Ok()) return {};
    for (const auto& argv : {std::vector<std::string>{"mkdir", "-p", kPayloadFolder},
                             {"mount", "-o", "ro", "/dev/disk/by-id/virtio-vfqual-payload", kPayloadFolder}}) {
      VFQUAL_TRY(const auto completed, agent_->Exec(Argv(argv)), "mounting the payload");
      if (!completed.Ok()) return Fail(fmt::format("mounting the payload: {}", completed.Describe()));
    }
    return {};
  }

  void Probe(StageScope& stage) {
    const auto loaded = LoadModules();
    // The kernel's log is journalled also, and above all, where loading failed.
    JournalKernelLog(context_, stage, kernel_log_);
    if (!loaded) {
      RecordError(stage, loaded.error());
      return;
    }
    if (const auto uname = agent_->Exec(Argv({"uname", "-r"})); uname && uname->Ok()) {
      context_.events.Write(reports::GuestUpdated(
          context_.cell, {run_.guest.plan.name, "", "", uname->out.substr(0, uname->out.find('\n'))}));
    }
    const auto& prepared = context_.prepared;
    ProgramRun suite{"suite_device", {"--driver=" + prepared.plan.module.driver}};
    if (!prepared.platform.hardware) {
      suite.arguments.insert(suite.arguments.end(), {"--lab", "--device-id=" + prepared.pf.device});
    }
    suite.arguments.push_back("--expect-module-version=" + prepared.module.conf.version);
    RunSuite(context_, stage, InGuest(), suite);
  }

  Status LoadModules() {
    if (run_.modules.files.empty()) return {};
    if (!run_.modules.stock.empty()) {
      std::vector<std::string> argv = {"modprobe", "-a"};
      argv.insert(argv.end(), run_.modules.stock.begin(), run_.modules.stock.end());
      VFQUAL_TRY(const auto completed, agent_->Exec(Argv(argv)), "loading what the module needs");
      if (!completed.Ok()) return Fail(fmt::format("loading what the module needs: {}", completed.Describe()));
    }
    for (const auto& file : run_.modules.files) {
      const std::string name = std::filesystem::path(file).filename();
      std::vector<std::string> argv = {"insmod", fmt::format("{}/module/{}", kPayloadFolder, name)};
      if (name.starts_with("i915.")) argv.emplace_back("enable_guc=3");
      VFQUAL_TRY(const auto completed, agent_->Exec(Argv(argv)), "loading the module in the guest");
      if (!completed.Ok())
        return FailSubject(fmt::format("{} does not load in the guest: {}", name, completed.Describe()));
    }
    return {};
  }

  void Media(StageScope& stage) {
    ProgramRun suite{"suite_media", {"--driver=" + context_.prepared.plan.module.driver}};
    if (!context_.prepared.platform.hardware) suite.arguments.emplace_back("--va-driver=optional");
    RunSuite(context_, stage, InGuest(), suite);
    KeepToolOutput(context_, stage, InGuest(), {"vainfo", "--display", "drm"});
  }

  void Compute(StageScope& stage) {
    if (run_.opencl_cache == OpenclCacheUse::kRestore) WarnOf(stage, RestoreOpenclCache(*agent_, kPayloadFolder));
    ProgramRun suite{"suite_compute", {}};
    if (!context_.prepared.platform.hardware) suite.arguments.emplace_back("--allow-cpu-device");
    RunSuite(context_, stage, InGuest(), suite);
    // All of clinfo makes PoCL compile, which takes an emulated CPU half a minute: the lab asks for the list alone.
    KeepToolOutput(context_, stage, InGuest(),
                   context_.prepared.platform.hardware ? std::vector<std::string>{"clinfo"}
                                                       : std::vector<std::string>{"clinfo", "--list"});
  }

  void Bench(StageScope& stage) {
    ProgramRun bench{"bench_opencl", {}};
    if (!context_.prepared.platform.hardware) bench.arguments.emplace_back("--allow-cpu-device");
    RunBench(context_, stage, InGuest(), bench);
    JournalKernelLog(context_, stage, kernel_log_);
    if (run_.opencl_cache == OpenclCacheUse::kKeep && !IsBad(stage.verdict())) {
      WarnOf(stage, KeepOpenclCache(*agent_, context_.opencl_cache));
    }
  }

  // What only saves time does not decide a verdict.
  static void WarnOf(StageScope& stage, const Status& status) {
    if (!status) stage.Warn(status.error().Message());
  }

  std::vector<std::pair<std::string, std::string>> Environment() const {
    if (run_.opencl_cache == OpenclCacheUse::kNone) return {};
    return {OpenclCacheVariable()};
  }

  Executor InGuest() {
    return {[this](const Command& command) { return agent_->Exec(command); },
            [this](const std::string& path) { return agent_->ReadFile(path); },
            fmt::format("{}/bin", kPayloadFolder),
            "/tmp",
            run_.guest.plan.name + "/",
            Environment()};
  }

  void Stop() {
    if (!domain_) return;
    const auto stopped = domain_->Stop(kStopGrace);
    if (!stopped) {
      context_.events.Write(reports::Warning({context_.cell, run_.guest.plan.name, "boot"},
                                             "stopping the guest: " + stopped.error().Message()));
    }
  }

  RunContext& context_;
  const GuestRun& run_;
  std::optional<Domain> domain_;
  std::optional<GuestAgent> agent_;
  KernelLogTap kernel_log_{[this](const Command& command) { return agent_->Exec(command); }};
  int reboots_seen_ = 0;
};

}  // namespace

void RunGuest(RunContext& context, const GuestRun& run) {
  GuestSession(context, run).Run();
}

}  // namespace vfqual
