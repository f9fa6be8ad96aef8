// Everything that must be right before the first change on a host (design.md section 7).
#pragma once

#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/facts/host_facts.h"
#include "harness/facts/pf_facts.h"
#include "harness/facts/platform.h"
#include "harness/plan/plan.h"
#include "harness/vf/pf_guard.h"
#include "module/dkms_module.h"

namespace vfqual {

struct PreparedGuest {
  PlanGuest plan;
  GuardedVf vf;
};

// A plan that was checked against the host it is to run on.
struct PreparedRun {
  Plan plan;
  HostFacts host;
  Platform platform;
  PfFacts pf;
  DkmsModule module;
  int vfs = 0;
  std::vector<PreparedGuest> guests;

  bool Wants(const std::string& stage) const;
};

struct PrepareOptions {
  bool is_root = false;
  bool force = false;  // go on although the PF's render node is in use
};

// Reads only. Errors in the plan are kInput, a host that cannot serve is kHarness; each with its fix.
Result<PreparedRun> PrepareRun(Host& host, const Plan& plan, const PrepareOptions& options);

}  // namespace vfqual
