#include "reports/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "reports/compare/mann_whitney.h"
#include "reports/render/format.h"

namespace vfqual::reports {

namespace {

using Guest = std::optional<std::string>;
using Path = std::pair<Guest, std::string>;

struct VerdictEntry {
  Verdict verdict = Verdict::kMiss;
  std::string reason;
};

// How well the pairing must fit; tried in this order.
enum class Pairing : std::uint8_t { kSame, kAcrossModules, kAcrossKernels };

std::string Key(const CellReport& cell, Pairing pairing) {
  std::string key = cell.platform.id;
  if (pairing != Pairing::kAcrossKernels) key += "\x1f" + cell.kernel.release;
  if (pairing != Pairing::kAcrossModules)
    key += "\x1f" + cell.module.name + "\x1f" + cell.module.version + "\x1f" + cell.module.driver;
  for (const GuestReport& guest : cell.guests) key += fmt::format("\x1f{}={}", guest.facts.name, guest.facts.image);
  return key;
}

// Of cells with the same key the last one counts.
std::map<std::string, const CellReport*> ByKey(const Report& report, Pairing pairing) {
  std::map<std::string, const CellReport*> cells;
  for (const CellReport& cell : report.cells) cells[Key(cell, pairing)] = &cell;
  return cells;
}

bool IsPaired(const Report& base, const Report& now, Pairing pairing) {
  const auto left = ByKey(base, pairing);
  const auto right = ByKey(now, pairing);
  return std::any_of(left.begin(), left.end(), [&right](const auto& entry) { return right.contains(entry.first); });
}

Pairing ChoosePairing(const Report& base, const Report& now) {
  for (const Pairing pairing : {Pairing::kSame, Pairing::kAcrossModules, Pairing::kAcrossKernels}) {
    if (IsPaired(base, now, pairing)) return pairing;
  }
  return Pairing::kSame;
}

std::map<Path, VerdictEntry> Verdicts(const CellReport& cell) {
  std::map<Path, VerdictEntry> verdicts;
  const auto place = [&verdicts](const Guest& guest, const auto& stages, const auto& tests) {
    for (const StageReport& stage : stages) verdicts[{guest, "stage." + stage.name}] = {stage.verdict, stage.reason};
    for (const TestReport& test : tests) {
      VerdictEntry& entry = verdicts.try_emplace({guest, test.path}, VerdictEntry{Verdict::kSkip, {}}).first->second;
      if (Worst(test.verdict, entry.verdict) == test.verdict) entry = {test.verdict, test.reason};
    }
  };
  place(std::nullopt, cell.stages, cell.host_tests);
  for (const GuestReport& guest : cell.guests) place(guest.facts.name, guest.stages, guest.tests);
  verdicts[{std::nullopt, "cell"}] = {cell.verdict, CellCause(cell)};
  return verdicts;
}

// What was there and is not any more may hide a failure, so it is a regression; a SKIP is no verdict on the subject.
ChangeKind KindOf(std::optional<Verdict> base, std::optional<Verdict> now) {
  const auto good = [](std::optional<Verdict> verdict) {
    return verdict == Verdict::kPass || verdict == Verdict::kDone;
  };
  if (now && IsBad(*now) && (!base || !IsBad(*base))) return ChangeKind::kRegression;
  if (good(base) && !good(now)) return ChangeKind::kRegression;
  if (base && IsBad(*base) && good(now)) return ChangeKind::kImprovement;
  return ChangeKind::kOther;
}

std::map<Path, const MetricReport*> Metrics(const CellReport& cell) {
  std::map<Path, const MetricReport*> metrics;
  for (const MetricReport& metric : cell.host_metrics) metrics[{std::nullopt, metric.path}] = &metric;
  for (const GuestReport& guest : cell.guests) {
    for (const MetricReport& metric : guest.metrics) metrics[{guest.facts.name, metric.path}] = &metric;
  }
  return metrics;
}

double Median(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  const std::size_t middle = samples.size() / 2;
  return samples.size() % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
}

double Centre(const MetricReport& metric) {
  return metric.samples.empty() ? metric.value.value_or(0) : Median(metric.samples);
}

MetricChange CompareMetric(const MetricReport& base, const MetricReport& now, const CompareOptions& options) {
  MetricChange change;
  change.path = now.path;
  change.unit = now.unit;
  change.base = Centre(base);
  change.now = Centre(now);
  change.base_samples = base.samples.size();
  change.now_samples = now.samples.size();
  if (!now.value) {
    change.is_gone = true;
    change.note = now.reason.empty() ? "no value" : now.reason;
    return change;
  }
  if (change.base != 0) change.effect_percent = (change.now - change.base) / std::fabs(change.base) * 100;
  if (base.unit != now.unit) {
    change.note = fmt::format("units differ: {} before", base.unit);
  } else if (std::min(change.base_samples, change.now_samples) < options.min_samples) {
    change.note = "too few samples";
  }
  if (!change.note.empty()) return change;
  change.p = MannWhitneyTest(now.samples, base.samples).p;
  if (change.p >= options.alpha || std::fabs(change.effect_percent) < options.threshold_percent) return change;
  const bool worse = (change.effect_percent > 0) == SmallerIsBetter(now);
  change.kind = worse ? ChangeKind::kRegression : ChangeKind::kImprovement;
  return change;
}

void ComparePair(const CellReport& base, const CellReport& now, const CompareOptions& options, Comparison& comparison) {
  const std::string title = CellTitle(now);
  const auto before = Verdicts(base);
  const auto after = Verdicts(now);
  std::set<Path> paths;
  for (const auto* side : {&before, &after}) {
    for (const auto& [path, entry] : *side) paths.insert(path);
  }
  for (const Path& path : paths) {
    const auto left = before.find(path);
    const auto right = after.find(path);
    VerdictChange change;
    if (left != before.end()) change.base = left->second.verdict;
    if (right != after.end()) change.now = right->second.verdict;
    if (change.base == change.now) continue;
    change.kind = KindOf(change.base, change.now);
    change.cell = title;
    change.guest = path.first;
    change.what = path.second;
    if (right != after.end()) change.reason = right->second.reason;
    comparison.verdicts.push_back(std::move(change));
  }
  const auto old_metrics = Metrics(base);
  for (const auto& [path, metric] : Metrics(now)) {
    const auto old = old_metrics.find(path);
    if (old == old_metrics.end()) continue;
    MetricChange change = CompareMetric(*old->second, *metric, options);
    change.cell = title;
    change.guest = path.first;
    comparison.metrics.push_back(std::move(change));
  }
  // What is not measured any more is told, but proves nothing: a bench may not have been selected.
  const auto new_metrics = Metrics(now);
  for (const auto& [path, metric] : old_metrics) {
    if (new_metrics.contains(path)) continue;
    MetricChange change;
    change.cell = title;
    change.guest = path.first;
    change.path = metric->path;
    change.unit = metric->unit;
    change.base = Centre(*metric);
    change.base_samples = metric->samples.size();
    change.is_gone = true;
    change.note = "not measured any more";
    comparison.metrics.push_back(std::move(change));
  }
}

}  // namespace

bool SmallerIsBetter(const MetricReport& metric) {
  static constexpr std::string_view kSmaller[] = {"s", "ms", "us", "µs", "ns", "%"};
  return std::find(std::begin(kSmaller), std::end(kSmaller), metric.unit) != std::end(kSmaller);
}

Comparison Compare(const Report& base, const Report& now, const CompareOptions& options) {
  Comparison comparison;
  comparison.base_run = base.run.id;
  comparison.now_run = now.run.id;
  const Pairing pairing = ChoosePairing(base, now);
  comparison.across_modules = pairing == Pairing::kAcrossModules;
  const auto before = ByKey(base, pairing);
  const auto after = ByKey(now, pairing);
  for (const auto& [key, cell] : after) {
    const auto old = before.find(key);
    if (old == before.end()) {
      comparison.only_in_new.push_back(CellTitle(*cell));
    } else {
      ComparePair(*old->second, *cell, options, comparison);
    }
  }
  for (const auto& [key, cell] : before) {
    if (!after.contains(key)) comparison.only_in_base.push_back(CellTitle(*cell));
  }
  const auto by_kind = [](const auto& a, const auto& b) { return a.kind < b.kind; };
  std::stable_sort(comparison.verdicts.begin(), comparison.verdicts.end(), by_kind);
  std::stable_sort(comparison.metrics.begin(), comparison.metrics.end(), by_kind);
  return comparison;
}

bool HasRegression(const Comparison& comparison) {
  const auto is_regression = [](const auto& change) { return change.kind == ChangeKind::kRegression; };
  return std::any_of(comparison.verdicts.begin(), comparison.verdicts.end(), is_regression) ||
         std::any_of(comparison.metrics.begin(), comparison.metrics.end(), is_regression);
}

}  // namespace vfqual::reports
