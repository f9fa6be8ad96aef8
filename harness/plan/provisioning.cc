#include "harness/plan/provisioning.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "harness/base/strict_json.h"

namespace vfqual {

namespace {

constexpr std::int64_t kMaxTime = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t kMaxIds = std::numeric_limits<std::uint16_t>::max();
constexpr std::int64_t kMaxGgtt_bytes = std::int64_t{1} << 32U;

void ReadIfThere(ObjectReader& reader, const nlohmann::json& object, const char* name, std::int64_t most,
                 ProvisioningValues& values) {
  if (object.is_object() && object.contains(name)) values[name] = reader.Integer(name, 0, most);
}

Result<ProvisioningValues> ReadValues(const nlohmann::json& object, const std::string& file, const std::string& place,
                                      bool with_quotas) {
  ProvisioningValues values;
  if (object.is_null()) return values;
  ObjectReader reader(object, file, place);
  ReadIfThere(reader, object, "exec_quantum_ms", kMaxTime, values);
  ReadIfThere(reader, object, "preempt_timeout_us", kMaxTime, values);
  if (with_quotas) {
    ReadIfThere(reader, object, "ggtt_quota", kMaxGgtt_bytes, values);
    ReadIfThere(reader, object, "contexts_quota", kMaxIds, values);
    ReadIfThere(reader, object, "doorbells_quota", kMaxIds, values);
  }
  VFQUAL_CHECK(reader.Finish(), "");
  return values;
}

}  // namespace

ProvisioningValues PlanProvisioning::Of(int vf_number) const {
  ProvisioningValues values = vfs;
  if (const auto own = vf.find(vf_number); own != vf.end()) {
    for (const auto& [name, value] : own->second) values[name] = value;
  }
  return values;
}

bool IsQuota(const std::string& name) {
  return name.ends_with("_quota");
}

Result<PlanProvisioning> ReadProvisioning(const nlohmann::json& value, const std::string& file,
                                          const std::string& driver) {
  constexpr const char* kPlace = "/provisioning";
  const bool i915 = driver == "i915";
  PlanProvisioning provisioning;
  ObjectReader reader(value, file, kPlace);
  if (value.is_object() && value.contains("sched_if_idle")) {
    provisioning.sched_if_idle = reader.Boolean("sched_if_idle");
  }
  const auto& pf = reader.Value("pf", false);
  const auto& vfs = reader.Value("vfs", false);
  const auto& one = reader.Value("vf", false);
  if (!one.is_null() && !one.is_object()) reader.Reject(reader.PlaceOf("vf"), "must be an object of VF numbers");
  VFQUAL_CHECK(reader.Finish(), "");
  VFQUAL_TRY(provisioning.pf, ReadValues(pf, file, std::string(kPlace) + "/pf", false), "");
  VFQUAL_TRY(provisioning.vfs, ReadValues(vfs, file, std::string(kPlace) + "/vfs", i915), "");
  for (const auto& [key, values] : one.items()) {
    const std::string place = fmt::format("{}/vf/{}", kPlace, key);
    int number = 0;
    const auto parsed = std::from_chars(key.data(), key.data() + key.size(), number);
    if (parsed.ptr != key.data() + key.size() || number < 1 || number > 64) {
      return FailInput(fmt::format("{}: {}: is not a VF's number", file, place), "VFs count from 1");
    }
    VFQUAL_TRY(provisioning.vf[number], ReadValues(values, file, place, i915), "");
  }
  return provisioning;
}

nlohmann::ordered_json ProvisioningToJson(const PlanProvisioning& provisioning) {
  nlohmann::ordered_json out;
  if (provisioning.sched_if_idle) out["sched_if_idle"] = *provisioning.sched_if_idle;
  if (!provisioning.pf.empty()) out["pf"] = provisioning.pf;
  if (!provisioning.vfs.empty()) out["vfs"] = provisioning.vfs;
  for (const auto& [number, values] : provisioning.vf) out["vf"][std::to_string(number)] = values;
  return out;
}

}  // namespace vfqual
