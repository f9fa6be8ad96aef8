#include "harness/plan/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "harness/base/local_host.h"
#include "harness/base/strict_json.h"

namespace vfqual {

namespace {

constexpr const char* kSchema = "vfqual/plan/1";
constexpr std::size_t kPlanLimitBytes = std::size_t{1} << 20U;

bool IsName(const std::string& text) {
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '-' || letter == '_';
  });
}

bool IsOneOf(const std::string& text, std::initializer_list<const char*> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

Result<PlanModule> ReadModule(const nlohmann::json& value, const std::string& file) {
  ObjectReader reader(value, file, "/module");
  PlanModule module;
  module.source = reader.String("source");
  module.driver = reader.String("driver", "i915");
  if (const auto& origin = reader.Value("origin", false); !origin.is_null()) {
    ObjectReader from(origin, file, "/module/origin");
    module.origin =
        PlanOrigin{from.String("source"), from.String("kind"), from.String("revision", ""), from.String("fingerprint")};
    VFQUAL_CHECK(from.Finish(), "");
  }
  if (!IsOneOf(module.driver, {"i915", "xe"})) {
    reader.Reject(reader.PlaceOf("driver"), fmt::format("is '{}', must be i915 or xe", module.driver));
  }
  const auto& parameters = reader.Value("parameters", false);
  if (!parameters.is_null() && !parameters.is_object()) {
    reader.Reject(reader.PlaceOf("parameters"), "must be an object of strings");
  }
  for (const auto& [name, setting] : parameters.items()) {
    if (!setting.is_string() || !IsName(name)) {
      reader.Reject(reader.PlaceOf("parameters/" + name), "must be a string, under a parameter's name");
      break;
    }
    module.parameters[name] = setting.get<std::string>();
  }
  VFQUAL_CHECK(reader.Finish(), "");
  return module;
}

Result<PlanGuest> ReadGuest(const nlohmann::json& value, const std::string& file, std::size_t index) {
  ObjectReader reader(value, file, fmt::format("/guests/{}", index));
  PlanGuest guest;
  guest.name = reader.String("name", fmt::format("vf{}", index + 1));
  if (!IsName(guest.name)) {
    reader.Reject(reader.PlaceOf("name"), "must be 1 to 40 letters, digits, '-' or '_'");
  }
  if (value.is_object() && value.contains("device")) {
    guest.device = reader.String("device");
    if (value.contains("vf")) reader.Reject(reader.PlaceOf("vf"), "stands beside /device", "give one of the two");
  } else {
    guest.vf = static_cast<int>(reader.Integer("vf", 1, 64, static_cast<std::int64_t>(index) + 1));
  }
  guest.image = reader.String("image", guest.image);
  guest.disk = reader.String("disk", "");
  guest.disk_format = reader.String("disk_format", guest.disk_format);
  if (!IsOneOf(guest.disk_format, {"raw", "qcow2"})) {
    reader.Reject(reader.PlaceOf("disk_format"), fmt::format("is '{}', must be raw or qcow2", guest.disk_format));
  }
  guest.kernel = reader.String("kernel", "");
  guest.initrd = reader.String("initrd", "");
  guest.command_line = reader.String("command_line", "");
  guest.kernel_release = reader.String("kernel_release", "");
  guest.memory_mib = static_cast<int>(reader.Integer("memory_mib", 128, 1 << 20, guest.memory_mib));
  guest.vcpus = static_cast<int>(reader.Integer("vcpus", 1, 64, guest.vcpus));
  VFQUAL_CHECK(reader.Finish(), "");
  return guest;
}

Status CheckStages(const std::vector<std::string>& stages, const std::string& source) {
  const auto& known = ImplementedStages();
  for (const auto& stage : stages) {
    if (std::find(known.begin(), known.end(), stage) == known.end()) {
      return FailInput(fmt::format("{}: stage '{}' is not one that this version runs", source, stage),
                       fmt::format("choose from {}", fmt::join(known, ", ")));
    }
  }
  return {};
}

Status CheckGuestsApart(const Plan& plan) {
  std::set<std::string> names;
  std::set<std::string> devices;
  for (const auto& guest : plan.guests) {
    if (!names.insert(guest.name).second) {
      return FailInput(fmt::format("{}: /guests: two guests are named '{}'", plan.file, guest.name));
    }
    const std::string device = guest.device ? *guest.device : fmt::format("VF {}", *guest.vf);
    if (!devices.insert(device).second) {
      return FailInput(fmt::format("{}: /guests: {} is given to two guests", plan.file, device),
                       "give each guest a VF of its own");
    }
    if (plan.vfs && guest.vf && *guest.vf > *plan.vfs) {
      return FailInput(
          fmt::format("{}: /guests: guest '{}' wants VF {} of {}", plan.file, guest.name, *guest.vf, *plan.vfs),
          "raise /vfs, or give the guest another VF");
    }
  }
  return {};
}

}  // namespace

const std::vector<std::string>& ImplementedStages() {
  static const std::vector<std::string> stages = {"build", "install", "load",    "pf",    "vfs",       "bind",  "boot",
                                                  "probe", "media",   "compute", "bench", "isolation", "unload"};
  return stages;
}

