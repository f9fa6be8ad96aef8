// Scheduling and quotas of the PF and its VFs, as a plan asks for them, by the names of the drivers' own files
// (interfaces: i915's prelim_iov, xe's sriov_admin).
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "harness/base/result.h"

namespace vfqual {

using ProvisioningValues = std::map<std::string, std::int64_t>;

struct PlanProvisioning {
  std::optional<bool> sched_if_idle;
  ProvisioningValues pf;   // exec_quantum_ms, preempt_timeout_us
  ProvisioningValues vfs;  // of every VF; on i915 also ggtt_quota (bytes), contexts_quota, doorbells_quota
  std::map<int, ProvisioningValues> vf;  // of one VF, over those of every VF

  bool Empty() const { return !sched_if_idle && pf.empty() && vfs.empty() && vf.empty(); }
  // What is asked for of one VF.
  ProvisioningValues Of(int vf_number) const;
};

bool IsQuota(const std::string& name);

// Reads "/provisioning" of a plan. kInput: an unknown name, a value out of range, what the driver does not offer.
Result<PlanProvisioning> ReadProvisioning(const nlohmann::json& value, const std::string& file,
                                          const std::string& driver);
nlohmann::ordered_json ProvisioningToJson(const PlanProvisioning& provisioning);

}  // namespace vfqual
