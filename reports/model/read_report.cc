#include "reports/model/read_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reports/model/report_json.h"
#include "reports/model/text.h"

namespace vfqual::reports {

namespace {

using ReadJson = nlohmann::json;

// These throw where a field has another type than the schema's; ReadReport turns that into an error.

const ReadJson* Find(const ReadJson& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string Text(const ReadJson& object, const char* key) {
  const ReadJson* const found = Find(object, key);
  return found == nullptr ? std::string() : VisibleText(found->get_ref<const std::string&>());
}

std::optional<std::string> OptionalText(const ReadJson& object, const char* key) {
  return Find(object, key) == nullptr ? std::nullopt : std::optional(Text(object, key));
}

double Number(const ReadJson& object, const char* key) {
  const ReadJson* const found = Find(object, key);
  return found == nullptr ? 0 : found->get<double>();
}

template <class Integer>
Integer Whole(const ReadJson& object, const char* key) {
  const ReadJson* const found = Find(object, key);
  return found == nullptr ? Integer{} : found->get<Integer>();
}

Verdict ReadVerdict(const ReadJson& object, const char* key, Verdict otherwise = Verdict::kMiss) {
  const ReadJson* const found = Find(object, key);
  if (found == nullptr) return otherwise;
  const auto verdict = ParseVerdict(found->get_ref<const std::string&>());
  if (!verdict) throw std::runtime_error("a verdict that is none");
  return *verdict;
}

template <class Item>
std::vector<Item> List(const ReadJson& object, const char* key, Item (*read)(const ReadJson&)) {
  std::vector<Item> items;
  const ReadJson* const found = Find(object, key);
  if (found == nullptr) return items;
  items.reserve(found->size());
  for (const ReadJson& item : *found) items.push_back(read(item));
  return items;
}

StageReport ReadStage(const ReadJson& json) {
  return {.name = Text(json, "name"),
          .verdict = ReadVerdict(json, "verdict"),
          .seconds = Number(json, "seconds"),
          .reason = Text(json, "reason"),
          .log = Text(json, "log"),
          .started = Text(json, "started")};
}

TestReport ReadTest(const ReadJson& json) {
  return {.stage = Text(json, "stage"),
          .path = Text(json, "path"),
          .verdict = ReadVerdict(json, "verdict"),
          .seconds = Number(json, "seconds"),
          .reason = Text(json, "reason")};
}

MetricReport ReadMetric(const ReadJson& json) {
  MetricReport metric = {.stage = Text(json, "stage"),
                         .path = Text(json, "path"),
                         .value = std::nullopt,
                         .unit = Text(json, "unit"),
                         .samples = {},
                         .reason = Text(json, "reason")};
  if (Find(json, "value") != nullptr) metric.value = Number(json, "value");
  if (const ReadJson* const samples = Find(json, "samples")) metric.samples = samples->get<std::vector<double>>();
  return metric;
}

GuestReport ReadGuest(const ReadJson& json) {
  return {.facts = {.name = Text(json, "name"),
                    .vf = Text(json, "vf"),
                    .image = Text(json, "image"),
                    .kernel = Text(json, "kernel")},
          .verdict = ReadVerdict(json, "verdict"),
          .stages = List(json, "stages", ReadStage),
          .tests = List(json, "tests", ReadTest),
          .metrics = List(json, "metrics", ReadMetric)};
}

WarningReport ReadWarning(const ReadJson& json) {
  return {.guest = OptionalText(json, "guest"), .stage = Text(json, "stage"), .message = Text(json, "message")};
}

KnownIssueMatch ReadKnownIssue(const ReadJson& json) {
  return {.id = Text(json, "id"),
          .url = Text(json, "url"),
          .guest = OptionalText(json, "guest"),
          .stage = Text(json, "stage"),
          .line = Text(json, "line"),
          .severity = Text(json, "severity"),
          .title = Text(json, "title"),
          .workaround = Text(json, "workaround"),
          .lines = std::max<std::uint64_t>(1, Whole<std::uint64_t>(json, "lines"))};
}

KernelLogLine ReadKernelLog(const ReadJson& json) {
  return {.guest = OptionalText(json, "guest"),
          .stage = Text(json, "stage"),
          .uptime_us = Whole<std::int64_t>(json, "uptime_us"),
          .level = Whole<int>(json, "level"),
          .message = Text(json, "message")};
}

ExpectationOutcome ReadExpectation(const ReadJson& json) {
  ExpectationOutcome outcome = {.id = Text(json, "id"),
                                .path = Text(json, "path"),
                                .guest = OptionalText(json, "guest"),
                                .state = ExpectationState::kMissing,
                                .url = Text(json, "url"),
                                .reason = Text(json, "reason"),
                                .expires = Text(json, "expires")};
  for (const auto state :
       {ExpectationState::kExpectedFailure, ExpectationState::kUnexpectedPass, ExpectationState::kExpired}) {
    if (Text(json, "state") == Word(state)) outcome.state = state;
  }
  return outcome;
}

CellHistory ReadHistory(const ReadJson& json) {
  return {.run = Text(json, "run"),
          .started = Text(json, "started"),
          .cell = json.value("cell", ""),  // older reports have none
          .verdict = ReadVerdict(json, "verdict"),
          .first_failure = OptionalText(json, "first_failure")};
}

PlatformFacts ReadPlatform(const ReadJson& json) {
  const ReadJson& pf = json.at("pf");
  return {.id = Text(json, "id"),
          .name = Text(json, "name"),
          .hardware = json.at("hardware").get<bool>(),
          .pf = {.bdf = Text(pf, "bdf"),
                 .vendor = Text(pf, "vendor"),
                 .device = Text(pf, "device"),
                 .total_vfs = Whole<int>(pf, "total_vfs")}};
}

CellReport ReadCell(const ReadJson& json) {
  CellReport cell;
  cell.id = Text(json, "id");
  cell.verdict = ReadVerdict(json, "verdict");
  cell.reason = Text(json, "reason");
  cell.first_failure = OptionalText(json, "first_failure");
  const ReadJson& kernel = json.at("kernel");
  cell.kernel = {.release = Text(kernel, "release"), .distribution = Text(kernel, "distribution")};
  cell.platform = ReadPlatform(json.at("platform"));
  const ReadJson& module = json.at("module");
  cell.module = {.name = Text(module, "name"),
                 .version = Text(module, "version"),
                 .driver = Text(module, "driver"),
                 .srcversion = Text(module, "srcversion"),
                 .source = Text(module, "source"),
                 .source_kind = OptionalText(module, "source_kind").value_or(""),
                 .revision = OptionalText(module, "revision").value_or(""),
                 .fingerprint = OptionalText(module, "fingerprint").value_or("")};
  cell.stages = List(json, "stages", ReadStage);
  cell.guests = List(json, "guests", ReadGuest);
  cell.host_tests = List(json, "host_tests", ReadTest);
  cell.host_metrics = List(json, "host_metrics", ReadMetric);
  cell.warnings = List(json, "warnings", ReadWarning);
  cell.known_issues = List(json, "known_issues", ReadKnownIssue);
  cell.kernel_log = List(json, "kernel_log", ReadKernelLog);
  cell.kernel_log_left_out = Whole<std::uint64_t>(json, "kernel_log_left_out");
  cell.unexpected = ReadVerdict(json, "unexpected_verdict", cell.verdict);
  cell.expectations = List(json, "expectations", ReadExpectation);
  cell.run = Text(json, "run");
  cell.started = Text(json, "started");
  if (Find(json, "baseline") != nullptr) cell.baseline = ReadVerdict(json, "baseline");
  cell.history = List(json, "history", ReadHistory);
  return cell;
}

ChangeReport ReadChange(const ReadJson& json) {
  return {.id = Whole<int>(json, "id"),
          .what = Text(json, "what"),
          .target = Text(json, "target"),
          .before = Text(json, "before"),
          .after = Text(json, "after"),
          .undone = OptionalText(json, "undone")};
}

JournalProblem ReadProblem(const ReadJson& json) {
  return {.line = Whole<std::uint64_t>(json, "line"), .message = Text(json, "message")};
}

Report ReadDocument(const ReadJson& json) {
  if (!json.is_object() || json.value("schema", "") != kReportSchema) throw std::runtime_error("not a vfqual/report/1");
  Report report;
  const ReadJson& run = json.at("run");
  report.run = {.id = Text(run, "id"),
                .tool = Text(run, "tool"),
                .started = Text(run, "started"),
                .seconds = Number(run, "seconds")};
  report.verdict = ReadVerdict(json, "verdict");
  report.unexpected = ReadVerdict(json, "unexpected_verdict", report.verdict);
  report.reason = Text(json, "reason");
  report.cells = List(json, "cells", ReadCell);
  report.changes = List(json, "changes", ReadChange);
  report.journal_problems = List(json, "journal_problems", ReadProblem);
  report.journal_problems_left_out = Whole<std::uint64_t>(json, "journal_problems_left_out");
  return report;
}

}  // namespace

tl::expected<Report, std::string> ReadReport(std::string_view text) {
  try {
    return ReadDocument(ReadJson::parse(text));
  } catch (const std::exception& error) {
    return tl::unexpected(VisibleText(error.what(), 500));
  }
}

}  // namespace vfqual::reports
