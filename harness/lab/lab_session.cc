#include "harness/lab/lab_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include "harness/base/ssh_quote.h"
#include "harness/guest/printable.h"
#include "harness/lab/journal_mirror.h"
#include "harness/lab/lab_fault.h"
#include "harness/lab/lab_host_cache.h"
#include "harness/lab/line_splitter.h"
#include "harness/lab/lost_run.h"
#include "harness/lab/opencl_cache_file.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr int kMaxTries = 2;
constexpr unsigned kMaxVcpus = 4;
constexpr auto kPayloadSerial = "vfqual-payload";
constexpr auto kPlanName = "plan.json";
constexpr auto kOpenclCacheName =
    "opencl-cache.tar.gz";                     // on the payload, and in the run folder where the run keeps it
constexpr auto kHostCacheName = "host-cache";  // on the payload
constexpr auto kHostCacheInLab = "/var/tmp/vfqual-host-cache";
constexpr auto kRunFolder = "/var/tmp/vfqual-run";
constexpr std::chrono::minutes kBootTimeout{8};
constexpr std::chrono::hours kRunTimeout{6};

bool HasOpenclCache(const LabSession& session) {
  std::error_code error;
  return fs::exists(session.opencl_cache, error);
}

// One try with one machine.
class Attempt {
 public:
  Attempt(const LabSession& session, int number, fs::path payload_disk, StageTimes& times)
      : session_(session), number_(number), payload_disk_(std::move(payload_disk)), times_(times) {}

  // The exit code of `vfqual run`, or how the machine was lost. An error otherwise.
  Result<std::variant<int, LabDeath>> Run() {
    const auto code = Work();
    if (code) {
      session_.keep ? Leave() : End();
      return *code;
    }
    const auto death = Death(code.error());
    End();
    if (session_.cancelled()) return Fail("interrupted; the lab's machine was ended");
    if (death) return *death;
    return tl::unexpected<Error>(code.error());
  }

  fs::path Logs() const { return session_.folder / "lab" / fmt::format("try{}", number_); }
  fs::path Journal() const { return Logs() / "events.jsonl"; }

 private:
  Result<int> Work() {
    VFQUAL_CHECK(times_.Measure("boot", true, [this] { return Boot(); }), "");
    VFQUAL_CHECK(times_.Measure("mount", false, [this] { return Mount(); }), "");
    VFQUAL_TRY(const int code, times_.Measure("run", true, [this] { return RunInside(); }), "");
    VFQUAL_CHECK(times_.Measure("fetch", false, [this] { return Fetch(); }), "");
    return code;
  }

  Status Boot() {
    LabMachineOptions options;
    options.logs = Logs();
    options.identity = session_.images.host.ssh_identity;
    options.host_key = session_.images.host.ssh_host_key;
    options.outlive_us = session_.keep;
    VFQUAL_TRY(machine_, LabMachine::Start(SessionSpec(session_, payload_disk_), options), "");
    return machine_->WaitForLogin(kBootTimeout, session_.cancelled);
  }

  Status Mount() {
    Command mount;
    mount.argv = MountArgv();
    mount.cancelled = [this] { return LostOrCancelled(); };
    VFQUAL_TRY(const auto mounted, machine_->Host().Run(mount), "mount the payload");
    if (!mounted.Ok()) return Fail(fmt::format("mount the payload: {}", mounted.Describe()));
    const auto fault = FaultArgv(session_.fault, number_);
    if (!fault) return {};
    Command inject;
    inject.argv = *fault;
    VFQUAL_TRY(const auto injected, machine_->Host().Run(inject), "inject the fault");
    if (!injected.Ok()) return Fail(fmt::format("inject the fault: {}", injected.Describe()));
    return {};
  }

