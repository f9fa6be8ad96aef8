#include <fmt/format.h>

#include "harness/cell/module_parameters.h"
#include "harness/stages/host_stages.h"
#include "harness/stages/run_log.h"
#include "harness/stages/stage_verdict.h"
#include "module/dkms_module.h"

namespace vfqual {

namespace {

using reports::Verdict;

// Adds the step's log to `log`; false where it failed (recorded).
bool Take(reports::StageScope& stage, const Result<DkmsStep>& step, const std::string& failed, std::string& log) {
  if (!step) {
    RecordError(stage, step.error());
    return false;
  }
  log += step->log;
  if (step->completed.Ok()) return true;
  const std::string first = FirstBuildError(step->log);
  stage.Record(Verdict::kFail, fmt::format("{}: {}", failed, first.empty() ? step->completed.Describe() : first));
  return false;
}

// Without headers nothing can be said of the module.
Status CheckHeaders(Host& host, const std::string& release) {
  const std::string path = "/lib/modules/" + release + "/build";
  VFQUAL_TRY(const bool exists, host.Exists(path + "/Makefile"), "");
  if (exists) return {};
  return Fail(fmt::format("the headers of the kernel {} are not on the host (no {})", release, path),
              "install them: linux-headers-" + release + " on Debian and Ubuntu, proxmox-headers-" + release +
                  " on Proxmox VE, linux-headers on Arch");
}

}  // namespace

void RunBuildStage(RunContext& context, reports::StageScope& stage) {
  const auto& module = context.prepared.module;
  for (const auto& release : KernelsToBuildFor(context.prepared)) {
    if (const auto there = CheckHeaders(context.host, release); !there) {
      RecordError(stage, there.error());
      return;
    }
  }
  const auto ccache = FindCompilerCache(context.host, context.compiler_cache);
  if (!ccache) return RecordError(stage, ccache.error());
  std::string log;
  bool good = Take(stage, DkmsAdd(context.changes, module), fmt::format("DKMS does not take {}", module.Id()), log);
  for (const auto& release : KernelsToBuildFor(context.prepared)) {
    if (!good) break;
    good = Take(stage, DkmsBuild(context.host, context.changes, module, release, *ccache),
                fmt::format("{} does not build for {}", module.Id(), release), log);
  }
  KeepLog(context, stage, "build.log", log);
  if (good) stage.Record(Verdict::kPass);
}

void RunInstallStage(RunContext& context, reports::StageScope& stage) {
  const auto& prepared = context.prepared;
  std::string log;
  const bool good = Take(stage, DkmsInstall(context.changes, prepared.module, prepared.host.kernel_release),
                         fmt::format("{} does not install", prepared.module.Id()), log);
  KeepLog(context, stage, "install.log", log);
  if (good) stage.Record(Verdict::kPass);
}

}  // namespace vfqual
