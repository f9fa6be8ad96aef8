#include <fmt/format.h>

#include "harness/cell/driver_before.h"
#include "harness/cell/module_parameters.h"
#include "harness/cell/plan_source.h"
#include "harness/stages/host_stages.h"
#include "harness/stages/stage_verdict.h"
#include "module/loaded_module.h"
#include "module/parameter_check.h"

namespace vfqual {

using reports::Verdict;

namespace {

Status LoadAndCheck(RunContext& context, reports::StageScope& stage) {
  const auto& prepared = context.prepared;
  const std::string& driver = prepared.plan.module.driver;
  VFQUAL_TRY(const auto file, FindModuleFile(context.host, driver, prepared.host.kernel_release), "");
  VFQUAL_CHECK(MakeRoomForModule(context.host, context.changes, prepared), "");
  const auto parameters = ModuleParameters(prepared);
  VFQUAL_TRY(const auto completed, LoadModule(context.host, context.changes, driver, parameters), "");
  if (!completed.Ok()) return FailSubject(fmt::format("{} does not load: {}", file.path, completed.Describe()));

  VFQUAL_TRY(const auto running, LoadedSrcversion(context.host, driver), "");
  if (running != file.srcversion) {
    return FailSubject(fmt::format("the running {} (srcversion {}) is not the one that was built ({}, srcversion {})",
                                   driver, running, file.path, file.srcversion));
  }
  VFQUAL_CHECK(CheckParameters(context.host, driver, file.path, parameters), "");
  if (file.path.find("/updates/") == std::string::npos) {
    stage.Warn(fmt::format("{} was loaded from {}, not from an updates/ folder", driver, file.path));
  }
  auto facts = FactsOfPlanModule(prepared.plan.module);
  facts.name = prepared.module.conf.name;
  facts.version = prepared.module.conf.version;
  facts.srcversion = file.srcversion;
  context.events.Write(reports::CellUpdated(context.cell, {std::nullopt, std::nullopt, facts}));
  return {};
}

}  // namespace

void RunLoadStage(RunContext& context, reports::StageScope& stage) {
  const auto loaded = LoadAndCheck(context, stage);
  if (!loaded) {
    RecordError(stage, loaded.error());
    return;
  }
  stage.Record(Verdict::kPass);
}

}  // namespace vfqual