  Result<int> RunInside() {
    mirror_.emplace(machine_->Host(), fmt::format("{}/events.jsonl", kRunFolder), Journal());
    LineSplitter lines([this](const std::string& line) { session_.print(MakePrintable(line, Unprintable::kEscape)); });
    Command run;
    run.argv = RunArgv(HasOpenclCache(session_));
    run.timeout = kRunTimeout;
    run.cancelled = [this] { return LostOrCancelled(); };
    run.on_output = [&lines](std::string_view piece) { lines.Feed(piece); };
    VFQUAL_TRY(const auto completed, machine_->Host().Run(run), "run in the lab");
    mirror_->RequestStop();
    if (completed.cancelled) return Fail("the run was ended");
    if (completed.timed_out) return Fail(fmt::format("run in the lab: {}", completed.Describe()));
    return completed.exit_code;
  }

  Status Fetch() {
    VFQUAL_TRY(const auto left_out, machine_->Host().CopyFrom(kRunFolder, session_.folder, {}), "");
    for (const auto& name : left_out) session_.print(fmt::format("lab: not fetched: {}", name));
    const auto stored = StoreOpenclCache(session_.folder / kOpenclCacheName, session_.opencl_cache);
    if (!stored) session_.print(fmt::format("lab: {}", stored.error().Message()));
    const auto kept = KeepHostCache(machine_->Host(), kHostCacheInLab, session_.host_cache);
    if (!kept) session_.print(fmt::format("lab: {}", kept.error().Message()));
    return {};
  }

  bool LostOrCancelled() { return machine_->CheckDeath().has_value() || session_.cancelled(); }

  // The connection breaks a moment before the machine's end shows.
  std::optional<LabDeath> Death(const Error& error) {
    if (!machine_ || session_.cancelled()) return std::nullopt;
    for (int look = 0; look < 20; ++look) {
      if (const auto& death = machine_->CheckDeath()) return death;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return LabDeath{error.Message(), machine_->LastConsoleLines()};
  }

  void End() {
    mirror_.reset();
    if (!machine_) return;
    times_.Measure("stop", false, [this] { return machine_->Stop(); });
    machine_.reset();
  }

  void Leave() {
    mirror_.reset();
    session_.print("lab: the machine goes on, as --keep says");
    session_.print(fmt::format("  log in  {}", QuoteAllForShell(LoginArgv(machine_->Login()))));
    session_.print(fmt::format("  end it  kill {}", machine_->Pid()));
    machine_->LeaveRunning();
  }

  const LabSession& session_;
  int number_;
  fs::path payload_disk_;
  StageTimes& times_;
  std::unique_ptr<LabMachine> machine_;
  std::optional<JournalMirror> mirror_;  // uses the machine
};

}  // namespace

Plan SessionPlan(const LabSession& session) {
  const bool emulated = session.accelerator.accelerator == Accelerator::kTcg;
  return PlanInLab(session.plan, session.images.guests, emulated, session.accelerator.nested_kvm);
}

std::vector<PayloadItem> SessionPayload(const LabSession& session) {
  std::vector<PayloadItem> items = session.programs;
  items.push_back({session.plan.module.source, PayloadModule(session.plan)});
  items.push_back({session.host_cache, kHostCacheName});
  if (HasOpenclCache(session)) items.push_back({session.opencl_cache, kOpenclCacheName});
  for (const auto& [name, guest] : session.images.guests) {
    items.push_back({guest.image.vmlinuz, PayloadKernel(guest.image)});
    items.push_back({guest.image.initrd, PayloadInitrd(guest.image)});
  }
  return items;
}

LabSpec SessionSpec(const LabSession& session, const fs::path& payload_disk) {
  const Image& host = session.images.host;
  LabSpec spec;
  spec.kernel = host.vmlinuz;
  spec.initrd = host.initrd;
  spec.root_disk = host.disk;
  spec.memory_mib = host.memory_mib;
  spec.accelerator = session.accelerator.accelerator;
  spec.nested_kvm = session.accelerator.nested_kvm;
  if (spec.accelerator == Accelerator::kTcg) spec.qemu = session.qemu;
  spec.total_vfs = kLabTotalVfs;
  const bool emulated = spec.accelerator == Accelerator::kTcg;
  spec.command_line = emulated ? host.command_line_emulated : host.command_line;
  spec.vcpus = emulated ? 1 : static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, kMaxVcpus));
  spec.disks.push_back({payload_disk, kPayloadSerial});
  for (const auto& [name, guest] : session.images.guests) spec.disks.push_back(guest.disk);
  return WithFault(std::move(spec), session.fault);
}

