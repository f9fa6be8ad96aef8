#include "harness/cell/plan_source.h"

#include "module/source/module_source.h"

namespace vfqual {

Status OpenPlanSource(Plan& plan, const std::filesystem::path& cache, const std::function<bool()>& cancelled) {
  if (plan.module.origin) return {};
  OpenSourceOptions options;
  options.cache = cache;
  options.cancelled = cancelled;
  VFQUAL_TRY(const auto source, OpenModuleSource(plan.module.source, options), plan.file + ": /module/source");
  plan.module.origin =
      PlanOrigin{plan.module.source, std::string(Word(source.kind)), source.revision, source.fingerprint};
  plan.module.source = source.folder.string();
  return {};
}

reports::ModuleFacts FactsOfPlanModule(const PlanModule& module) {
  reports::ModuleFacts facts;
  facts.driver = module.driver;
  facts.source = module.origin ? module.origin->source : module.source;
  if (!module.origin) return facts;
  facts.source_kind = module.origin->kind;
  facts.revision = module.origin->revision;
  facts.fingerprint = module.origin->fingerprint;
  return facts;
}

}  // namespace vfqual
