#include "harness/stages/guest_session.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "harness/base/unix_time.h"
#include "harness/stages/lab_va_driver.h"
#include "harness/stages/stage_verdict.h"

namespace vfqual {

namespace {

using reports::StageScope;
using reports::Verdict;

constexpr const char* kPayloadFolder = "/run/vfqual";
// A test of the media suite takes an emulated processor a second; the first OpenCL kernel some hundred, if it is
// shared.
constexpr const char* kLabMediaTimeout = "--test-timeout=60";
constexpr const char* kLabComputeTimeout = "--test-timeout=600";
constexpr auto kStopGrace = std::chrono::seconds(20);
constexpr auto kRebootTimeout = std::chrono::minutes(1);

Command Argv(std::vector<std::string> argv) {
  Command command;
  command.argv = std::move(argv);
  command.timeout = std::chrono::minutes(1);
  return command;
}

// "i915" of "i915.ko" and of "i915.ko.xz".
std::string BareModuleName(const std::string& file) {
  const std::string name = std::filesystem::path(file).filename();
  return name.substr(0, name.find('.'));
}

// What only saves time does not decide a verdict.
void WarnOf(StageScope& stage, const Status& status) {
  if (!status) stage.Warn(status.error().Message());
}

}  // namespace

void GuestSession::Stage(const std::string& name, const std::function<void(StageScope&)>& body) {
  if (!context_.prepared.Wants(name) || !good_) return;
  if (context_.cancelled() || (name != "boot" && !domain_)) {
    good_ = false;
    return;
  }
  context_.progress.StageStarted(Name(), name);
  StageScope stage(context_.events, {context_.cell, Name(), name});
  body(stage);
  if (domain_) CheckAlive(stage);
  context_.progress.StageEnded(Name(), name, std::string(Word(stage.verdict())), stage.reason());
  good_ = !IsBad(stage.verdict());
}

void GuestSession::RunFirstStages() {
  Stage("boot", [this](StageScope& stage) { Boot(stage); });
  Stage("probe", [this](StageScope& stage) { Probe(stage); });
  Stage("media", [this](StageScope& stage) { Media(stage); });
  if (run_.opencl_cache == OpenclCacheUse::kShare && context_.prepared.Wants("compute") && Good()) {
    ComputeInTurn();
  } else {
    Stage("compute", [this](StageScope& stage) { Compute(stage); });
  }
}

void GuestSession::ComputeInTurn() {
  const auto turn = run_.kernels->Wait(context_.cancelled);
  bool kept = false;
  compiled_here_ = turn == CompiledOnce::Turn::kCompile;
  Stage("compute", [&](StageScope& stage) {
    if (turn == CompiledOnce::Turn::kTake) WarnOf(stage, GiveOpenclCache(*agent_, context_.opencl_cache));
    Compute(stage);
    if (!compiled_here_ || IsBad(stage.verdict())) return;
    const auto keeping = KeepOpenclCache(*agent_, context_.opencl_cache);
    WarnOf(stage, keeping);
    kept = keeping.has_value();
  });
  if (compiled_here_) run_.kernels->Done(kept);
}

void GuestSession::CheckAlive(StageScope& stage) {
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

void GuestSession::Forget() {
  agent_.reset();
  domain_.reset();
}

void GuestSession::Boot(StageScope& stage) {
  const auto started = Start(stage);
  if (!started) {
    RecordError(stage, started.error());
    return;
  }
  stage.Record(Verdict::kPass);
}

Status GuestSession::Start(StageScope& stage) {
  stage.SetLog(fmt::format("logs/{}/console.log", Name()));
  VFQUAL_TRY(auto connection, Connection::Open(run_.libvirt, context_.libvirt_uri), "");
  VFQUAL_TRY(auto domain, Domain::Create(std::move(connection), run_.spec), "starting the guest");
  domain_.emplace(std::move(domain));
  return WaitForAgent(false, &stage);
}

Status GuestSession::WaitForAgent(bool allow_reboot, StageScope* stage) {
  WaitOptions wait;
  wait.timeout = std::chrono::seconds(context_.prepared.plan.agent_timeout_s);
  wait.cancelled = context_.cancelled;
  wait.allow_reboot = allow_reboot;
  VFQUAL_TRY(const auto agent_after, domain_->WaitForAgent(wait), "waiting for the guest's agent");
  if (stage != nullptr) {
    stage->Metric({"boot.start_to_agent", std::chrono::duration<double>(agent_after).count(), "s", {}});
  }
  agent_.emplace(*domain_);
  return MountPayload();
}

Status GuestSession::RunInGuest(std::vector<std::string> argv, const std::string& doing) {
  VFQUAL_TRY(const auto completed, agent_->Exec(Argv(std::move(argv))), doing);
  return completed.Ok() ? Status() : Fail(fmt::format("{}: {}", doing, completed.Describe()));
}

// The lab's guest mounts it by itself; another image's does not know it.
Status GuestSession::MountPayload() {
  VFQUAL_TRY(const auto mounted, agent_->Exec(Argv({"mountpoint", "-q", kPayloadFolder})), "");
  if (mounted.Ok()) return {};
  VFQUAL_CHECK(RunInGuest({"mkdir", "-p", kPayloadFolder}, "mounting the payload"), "");
  return RunInGuest({"mount", "-o", "ro", "/dev/disk/by-id/virtio-vfqual-payload", kPayloadFolder},
                    "mounting the payload");
}

void GuestSession::Probe(StageScope& stage) {
  const auto loaded = LoadModules();
  // The kernel's log is journalled also, and above all, where loading failed.
  JournalKernelLogOf(stage);
  if (!loaded) {
    RecordError(stage, loaded.error());
    return;
  }
  if (const auto uname = agent_->Exec(Argv({"uname", "-r"})); uname && uname->Ok()) {
    context_.events.Write(
        reports::GuestUpdated(context_.cell, {Name(), "", "", uname->out.substr(0, uname->out.find('\n'))}));
  }
  if (const auto made = MakeFault(); !made) {
    RecordError(stage, made.error());
    return;
  }
  ProgramRun suite = DeviceSuite();
  suite.arguments.push_back("--expect-module-version=" + context_.prepared.module.conf.version);
  RunSuite(context_, stage, InGuest(), suite);
}

Status GuestSession::MakeFault() {
  if (run_.fault.argv.empty()) return {};
  return RunInGuest(run_.fault.argv, "making the fault in the guest");
}

ProgramRun GuestSession::DeviceSuite() const {
  const auto& prepared = context_.prepared;
  ProgramRun suite{"suite_device", {"--driver=" + prepared.plan.module.driver}};
  if (!prepared.platform.hardware) {
    suite.arguments.insert(suite.arguments.end(), {"--lab", "--device-id=" + prepared.pf.device});
  }
  return suite;
}

Status GuestSession::LoadModules() {
  if (run_.modules.files.empty()) return {};
  if (!run_.modules.stock.empty()) {
    std::vector<std::string> argv = {"modprobe", "-a"};
    argv.insert(argv.end(), run_.modules.stock.begin(), run_.modules.stock.end());
    VFQUAL_CHECK(RunInGuest(std::move(argv), "loading what the module needs"), "");
  }
  for (const auto& file : run_.modules.files) {
    const std::string name = std::filesystem::path(file).filename();
    std::vector<std::string> argv = {"insmod", fmt::format("{}/module/{}", kPayloadFolder, name)};
    if (name.starts_with("i915.")) argv.emplace_back("enable_guc=3");
    VFQUAL_TRY(const auto completed, agent_->Exec(Argv(argv)), "loading the module in the guest");
    if (!completed.Ok()) {
      return FailSubject(fmt::format("{} does not load in the guest: {}", name, completed.Describe()));
    }
  }
  return {};
}

Status GuestSession::UnloadModules() {
  for (auto file = run_.modules.files.rbegin(); file != run_.modules.files.rend(); ++file) {
    VFQUAL_CHECK(RunInGuest({"rmmod", BareModuleName(*file)}, "taking the module out in the guest"), "");
  }
  return {};
}

void GuestSession::Media(StageScope& stage) {
  ProgramRun suite{"suite_media", {"--driver=" + context_.prepared.plan.module.driver}};
  if (LabVaDriver(context_)) {
    suite.arguments.insert(suite.arguments.end(),
                           {"--scale=lab", std::string("--vendor=") + kLabVaVendor, kLabMediaTimeout});
  } else if (!context_.prepared.platform.hardware) {
    suite.arguments.emplace_back("--va-driver=optional");
  }
  suite.prefix = run_.fault.media_prefix;
  const auto end = RunSuite(context_, stage, InGuest(), suite);
  if (end == ProgramEnd::kLost) return;
  // Where the suite hung, so would vainfo.
  if (end == ProgramEnd::kEnded) KeepToolOutput(context_, stage, InGuest(), {"vainfo", "--display", "drm"});
  JournalKernelLogOf(stage);
}

std::vector<std::string> GuestSession::LabArguments() const {
  if (context_.prepared.platform.hardware) return {};
  return {"--allow-cpu-device"};
}

void GuestSession::Compute(StageScope& stage) {
  if (run_.opencl_cache == OpenclCacheUse::kRestore) WarnOf(stage, RestoreOpenclCache(*agent_, kPayloadFolder));
  ProgramRun suite{"suite_compute", LabArguments()};
  // Guests that run at once get data of their own, so that one's output in another's place shows.
  suite.arguments.push_back(fmt::format("--seed={}", run_.guest.vf.Number()));
  if (!context_.prepared.platform.hardware) suite.arguments.emplace_back(kLabComputeTimeout);
  suite.arguments.insert(suite.arguments.end(), run_.fault.compute_arguments.begin(),
                         run_.fault.compute_arguments.end());
  const auto end = RunSuite(context_, stage, InGuest(), suite);
  if (end != ProgramEnd::kLost) JournalKernelLogOf(stage);
  if (end != ProgramEnd::kEnded) return;
  // All of clinfo makes PoCL compile, which takes an emulated CPU half a minute: the lab asks for the list alone.
  KeepToolOutput(context_, stage, InGuest(),
                 context_.prepared.platform.hardware ? std::vector<std::string>{"clinfo"}
                                                     : std::vector<std::string>{"clinfo", "--list"});
}

Executor GuestSession::InGuest() {
  Executor where{[this](const Command& command) { return agent_->Exec(command); },
                 [this](const std::string& path) { return agent_->ReadFile(path); },
                 fmt::format("{}/bin", kPayloadFolder), "/tmp", Name() + "/"};
  if (LabVaDriver(context_)) where.environment = LabVaEnvironment(kPayloadFolder);
  if (run_.opencl_cache != OpenclCacheUse::kNone) where.environment.push_back(OpenclCacheVariable());
  where.environment.insert(where.environment.end(), run_.fault.environment.begin(), run_.fault.environment.end());
  return where;
}

Result<double> GuestSession::ClockOffset_s() {
  const double asked_s = UnixNow_s();
  VFQUAL_TRY(const auto guest_ns, agent_->Time_ns(), "");
  return static_cast<double>(guest_ns) / 1e9 - (asked_s + UnixNow_s()) / 2;
}

Status GuestSession::WriteFile(const std::string& path, const std::string& content) {
  return agent_ ? agent_->WriteFile(path, content) : Fail("the guest is gone");
}

Status GuestSession::Reboot() {
  VFQUAL_CHECK(domain_->Reboot(kRebootTimeout), "");
  VFQUAL_CHECK(WaitForAgent(true, nullptr), "after the reboot");
  VFQUAL_TRY(const auto state, domain_->State(), "");
  reboots_seen_ = state.reboots;
  // The kernel's clock began anew, and with it what was already read.
  kernel_log_ = KernelLogTap([this](const Command& command) { return agent_->Exec(command); });
  return {};
}

Status GuestSession::Kill() {
  const auto stopped = domain_->Stop(std::chrono::milliseconds::zero());
  Forget();
  return stopped ? Status() : tl::unexpected<Error>(stopped.error());
}

void GuestSession::JournalKernelLogOf(StageScope& stage) {
  if (agent_) JournalKernelLog(context_, stage, kernel_log_);
}

void GuestSession::KeepCompiledKernels(StageScope& stage) {
  if (compiled_here_ && agent_) {
    WarnOf(stage, KeepOpenclCache(*agent_, context_.opencl_cache));
  }
}

void GuestSession::Stop() {
  if (!domain_) return;
  const auto stopped = domain_->Stop(kStopGrace);
  if (!stopped) {
    context_.events.Write(
        reports::Warning({context_.cell, Name(), "boot"}, "stopping the guest: " + stopped.error().Message()));
  }
}

}  // namespace vfqual