std::vector<std::string> MountArgv() {
  const LabDisk payload{{}, kPayloadSerial};
  // The image announces no device at boot: it is for the disks alone, whose by-id links the plan names.
  constexpr auto kScript =
      "udevadm trigger --settle --subsystem-match=block && mkdir -p -- \"$2\" \"$3\" \"$6\" && "
      "mount -o ro -- \"$1\" \"$2\" && cp -r -- \"$4\" \"$5\" && cp -r -- \"$5/$7/.\" \"$6\" && "
      "find \"$5\" -type f -name '*R' >\"$5/$8\"";
  return {"sh",
          "-c",
          kScript,
          "sh",
          DiskPathInLab(payload),
          kPayloadFolder,
          kRunFolder,
          fmt::format("{}/{}", kPayloadFolder, kHostCacheName),
          kHostCacheInLab,
          kLibvirtCapabilities,
          kCapabilitiesFolder,
          kHostCacheStamp};
}

std::vector<std::string> RunArgv(bool has_opencl_cache) {
  const std::string payload = kPayloadFolder;
  return {payload + "/bin/vfqual",
          "run",
          payload + "/" + kPlanName,
          "--out",
          kRunFolder,
          "--opencl-cache",
          fmt::format("{}/{}", has_opencl_cache ? payload : kRunFolder, kOpenclCacheName),
          "--ccache",
          fmt::format("{}/{}", kHostCacheInLab, kCompilerCacheFolder),
          "--no-summary"};
}

Result<LabSessionResult> RunSession(Host& local, const LabSession& session, StageTimes& times) {
  VFQUAL_TRY(const auto scratch, TemporaryFolder::Make("vfqual-session"), "");
  const auto disk = scratch.Path() / "payload.img";
  const std::string plan_json = PlanToJson(SessionPlan(session));
  VFQUAL_CHECK(times.Measure("payload", false,
                             [&]() -> Status {
                               const auto plan_file = scratch.Path() / kPlanName;
                               VFQUAL_CHECK(local.WriteFile(plan_file.string(), plan_json, 0644), "");
                               auto items = SessionPayload(session);
                               items.push_back({plan_file, kPlanName});
                               VFQUAL_TRY(const auto lock, LockHostCache(session.host_cache), "");
                               return MakeLabPayload(local, items, disk);
                             }),
               "");

  LabSessionResult result;
  for (int number = 1; number <= kMaxTries; ++number) {
    times.SetAttempt(number);
    const StageTimes::Clock::time_point started = StageTimes::Clock::now();
    Attempt attempt(session, number, disk, times);
    VFQUAL_TRY(auto outcome, attempt.Run(), "");
    if (const int* code = std::get_if<int>(&outcome)) {
      result.exit_code = *code;
      return result;
    }
    const auto& death = result.deaths.emplace_back(std::get<LabDeath>(std::move(outcome)));
    session.print(fmt::format("lab: MISS: the machine was lost: {}", death.reason));
    for (const auto& line : death.last_lines) session.print("  | " + line);
    if (number < kMaxTries) {
      session.print("lab: trying once more");
      continue;
    }
    LostRun lost;
    lost.death = death;
    lost.tool = session.tool;
    lost.kernel_release = session.images.host.kernel_release;
    lost.distribution = session.images.host.distribution;
    lost.plan_json = plan_json;
    lost.journal = attempt.Journal();
    lost.seconds = std::chrono::duration<double>(StageTimes::Clock::now() - started).count();
    VFQUAL_CHECK(WriteLostRun(lost, session.folder), "");
  }
  return result;
}

}  // namespace vfqual
