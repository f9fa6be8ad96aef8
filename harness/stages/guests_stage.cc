#include "harness/stages/guests_stage.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <map>
#include <thread>

#include "harness/guest/overlay.h"
#include "harness/guest/payload_disk.h"
#include "harness/stages/bench_phase.h"
#include "harness/stages/guest_session.h"
#include "harness/stages/isolation_phase.h"
#include "harness/stages/lab_va_driver.h"
#include "harness/stages/stage_verdict.h"
#include "reports/events/scopes.h"

namespace vfqual {

namespace {

constexpr std::array<const char*, 5> kGuestPrograms = {"suite_device", "suite_media", "suite_compute", "bench_opencl",
                                                       "bench_media"};

bool HasOpenclCache(const RunContext& context) {
  std::error_code error;
  return !context.opencl_cache.empty() && std::filesystem::exists(context.opencl_cache, error);
}

// One guest's cache is as good as another's.
OpenclCacheUse CacheUse(const RunContext& context) {
  if (HasOpenclCache(context)) return OpenclCacheUse::kRestore;
  return context.opencl_cache.empty() ? OpenclCacheUse::kNone : OpenclCacheUse::kShare;
}

// One payload disk for each kernel that guests run: the programs and the module built for it.
class Payloads {
 public:
  explicit Payloads(RunContext& context) : context_(context) {}

  struct Payload {
    std::string disk;
    GuestModules modules;
  };

  Result<Payload> For(const std::string& kernel_release) {
    if (const auto found = made_.find(kernel_release); found != made_.end()) return found->second;
    Payload payload;
    std::vector<PayloadFile> files;
    for (const char* program : kGuestPrograms) {
      files.push_back({context_.programs_folder + "/" + program, std::string("bin/") + program});
    }
    if (auto va_driver = LabVaDriver(context_)) files.push_back(std::move(*va_driver));
    if (HasOpenclCache(context_)) files.push_back({context_.opencl_cache, kOpenclCacheOnPayload});
    const auto& prepared = context_.prepared;
    if (!kernel_release.empty()) {
      VFQUAL_TRY(payload.modules,
                 FindGuestModules(context_.host, prepared.module, prepared.plan.module.driver, kernel_release), "");
      for (const auto& file : payload.modules.files) {
        files.push_back({file, "module/" + std::filesystem::path(file).filename().string()});
      }
    }
    payload.disk = fmt::format("{}/payload-{}.img", context_.state_folder, made_.size());
    VFQUAL_CHECK(MakePayloadDisk(context_.host, files, payload.disk), "making the payload disk");
    made_[kernel_release] = payload;
    return payload;
  }

 private:
  RunContext& context_;
  std::map<std::string, Payload> made_;
};

Result<GuestRun> MakeGuest(RunContext& context, Payloads& payloads, const PreparedGuest& guest) {
  GuestRun run{guest, {}, context.libvirt, {}, CacheUse(context)};
  run.fault = MakingOf(guest.plan.lab_fault);
  VFQUAL_TRY(auto payload, payloads.For(guest.plan.kernel_release), "");
  run.modules = std::move(payload.modules);

  DomainSpec& spec = run.spec;
  spec.name = fmt::format("vfqual-{}-{}", context.run_id, guest.plan.name);
  spec.run_id = context.run_id;
  spec.type = context.prepared.plan.accelerator == "kvm" ? DomainType::kKvm : DomainType::kQemu;
  spec.vcpus = static_cast<unsigned>(guest.plan.vcpus);
  spec.memory_mib = static_cast<unsigned>(guest.plan.memory_mib);
  spec.cpu_asked_in_short = !context.prepared.platform.hardware;
  const DiskFormat base_format = guest.plan.disk_format == "raw" ? DiskFormat::kRaw : DiskFormat::kQcow2;
  const std::string overlay = fmt::format("{}/{}.qcow2", context.state_folder, guest.plan.name);
  VFQUAL_CHECK(MakeOverlay(context.host, guest.plan.disk, base_format, overlay), "making the guest's disk");
  spec.root_disk = RootDisk{overlay, DiskFormat::kQcow2, false};
  spec.payload_disk = payload.disk;
  if (!guest.plan.kernel.empty()) {
    spec.direct_kernel = DirectKernel{guest.plan.kernel, guest.plan.initrd, guest.plan.command_line};
  }
  spec.vf = guest.vf;
  const std::string logs = fmt::format("{}/logs/{}", context.run_folder, guest.plan.name);
  std::error_code error;
  std::filesystem::create_directories(logs, error);
  if (error) return FailErrno("make folder " + logs, error.value());
  spec.console_log = logs + "/console.log";
  return run;
}

void InParallel(const std::vector<std::unique_ptr<GuestSession>>& sessions,
                const std::function<void(GuestSession&)>& work) {
  std::vector<std::jthread> threads;
  for (const auto& session : sessions) threads.emplace_back([&work, &session] { work(*session); });
}

}  // namespace

void RunGuests(RunContext& context) {
  Payloads payloads(context);
  std::vector<GuestRun> runs;
  std::vector<int> changes;
  for (const auto& guest : context.prepared.guests) {
    const std::string& name = guest.plan.name;
    context.events.Write(
        reports::GuestStarted(context.cell, {name, guest.vf.Bdf(), guest.plan.image, guest.plan.kernel_release}));
    auto made = MakeGuest(context, payloads, guest);
    if (made) {
      const auto change =
          context.changes.Announce("start guest " + name, made->spec.name, Undo::Domain(made->spec.name));
      if (change) {
        changes.push_back(*change);
        runs.push_back(std::move(*made));
        continue;
      }
      made = tl::unexpected<Error>(change.error());
    }
    reports::StageScope boot(context.events, {context.cell, name, "boot"});
    RecordError(boot, made.error());
    context.progress.StageStarted(name, "boot");
    context.progress.StageEnded(name, "boot", std::string(Word(VerdictOf(made.error()))), made.error().Message());
  }
  const auto kernels = std::make_shared<CompiledOnce>();
  for (auto& run : runs) run.kernels = kernels;
  std::vector<std::unique_ptr<GuestSession>> sessions;
  for (const auto& run : runs) sessions.push_back(std::make_unique<GuestSession>(context, run));
  InParallel(sessions, [](GuestSession& session) { session.RunFirstStages(); });
  RunBenchPhase(context, sessions);
  RunIsolationPhase(context, sessions);
  InParallel(sessions, [](GuestSession& session) { session.Stop(); });
  for (const int change : changes) {
    if (const auto undone = context.changes.UndoOne(change); !undone) {
      context.progress.Note("a guest could not be ended: " + undone.error().Message());
    }
  }
}

}  // namespace vfqual
