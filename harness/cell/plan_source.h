// The module of a plan, from whatever the plan names.
#pragma once

#include <filesystem>
#include <functional>

#include "harness/base/result.h"
#include "harness/plan/plan.h"
#include "reports/model/facts.h"

namespace vfqual {

// Opens plan.module.source and puts the folder in the cache in its place, with its origin beside it. What was opened
// before (the lab does it outside) is left as it is. Errors name the plan.
Status OpenPlanSource(Plan& plan, const std::filesystem::path& cache, const std::function<bool()>& cancelled);

// The module's facts for the report, as far as the plan has them.
reports::ModuleFacts FactsOfPlanModule(const PlanModule& module);

}  // namespace vfqual
