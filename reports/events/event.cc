#include "reports/events/event.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vfqual::reports {

namespace {

using Json = nlohmann::ordered_json;

// A thousand samples are enough for any test of theirs, and keep the line short.
constexpr std::size_t kMaxSamples = 4096;

void AddKnown(Json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

Json CellFields(std::string_view cell, const CellFacts& facts) {
  Json fields = {{"cell", cell}};
  if (facts.kernel)
    fields["kernel"] = {{"release", facts.kernel->release}, {"distribution", facts.kernel->distribution}};
  if (facts.platform) {
    const PfFacts& pf = facts.platform->pf;
    fields["platform"] = {
        {"id", facts.platform->id},
        {"name", facts.platform->name},
        {"hardware", facts.platform->hardware},
        {"pf", {{"bdf", pf.bdf}, {"vendor", pf.vendor}, {"device", pf.device}, {"total_vfs", pf.total_vfs}}}};
  }
  if (facts.module) {
    fields["module"] = {{"name", facts.module->name},
                        {"version", facts.module->version},
                        {"driver", facts.module->driver},
                        {"srcversion", facts.module->srcversion},
                        {"source", facts.module->source}};
    AddKnown(fields["module"], "source_kind", facts.module->source_kind);
    AddKnown(fields["module"], "revision", facts.module->revision);
    AddKnown(fields["module"], "fingerprint", facts.module->fingerprint);
  }
  return fields;
}

Json PlaceFields(const Place& place) {
  Json fields = {{"cell", place.cell}};
  fields["guest"] = place.guest ? Json(*place.guest) : Json(nullptr);
  fields["stage"] = place.stage;
  return fields;
}

double FiniteSeconds(double seconds) {
  return std::isfinite(seconds) && seconds > 0 ? std::round(seconds * 1e6) / 1e6 : 0;
}

std::string NotFinite(double value) {
  if (std::isnan(value)) return "the value is not a number";
  return value > 0 ? "the value is infinite" : "the value is minus infinite";
}

}  // namespace

Event RunStarted(std::string_view id, std::string_view tool, const Json& plan) {
  return {.name = "run_started", .fields = {{"run", {{"id", id}, {"tool", tool}}}, {"plan", plan}}};
}

Event RunEnded(double seconds, bool complete, std::string_view reason) {
  return {.name = "run_ended",
          .fields = {{"seconds", FiniteSeconds(seconds)}, {"complete", complete}, {"reason", reason}}};
}

Event CellStarted(std::string_view cell, const CellFacts& facts) {
  return {.name = "cell_started", .fields = CellFields(cell, facts)};
}

Event CellUpdated(std::string_view cell, const CellFacts& facts) {
  return {.name = "cell_updated", .fields = CellFields(cell, facts)};
}

Event GuestStarted(std::string_view cell, const GuestFacts& facts) {
  return {
      .name = "guest_started",
      .fields = {
          {"cell", cell}, {"guest", facts.name}, {"vf", facts.vf}, {"image", facts.image}, {"kernel", facts.kernel}}};
}

Event GuestUpdated(std::string_view cell, const GuestFacts& facts) {
  Json fields = {{"cell", cell}, {"guest", facts.name}};
  if (!facts.vf.empty()) fields["vf"] = facts.vf;
  if (!facts.image.empty()) fields["image"] = facts.image;
  if (!facts.kernel.empty()) fields["kernel"] = facts.kernel;
  return {.name = "guest_updated", .fields = std::move(fields)};
}

Event StageStarted(const Place& place) {
  return {.name = "stage_started", .fields = PlaceFields(place)};
}

Event StageEnded(const Place& place, const StageResult& result) {
  Json fields = PlaceFields(place);
  fields["verdict"] = Word(result.verdict);
  fields["seconds"] = FiniteSeconds(result.seconds);
  fields["reason"] = result.reason;
  fields["log"] = result.log;
  return {.name = "stage_ended", .fields = std::move(fields)};
}

Event TestEnded(const Place& place, const TestFacts& test) {
  Json fields = PlaceFields(place);
  fields["path"] = test.path;
  fields["verdict"] = Word(test.verdict);
  fields["seconds"] = FiniteSeconds(test.seconds);
  fields["reason"] = test.reason;
  return {.name = "test", .fields = std::move(fields)};
}

Event Metric(const Place& place, const MetricFacts& metric) {
  Json fields = PlaceFields(place);
  fields["path"] = metric.path;
  fields["value"] = std::isfinite(metric.value) ? Json(metric.value) : Json(nullptr);
  fields["unit"] = metric.unit;
  Json samples = Json::array();
  std::size_t not_finite = 0;
  for (const double sample : metric.samples) {
    if (!std::isfinite(sample)) {
      ++not_finite;
    } else if (samples.size() < kMaxSamples) {
      samples.push_back(sample);
    }
  }
  std::string reason = std::isfinite(metric.value) ? "" : NotFinite(metric.value);
  if (not_finite > 0) {
    reason += fmt::format("{}{} of {} samples were not finite", reason.empty() ? "" : "; ", not_finite,
                          metric.samples.size());
  }
  const std::size_t left_out = metric.samples.size() - not_finite - samples.size();
  if (left_out > 0) reason += fmt::format("{}{} samples left out", reason.empty() ? "" : "; ", left_out);
  fields["samples"] = std::move(samples);
  fields["reason"] = std::move(reason);
  return {.name = "metric", .fields = std::move(fields)};
}

Event Warning(const Place& place, std::string_view message) {
  Json fields = PlaceFields(place);
  fields["message"] = message;
  return {.name = "warning", .fields = std::move(fields)};
}

Event KernelLog(const Place& place, std::int64_t uptime_us, int level, std::string_view message) {
  Json fields = PlaceFields(place);
  fields["uptime_us"] = uptime_us;
  fields["level"] = level;
  fields["message"] = message;
  return {.name = "kernel_log", .fields = std::move(fields)};
}

Event KnownIssue(const Place& place, std::string_view id, std::string_view url, std::string_view line) {
  Json fields = PlaceFields(place);
  fields["id"] = id;
  fields["url"] = url;
  fields["line"] = line;
  return {.name = "known_issue", .fields = std::move(fields)};
}

Event Change(const HostChange& change) {
  return {.name = "change",
          .fields = {{"id", change.id},
                     {"what", change.what},
                     {"target", change.target},
                     {"before", change.before},
                     {"after", change.after}}};
}

Event ChangeUndone(int id, std::string_view how) {
  return {.name = "change_undone", .fields = {{"id", id}, {"how", how}}};
}

}  // namespace vfqual::reports
