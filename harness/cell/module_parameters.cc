#include "harness/cell/module_parameters.h"

namespace vfqual {

std::map<std::string, std::string> ModuleParameters(const PreparedRun& prepared) {
  std::map<std::string, std::string> parameters = {{"max_vfs", std::to_string(prepared.pf.total_vfs)}};
  if (prepared.plan.module.driver == "i915") {
    parameters["enable_guc"] = "3";
  } else {
    parameters["force_probe"] = prepared.pf.device;
  }
  for (const auto& [name, value] : prepared.plan.module.parameters) parameters[name] = value;
  return parameters;
}

std::set<std::string> KernelsToBuildFor(const PreparedRun& prepared) {
  std::set<std::string> releases = {prepared.host.kernel_release};
  if (!prepared.Wants("boot")) return releases;
  for (const auto& guest : prepared.guests) {
    if (!guest.plan.kernel_release.empty()) releases.insert(guest.plan.kernel_release);
  }
  return releases;
}

}  // namespace vfqual
