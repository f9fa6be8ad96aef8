#include <fmt/format.h>

#include "harness/cell/module_parameters.h"
#include "harness/cell/plan_source.h"
#include "harness/stages/host_stages.h"
#include "harness/stages/stage_verdict.h"
#include "module/loaded_module.h"

namespace vfqual {

using reports::Verdict;

namespace {

// The driver of before, if it is loaded and idle, makes room; it comes back at the end.
Status MakeRoom(RunContext& context, const std::string& driver) {
  VFQUAL_TRY(const bool loaded, IsModuleLoaded(context.host, driver), "");
  if (!loaded) return {};
  Command remove;
  remove.argv = {"modprobe", "-r", driver};
  VFQUAL_TRY(const auto completed,
             context.changes.Run(fmt::format("unload the {} that runs now", driver), remove,
                                 Undo::RunCommand({"modprobe", driver}, false)),
             "");
  if (!completed.Ok()) {
    return Fail(fmt::format("{} is loaded already and cannot be unloaded: {}", driver, completed.Describe()),
                "boot the host without it (no display on the GPU, or module_blacklist), and run again");
  }
  return {};
}

Status CheckParameters(RunContext& context, const std::string& driver,
                       const std::map<std::string, std::string>& parameters) {
  for (const auto& [name, value] : parameters) {
    const std::string path = fmt::format("/sys/module/{}/parameters/{}", driver, name);
    const auto running = context.host.ReadTrimmed(path);
    if (!running) return FailSubject(fmt::format("{} has no parameter {}", driver, name));
    if (*running != value) {
      return FailSubject(fmt::format("{} runs with {}={}, {} was asked for", driver, name, *running, value));
    }
  }
  return {};
}

Status LoadAndCheck(RunContext& context, reports::StageScope& stage) {
  const auto& prepared = context.prepared;
  const std::string& driver = prepared.plan.module.driver;
  VFQUAL_TRY(const auto file, FindModuleFile(context.host, driver, prepared.host.kernel_release), "");
  VFQUAL_CHECK(MakeRoom(context, driver), "");
  const auto parameters = ModuleParameters(prepared);
  VFQUAL_TRY(const auto completed, LoadModule(context.host, context.changes, driver, parameters), "");
  if (!completed.Ok()) return FailSubject(fmt::format("{} does not load: {}", file.path, completed.Describe()));

  VFQUAL_TRY(const auto running, LoadedSrcversion(context.host, driver), "");
  if (running != file.srcversion) {
    return FailSubject(fmt::format("the running {} (srcversion {}) is not the one that was built ({}, srcversion {})",
                                   driver, running, file.path, file.srcversion));
  }
  VFQUAL_CHECK(CheckParameters(context, driver, parameters), "");
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
