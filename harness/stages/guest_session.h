// One guest from its start to its end, driven stage by stage. Use an object from one thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/cell/kernel_log_tap.h"
#include "harness/cell/run_context.h"
#include "harness/guest/agent.h"
#include "harness/guest/connection.h"
#include "harness/guest/domain.h"
#include "harness/guest/domain_spec.h"
#include "harness/stages/guest_faults.h"
#include "harness/stages/guest_modules.h"
#include "harness/stages/opencl_cache.h"
#include "harness/stages/suite_run.h"
#include "reports/events/scopes.h"

namespace vfqual {

struct GuestRun {
  PreparedGuest guest;
  DomainSpec spec;
  std::shared_ptr<LibvirtApi> libvirt;
  GuestModules modules;  // empty where the guest's image brings its own
  OpenclCacheUse opencl_cache = OpenclCacheUse::kNone;
  std::shared_ptr<CompiledOnce> kernels = {};  // of all guests, with kShare
  GuestFaultMaking fault = {};
};

class GuestSession {
 public:
  // Both must outlive the object.
  GuestSession(RunContext& context, const GuestRun& run) : context_(context), run_(run) {}

  const std::string& Name() const { return run_.guest.plan.name; }
  const GuestRun& Run() const { return run_; }
  // It runs, and no stage of it ended badly.
  bool Good() const { return good_ && domain_.has_value(); }

  // boot, probe, media and compute, as far as the plan asks for them and they end well.
  void RunFirstStages();

  // Runs one stage, unless the plan does not ask for it or an earlier one ended badly. A guest that dies under a stage
  // is that stage's failure, whatever its programs said.
  void Stage(const std::string& name, const std::function<void(reports::StageScope&)>& body);

  Executor InGuest();
  // Of the programs that use the GPU here, where it is the lab's.
  std::vector<std::string> LabArguments() const;
  // suite_device as it suits this platform.
  ProgramRun DeviceSuite() const;
  // The guest's clock less ours, from the middle of a question to the agent.
  Result<double> ClockOffset_s();
  // Its files, while a program runs there too; see GuestAgent.
  bool HasFile(const std::string& path) { return agent_ && agent_->HasFile(path); }
  Status WriteFile(const std::string& path, const std::string& content);
  // Loads the module under test (again), with what it needs.
  Status LoadModules();
  // Takes the driver of the VF out, as far as it goes.
  Status UnloadModules();
  // Restarts the guest by its agent, and waits for the agent and the payload.
  Status Reboot();
  // Ends it by force, as pulling the plug would; the session is not Good() afterwards.
  Status Kill();

  void JournalKernelLogOf(reports::StageScope& stage);
  void KeepCompiledKernels(reports::StageScope& stage);
  void Stop();

 private:
  void Boot(reports::StageScope& stage);
  Status Start(reports::StageScope& stage);
  Status WaitForAgent(bool allow_reboot, reports::StageScope* stage);
  Status MountPayload();
  Status MakeFault();
  void Probe(reports::StageScope& stage);
  void Media(reports::StageScope& stage);
  void ComputeInTurn();
  void Compute(reports::StageScope& stage);
  void CheckAlive(reports::StageScope& stage);
  void Forget();
  Status RunInGuest(std::vector<std::string> argv, const std::string& doing);

  RunContext& context_;
  const GuestRun& run_;
  std::optional<Domain> domain_;
  std::optional<GuestAgent> agent_;
  KernelLogTap kernel_log_{[this](const Command& command) { return agent_->Exec(command); }};
  bool good_ = true;
  bool compiled_here_ = false;  // what others may take
  int reboots_seen_ = 0;
};

}  // namespace vfqual
