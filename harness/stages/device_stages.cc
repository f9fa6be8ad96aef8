#include <fmt/format.h>

#include "harness/base/local_host.h"
#include "harness/facts/gpu_clock.h"
#include "harness/stages/bench_programs.h"
#include "harness/stages/host_stages.h"
#include "harness/stages/lab_va_driver.h"
#include "harness/stages/physical_limit.h"
#include "harness/stages/provisioning.h"
#include "harness/stages/stage_verdict.h"
#include "harness/stages/suite_run.h"
#include "harness/vf/vf_set.h"
#include "module/loaded_module.h"

namespace vfqual {

using reports::Verdict;

namespace {

Executor OnHost(RunContext& context) {
  return {[&context](const Command& command) { return context.host.Run(command); },
          [&context](const std::string& path) { return context.host.Read(path); },
          context.programs_folder,
          context.state_folder,
          "host-",
          LabVaEnvironmentOnHost(context)};
}

// The tests of suite_host that match `filter`.
void RunHostSuite(RunContext& context, reports::StageScope& stage, const std::string& filter) {
  const auto& prepared = context.prepared;
  ProgramRun suite{"suite_host",
                   {"--gtest_filter=" + filter, "--pf=" + prepared.pf.address.ToString(),
                    fmt::format("--vfs={}", prepared.vfs), "--driver=" + prepared.plan.module.driver},
                   std::chrono::minutes(2)};
  RunSuite(context, stage, OnHost(context), suite);
}

// What the guests' rates are compared with: the same benches on the PF, while there are no VFs. A host without OpenCL
// or a VA driver (as the lab's) is no fault of the module's.
void MeasureOnPf(RunContext& context, reports::StageScope& stage) {
  const auto& prepared = context.prepared;
  for (auto bench : BenchPrograms(context)) {
    bench.device_optional = true;
    ClockWatch clock(context.host, prepared.pf.address);
    const auto result = RunBenchForResult(context, stage, OnHost(context), bench);
    const double clock_MHz = clock.Stop();
    PhysicalLimit limit;
    if (bench.program == kOpenclBench) {
      limit = FindPhysicalLimit(context.host, prepared.platform, result.value_or(BenchmarkResult{}));
      for (const auto& test : LimitTests(prepared.platform, limit, clock_MHz)) stage.Test(test);
      for (const auto& fact : LimitFacts(limit, clock_MHz)) stage.Metric(fact);
    }
    if (!result) continue;
    for (auto metric : result->metrics) {
      context.pf_rates[metric.path] = metric.value;
      if (const auto most = LimitOf(limit, metric.path, clock_MHz)) {
        const std::string name = metric.path.substr(metric.path.find('.') + 1);
        stage.Metric({"derived." + name + ".pf_of_physical_limit", metric.value / *most, "1", {}});
      }
      metric.path = "bench_pf" + metric.path.substr(metric.path.find('.'));
      stage.Metric(metric);
    }
  }
}

// Makes the VFs with what the plan gives each; the files that hold it.
Result<std::vector<ProvisioningFile>> MakeVfs(RunContext& context, const PfFacts& pf) {
  const auto& plan = context.prepared.plan;
  VFQUAL_TRY(auto files,
             FindProvisioningFiles(context.host, pf, plan.module.driver, plan.provisioning, context.prepared.vfs), "");
  VFQUAL_CHECK(WriteQuotas(context.host, context.changes, pf, files), "");
  VFQUAL_CHECK(CreateVfs(context.host, context.changes, pf, context.prepared.vfs), "");
  VFQUAL_CHECK(WriteScheduling(context.host, context.changes, files), "");
  return files;
}

}  // namespace

void RunPfStage(RunContext& context, reports::StageScope& stage) {
  RunHostSuite(context, stage, "SriovPf.*:Iommu.*");
  if (context.prepared.Wants("bench")) MeasureOnPf(context, stage);
}

void RunVfsStage(RunContext& context, reports::StageScope& stage) {
  // Read again: the driver that is loaded now decides the total.
  const auto pf = ReadPfFacts(context.host, context.prepared.pf.address);
  if (!pf) {
    RecordError(stage, pf.error());
    return;
  }
  const auto files = MakeVfs(context, *pf);
  if (!files) {
    RecordError(stage, files.error());
    return;
  }
  for (const auto& test : ReadBack(context.host, *files)) stage.Test(test);
  RunHostSuite(context, stage, "SriovVfs.*:SriovNumvfs.*");
}

void RunBindStage(RunContext& context, reports::StageScope& stage) {
  const auto loaded = LoadModule(context.host, context.changes, "vfio-pci", {});
  if (!loaded || !loaded->Ok()) {
    stage.Record(Verdict::kMiss, "vfio-pci does not load: " + (loaded ? loaded->Describe() : loaded.error().Message()));
    return;
  }
  for (const auto& guest : context.prepared.guests) {
    auto bound = VerifyVf(context.host, context.prepared.pf, guest.vf);
    if (bound) bound = BindToVfio(context.host, context.changes, guest.vf);
    if (!bound) {
      RecordError(stage, bound.error());
      return;
    }
  }
  stage.Record(Verdict::kPass);
}

void RunUnloadStage(RunContext& context, reports::StageScope& stage) {
  auto undone = context.changes.UndoAll();
  if (undone && context.before) undone = CheckDriverIsBack(context.host, context.prepared, *context.before);
  if (!undone) {
    RecordError(stage, undone.error());
    return;
  }
  stage.Record(Verdict::kPass);
}

}  // namespace vfqual
