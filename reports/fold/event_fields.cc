#include "reports/fold/event_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "reports/model/text.h"

namespace vfqual::reports {

namespace {

using JsonValue = rapidjson::Value;

const JsonValue* Member(const JsonValue& object, const char* key) {
  if (!object.IsObject()) return nullptr;
  const auto found = object.FindMember(key);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string_view TextOf(const JsonValue& value) {
  return {value.GetString(), value.GetStringLength()};
}

bool IsWhole(const JsonValue& value) {
  return value.IsInt64() || value.IsUint64();
}

void TakeText(const JsonValue& object, const char* key, std::string& into) {
  const JsonValue* const value = Member(object, key);
  if (value != nullptr && value->IsString()) into = VisibleText(TextOf(*value), kMaxNameBytes);
}

std::int64_t BoundedInteger(const JsonValue& value) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  return value.IsInt64() ? value.GetInt64() : kMax;
}

}  // namespace

const JsonValue* EventFields::Find(const char* key) const {
  return Member(event_, key);
}

void EventFields::Complain(std::string what) {
  if (problem_.empty()) problem_ = std::move(what);
}

void EventFields::ComplainOf(const char* key, const char* wanted) {
  Complain(fmt::format("has no {} in \"{}\"", wanted, key));
}

std::string EventFields::RequiredText(const char* key, std::size_t max_bytes) {
  const JsonValue* const value = Find(key);
  if (value != nullptr && value->IsString()) return VisibleText(TextOf(*value), max_bytes);
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
  const JsonValue* const value = Find(key);
  if (value != nullptr && value->IsString()) {
    if (const auto verdict = ParseVerdict(TextOf(*value))) return *verdict;
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
  const JsonValue* const value = Find(key);
  if (value != nullptr && IsWhole(*value)) return BoundedInteger(*value);
  ComplainOf(key, "whole number");
  return 0;
}

std::optional<std::string> EventFields::Guest() {
  const JsonValue* const value = Find("guest");
  if (value == nullptr || value->IsNull()) return std::nullopt;
  return Name("guest");
}

std::optional<double> EventFields::OptionalNumber(const char* key) {
  const JsonValue* const value = Find(key);
  if (value == nullptr || !value->IsNumber()) return std::nullopt;
  return value->GetDouble();
}

std::string EventFields::OptionalText(const char* key) const {
  const JsonValue* const value = Find(key);
  if (value == nullptr || !value->IsString()) return {};
  return VisibleText(TextOf(*value));
}

std::vector<double> EventFields::OptionalNumbers(const char* key) const {
  std::vector<double> numbers;
  const JsonValue* const value = Find(key);
  if (value == nullptr || !value->IsArray()) return numbers;
  for (const JsonValue& number : value->GetArray()) {
    if (number.IsNumber()) numbers.push_back(number.GetDouble());
  }
  return numbers;
}

bool EventFields::OptionalFlag(const char* key, bool otherwise) const {
  const JsonValue* const value = Find(key);
  return value != nullptr && value->IsBool() ? value->GetBool() : otherwise;
}

void EventFields::MergeInto(KernelFacts& kernel) const {
  const JsonValue* const given = Find("kernel");
  if (given == nullptr) return;
  TakeText(*given, "release", kernel.release);
  TakeText(*given, "distribution", kernel.distribution);
}

void EventFields::MergeInto(PlatformFacts& platform) const {
  const JsonValue* const given = Find("platform");
  if (given == nullptr) return;
  TakeText(*given, "id", platform.id);
  TakeText(*given, "name", platform.name);
  const JsonValue* const hardware = Member(*given, "hardware");
  if (hardware != nullptr && hardware->IsBool()) platform.hardware = hardware->GetBool();
  const JsonValue* const pf = Member(*given, "pf");
  if (pf == nullptr) return;
  TakeText(*pf, "bdf", platform.pf.bdf);
  TakeText(*pf, "vendor", platform.pf.vendor);
  TakeText(*pf, "device", platform.pf.device);
  const JsonValue* const total = Member(*pf, "total_vfs");
  // The SR-IOV capability's TotalVFs is 16 bits wide.
  if (total != nullptr && IsWhole(*total)) {
    platform.pf.total_vfs = static_cast<int>(std::clamp<std::int64_t>(BoundedInteger(*total), 0, 65535));
  }
}

void EventFields::MergeInto(ModuleFacts& module) const {
  const JsonValue* const given = Find("module");
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
  const JsonValue* const given = Find("run");
  if (given == nullptr) return;
  TakeText(*given, "id", run.id);
  TakeText(*given, "tool", run.tool);
}

}  // namespace vfqual::reports
