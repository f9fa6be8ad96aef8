// One guest's way through boot, probe, media, compute and bench. Each runs in a thread of its own.
#pragma once

#include <memory>
#include <string>

#include "harness/cell/run_context.h"
#include "harness/guest/connection.h"
#include "harness/guest/domain_spec.h"
#include "harness/stages/guest_modules.h"
#include "harness/stages/opencl_cache.h"

namespace vfqual {

struct GuestRun {
  PreparedGuest guest;
  DomainSpec spec;
  std::shared_ptr<LibvirtApi> libvirt;
  GuestModules modules;  // empty where the guest's image brings its own
  OpenclCacheUse opencl_cache = OpenclCacheUse::kNone;
};

// Journals the guest's stages; stops at the first bad one. The guest is off when this returns.
void RunGuest(RunContext& context, const GuestRun& run);

}  // namespace vfqual