Result<Plan> ParsePlan(const std::string& text, const std::string& file) {
  VFQUAL_TRY(const auto document, ParseJson(text, file), "");
  ObjectReader reader(document, file, "");
  Plan plan;
  plan.file = file;
  if (const auto schema = reader.String("schema"); !schema.empty() && schema != kSchema) {
    reader.Reject("/schema", fmt::format("is '{}', must be {}", schema, kSchema));
  }
  const auto& module = reader.Value("module", true);
  const auto& guests = reader.Value("guests", false);
  const auto& provisioning = reader.Value("provisioning", false);
  plan.kernels = reader.Strings("kernels", std::vector<std::string>{});
  if (document.is_object() && document.contains("pf")) plan.pf = reader.String("pf");
  if (document.is_object() && document.contains("vfs")) plan.vfs = static_cast<int>(reader.Integer("vfs", 0, 64));
  plan.stages = reader.Strings("stages", ImplementedStages());
  plan.accelerator = reader.String("accelerator", plan.accelerator);
  if (!IsOneOf(plan.accelerator, {"kvm", "qemu"})) {
    reader.Reject("/accelerator", fmt::format("is '{}', must be kvm or qemu", plan.accelerator));
  }
  plan.agent_timeout_s = static_cast<int>(reader.Integer("agent_timeout_s", 1, 3600, plan.agent_timeout_s));
  if (!guests.is_null() && !guests.is_array()) reader.Reject("/guests", "must be a list");
  VFQUAL_CHECK(reader.Finish(), "");

  VFQUAL_TRY(plan.module, ReadModule(module, file), "");
  if (!provisioning.is_null()) {
    VFQUAL_TRY(plan.provisioning, ReadProvisioning(provisioning, file, plan.module.driver), "");
  }
  for (std::size_t index = 0; index < guests.size(); ++index) {
    VFQUAL_TRY(auto guest, ReadGuest(guests[index], file, index), "");
    plan.guests.push_back(std::move(guest));
  }
  VFQUAL_CHECK(CheckStages(plan.stages, file + ": /stages"), "");
  VFQUAL_CHECK(CheckGuestsApart(plan), "");
  return plan;
}

Result<Plan> LoadPlan(const std::string& path) {
  LocalHost local;
  auto text = local.ReadFile(path, kPlanLimitBytes);
  if (!text) {
    return FailInput(fmt::format("cannot read the plan: {}", text.error().what), "give the path of a plan file (JSON)");
  }
  VFQUAL_TRY(auto plan, ParsePlan(*text, path), "");
  // A relative folder or file is meant from the plan's own folder; a URL and dkms:NAME/VERSION are not paths.
  const std::filesystem::path source(plan.module.source);
  if (source.is_relative() && source.string().find(':') == std::string::npos) {
    plan.module.source = (std::filesystem::absolute(path).parent_path() / source).lexically_normal().string();
  }
  return plan;
}

std::string PlanToJson(const Plan& plan) {
  nlohmann::ordered_json out;
  out["schema"] = kSchema;
  out["module"] = {
      {"source", plan.module.source}, {"driver", plan.module.driver}, {"parameters", plan.module.parameters}};
  if (const auto& origin = plan.module.origin) {
    out["module"]["origin"] = {{"source", origin->source},
                               {"kind", origin->kind},
                               {"revision", origin->revision},
                               {"fingerprint", origin->fingerprint}};
  }
  if (!plan.kernels.empty()) out["kernels"] = plan.kernels;
  if (plan.pf) out["pf"] = *plan.pf;
  if (plan.vfs) out["vfs"] = *plan.vfs;
  out["guests"] = nlohmann::ordered_json::array();
  for (const auto& guest : plan.guests) {
    nlohmann::ordered_json entry;
    entry["name"] = guest.name;
    if (guest.vf) entry["vf"] = *guest.vf;
    if (guest.device) entry["device"] = *guest.device;
    entry["image"] = guest.image;
    if (!guest.disk.empty()) {
      entry["disk"] = guest.disk;
      entry["disk_format"] = guest.disk_format;
    }
    if (!guest.kernel.empty()) {
      entry["kernel"] = guest.kernel;
      entry["initrd"] = guest.initrd;
      entry["command_line"] = guest.command_line;
      entry["kernel_release"] = guest.kernel_release;
    }
    entry["memory_mib"] = guest.memory_mib;
    entry["vcpus"] = guest.vcpus;
    out["guests"].push_back(std::move(entry));
  }
  if (!plan.provisioning.Empty()) out["provisioning"] = ProvisioningToJson(plan.provisioning);
  out["stages"] = plan.stages;
  out["accelerator"] = plan.accelerator;
  out["agent_timeout_s"] = plan.agent_timeout_s;
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<std::vector<std::string>> ParseStages(const std::string& list, const std::string& source) {
  std::vector<std::string> stages;
  std::size_t start = 0;
  while (start <= list.size()) {
    const auto comma = std::min(list.find(',', start), list.size());
    stages.push_back(list.substr(start, comma - start));
    start = comma + 1;
  }
  VFQUAL_CHECK(CheckStages(stages, source), "");
  return stages;
}

}  // namespace vfqual
