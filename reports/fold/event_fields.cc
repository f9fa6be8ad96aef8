#include "reports/fold/event_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "reports/model/text.h"

namespace vfqual::reports {

namespace {

using Json = nlohmann::json;

const Json* Member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

void TakeText(const Json& object, const char* key, std::string& into) {
  const Json* const value = Member(object, key);
  if (value != nullptr && value->is_string()) into = VisibleText(value->get_ref<const std::string&>(), kMaxNameBytes);
}

std::int64_t BoundedInteger(const Json& value) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (!value.is_number_unsigned()) return value.get<std::int64_t>();
  return static_cast<std::int64_t>(std::min(value.get<std::uint64_t>(), static_cast<std::uint64_t>(kMax)));
}

}  // namespace

const Json* EventFields::Find(const char* key) const {
  return Member(event_, key);
}

void EventFields::Complain(std::string what) {
  if (problem_.empty()) problem_ = std::move(what);
}

void EventFields::ComplainOf(const char* key, const char* wanted) {
  Complain(fmt::format("has no {} in \"{}\"", wanted, key));
}

std::string EventFields::RequiredText(const char* key, std::size_t max_bytes) {
  const Json* const value = Find(key);
  if (value != nullptr && value->is_string()) return VisibleText(value->get_ref<const std::string&>(), max_bytes);
  ComplainOf(key, "text");
  return {};
}

std::string EventFields::Name(const char* key) {
  std::string name = RequiredText(key, kMaxNameBytes);
  if (!name.empty()) return name;
  ComplainOf(key, "name");
  return std::string(kUnknownName);
}

std::string EventFields::Text(const char* key) {
  return RequiredText(key, kMaxFieldBytes);
}

Verdict EventFields::VerdictWord(const char* key) {
  const Json* const value = Find(key);
  if (value != nullptr && value->is_string()) {
    if (const auto verdict = ParseVerdict(value->get_ref<const std::string&>())) return *verdict;
  }
  ComplainOf(key, "verdict");
  return Verdict::kMiss;
}

double EventFields::Seconds(const char* key) {
  const auto seconds = OptionalNumber(key);
  if (seconds && *seconds >= 0) return *seconds;
  ComplainOf(key, "number of seconds");
  return 0;
}

std::int64_t EventFields::Integer(const char* key) {
  const Json* const value = Find(key);
  if (value != nullptr && value->is_number_integer()) return BoundedInteger(*value);
  ComplainOf(key, "whole number");
  return 0;
}

std::optional<std::string> EventFields::Guest() {
  const Json* const value = Find("guest");
  if (value == nullptr || value->is_null()) return std::nullopt;
  return Name("guest");
}

std::optional<double> EventFields::OptionalNumber(const char* key) {
  const Json* const value = Find(key);
  if (value == nullptr || !value->is_number() || !std::isfinite(value->get<double>())) return std::nullopt;
  return value->get<double>();
}

std::string EventFields::OptionalText(const char* key) const {
  const Json* const value = Find(key);
  if (value == nullptr || !value->is_string()) return {};
  return VisibleText(value->get_ref<const std::string&>());
}

std::vector<double> EventFields::OptionalNumbers(const char* key) const {
  std::vector<double> numbers;
  const Json* const value = Find(key);
  if (value == nullptr || !value->is_array()) return numbers;
  for (const Json& number : *value) {
    if (number.is_number() && std::isfinite(number.get<double>())) numbers.push_back(number.get<double>());
  }
  return numbers;
}

bool EventFields::OptionalFlag(const char* key, bool otherwise) const {
  const Json* const value = Find(key);
  return value != nullptr && value->is_boolean() ? value->get<bool>() : otherwise;
}

void EventFields::MergeInto(KernelFacts& kernel) const {
  const Json* const given = Find("kernel");
  if (given == nullptr) return;
  TakeText(*given, "release", kernel.release);
  TakeText(*given, "distribution", kernel.distribution);
}

void EventFields::MergeInto(PlatformFacts& platform) const {
  const Json* const given = Find("platform");
  if (given == nullptr) return;
  TakeText(*given, "id", platform.id);
  TakeText(*given, "name", platform.name);
  const Json* const hardware = Member(*given, "hardware");
  if (hardware != nullptr && hardware->is_boolean()) platform.hardware = hardware->get<bool>();
  const Json* const pf = Member(*given, "pf");
  if (pf == nullptr) return;
  TakeText(*pf, "bdf", platform.pf.bdf);
  TakeText(*pf, "vendor", platform.pf.vendor);
  TakeText(*pf, "device", platform.pf.device);
  const Json* const total = Member(*pf, "total_vfs");
  // The SR-IOV capability's TotalVFs is 16 bits wide.
  if (total != nullptr && total->is_number_integer()) {
    platform.pf.total_vfs = static_cast<int>(std::clamp<std::int64_t>(BoundedInteger(*total), 0, 65535));
  }
}

void EventFields::MergeInto(ModuleFacts& module) const {
  const Json* const given = Find("module");
  if (given == nullptr) return;
  TakeText(*given, "name", module.name);
  TakeText(*given, "version", module.version);
  TakeText(*given, "driver", module.driver);
  TakeText(*given, "srcversion", module.srcversion);
  TakeText(*given, "source", module.source);
  TakeText(*given, "source_kind", module.source_kind);
  TakeText(*given, "revision", module.revision);
  TakeText(*given, "fingerprint", module.fingerprint);
}

void EventFields::MergeInto(GuestFacts& guest) const {
  TakeText(event_, "vf", guest.vf);
  TakeText(event_, "image", guest.image);
  TakeText(event_, "kernel", guest.kernel);
}

void EventFields::MergeInto(RunReport& run) const {
  const Json* const given = Find("run");
  if (given == nullptr) return;
  TakeText(*given, "id", run.id);
  TakeText(*given, "tool", run.tool);
}

}  // namespace vfqual::reports
