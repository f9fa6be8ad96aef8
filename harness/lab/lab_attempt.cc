#include "harness/lab/lab_attempt.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <thread>

#include "harness/base/ssh_quote.h"
#include "harness/guest/printable.h"
#include "harness/lab/lab_fault.h"
#include "harness/lab/lab_host_cache.h"
#include "harness/lab/line_splitter.h"
#include "harness/lab/opencl_cache_file.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes kBootTimeout{8};
constexpr std::chrono::hours kRunTimeout{6};

}  // namespace

Result<std::variant<int, LabDeath>> LabAttempt::Run() {
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

fs::path LabAttempt::Logs() const {
  return session_.folder / "lab" / fmt::format("try{}", number_);
}

Result<int> LabAttempt::Work() {
  VFQUAL_CHECK(times_.Measure("boot", true, [this] { return Boot(); }), "");
  VFQUAL_CHECK(times_.Measure("mount", false, [this] { return Mount(); }), "");
  VFQUAL_TRY(const int code, times_.Measure("run", true, [this] { return RunInside(); }), "");
  VFQUAL_CHECK(times_.Measure("fetch", false, [this] { return Fetch(); }), "");
  return code;
}

Status LabAttempt::Boot() {
  LabMachineOptions options;
  options.logs = Logs();
  options.identity = session_.images.host.ssh_identity;
  options.host_key = session_.images.host.ssh_host_key;
  options.outlive_us = session_.keep;
  const auto late_disk = late_ != nullptr ? std::optional(late_->Disk()) : std::nullopt;
  VFQUAL_TRY(machine_, LabMachine::Start(SessionSpec(session_, payload_disk_, late_disk), options), "");
  return machine_->WaitForLogin(kBootTimeout, session_.cancelled);
}

Status LabAttempt::Mount() {
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

Result<int> LabAttempt::RunInside() {
  mirror_.emplace(machine_->Host(), fmt::format("{}/events.jsonl", kRunFolder), Journal());
  LineSplitter lines([this](const std::string& line) { session_.print(MakePrintable(line, Unprintable::kEscape)); });
  Command run;
  run.argv = RunArgv(session_);
  run.timeout = kRunTimeout;
  run.cancelled = [this] { return not_delivered_ || LostOrCancelled(); };
  run.on_output = [&lines](std::string_view piece) { lines.Feed(piece); };
  std::jthread delivery;
  if (late_ != nullptr) delivery = std::jthread([this](const std::stop_token& stop) { Deliver(stop); });
  const auto ran = machine_->Host().Run(run);
  delivery = {};
  if (not_delivered_) return tl::unexpected<Error>(delivered_.error());
  VFQUAL_TRY(const auto completed, ran, "run in the lab");
  mirror_->RequestStop();
  if (completed.cancelled) return Fail("the run was ended");
  if (completed.timed_out) return Fail(fmt::format("run in the lab: {}", completed.Describe()));
  return completed.exit_code;
}

void LabAttempt::Deliver(const std::stop_token& stop) {
  delivered_ = late_->Deliver(machine_->Host(), fmt::format("{}/{}", kRunFolder, kOpenclCacheName),
                              [&stop] { return stop.stop_requested(); });
  not_delivered_ = !delivered_;
}

Status LabAttempt::Fetch() {
  VFQUAL_TRY(const auto left_out, machine_->Host().CopyFrom(kRunFolder, session_.folder, {}), "");
  for (const auto& name : left_out) session_.print(fmt::format("lab: not fetched: {}", name));
  const bool late = late_ != nullptr && late_->Given();
  const auto& opencl_cache = late ? late_->Given()->opencl_cache : session_.opencl_cache;
  const auto stored = StoreOpenclCache(session_.folder / kOpenclCacheName, opencl_cache);
  if (!stored) session_.print(fmt::format("lab: {}", stored.error().Message()));
  const auto kept = KeepHostCache(machine_->Host(), kHostCacheInLab, session_.host_cache);
  if (!kept) session_.print(fmt::format("lab: {}", kept.error().Message()));
  return {};
}

// The connection breaks a moment before the machine's end shows.
std::optional<LabDeath> LabAttempt::Death(const Error& error) {
  if (!machine_ || session_.cancelled()) return std::nullopt;
  for (int look = 0; look < 20; ++look) {
    if (const auto& death = machine_->CheckDeath()) return death;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  if (not_delivered_) return std::nullopt;
  return LabDeath{error.Message(), machine_->LastConsoleLines()};
}

void LabAttempt::End() {
  mirror_.reset();
  if (!machine_) return;
  times_.Measure("stop", false, [this] { return machine_->Stop(); });
  machine_.reset();
}

void LabAttempt::Leave() {
  mirror_.reset();
  session_.print("lab: the machine goes on, as --keep says");
  session_.print(fmt::format("  log in  {}", QuoteAllForShell(LoginArgv(machine_->Login()))));
  session_.print(fmt::format("  end it  kill {}", machine_->Pid()));
  machine_->LeaveRunning();
}

}  // namespace vfqual
