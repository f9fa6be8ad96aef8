#include "reports/merge/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "reports/merge/natural_order.h"

namespace vfqual::reports {

namespace {

CellHistory AsHistory(const CellReport& cell) {
  return {.run = cell.run,
          .started = cell.started,
          .cell = cell.id,
          .verdict = cell.verdict,
          .first_failure = cell.first_failure};
}

// A run may hold a cell several times, under ids that count up.
bool IsNewer(const CellHistory& a, const CellHistory& b) {
  if (std::tie(a.started, a.run) != std::tie(b.started, b.run))
    return std::tie(a.started, a.run) > std::tie(b.started, b.run);
  return NaturallyLess(b.cell, a.cell);
}

bool IsSame(const CellHistory& a, const CellHistory& b) {
  return a.run == b.run && a.started == b.started && a.cell == b.cell;
}

// Adds what `other` knows to the history, once each.
void AddHistory(std::vector<CellHistory> others, std::vector<CellHistory>& history) {
  for (CellHistory& other : others) {
    const bool known = std::any_of(history.begin(), history.end(),
                                   [&other](const CellHistory& entry) { return IsSame(entry, other); });
    if (!known) history.push_back(std::move(other));
  }
}

// Both are the same cell; the newer one's results stay.
void MergeCell(CellReport cell, CellReport& into) {
  if (IsSame(AsHistory(cell), AsHistory(into))) return;
  if (IsNewer(AsHistory(cell), AsHistory(into))) std::swap(cell, into);
  AddHistory({AsHistory(cell)}, into.history);
  AddHistory(std::move(cell.history), into.history);
  std::erase_if(into.history, [&into](const CellHistory& entry) { return IsSame(entry, AsHistory(into)); });
}

void NoteReason(const Report& report, Report& merged) {
  if (report.reason.empty()) return;
  merged.verdict = Worst(merged.verdict, Verdict::kMiss);
  merged.unexpected = Worst(merged.unexpected, Verdict::kMiss);
  merged.reason += fmt::format("{}{}: {}", merged.reason.empty() ? "" : "; ", report.run.id, report.reason);
}

}  // namespace

std::string CellKey(const CellReport& cell) {
  std::string key = fmt::format("{}\x1f{}\x1f{}\x1f{}\x1f{}", cell.kernel.release, cell.platform.id, cell.module.name,
                                cell.module.version, cell.module.driver);
  for (const GuestReport& guest : cell.guests) key += fmt::format("\x1f{}={}", guest.facts.vf, guest.facts.image);
  return key;
}

Report Merge(std::vector<Report> reports) {
  Report merged;
  merged.verdict = merged.unexpected = Verdict::kSkip;
  std::map<std::string, CellReport> cells;
  std::set<std::string> runs;
  for (Report& report : reports) {
    if (merged.run.tool.empty()) merged.run.tool = report.run.tool;
    if (!report.run.started.empty() && (merged.run.started.empty() || report.run.started < merged.run.started)) {
      merged.run.started = report.run.started;
    }
    // A run named twice is one run.
    if (runs.insert(report.run.id + report.run.started).second) merged.run.seconds += report.run.seconds;
    NoteReason(report, merged);
    for (CellReport& cell : report.cells) {
      if (cell.run.empty()) {
        cell.run = report.run.id;
        cell.started = report.run.started;
      }
      const std::string key = CellKey(cell);
      const auto found = cells.find(key);
      if (found == cells.end()) {
        cells.emplace(key, std::move(cell));
      } else {
        MergeCell(std::move(cell), found->second);
      }
    }
    report = Report();
  }
  merged.run.id = fmt::format("{} runs merged", runs.size());
  for (auto& [key, cell] : cells) {
    std::sort(cell.history.begin(), cell.history.end(), IsNewer);
    merged.verdict = Worst(merged.verdict, cell.verdict);
    merged.unexpected = Worst(merged.unexpected, cell.unexpected);
    merged.cells.push_back(std::move(cell));
  }
  std::stable_sort(merged.cells.begin(), merged.cells.end(), [](const CellReport& a, const CellReport& b) {
    if (a.kernel.release != b.kernel.release) return NaturallyLess(a.kernel.release, b.kernel.release);
    if (a.platform.id != b.platform.id) return a.platform.id < b.platform.id;
    return NaturallyLess(a.module.version, b.module.version);
  });
  return merged;
}

void SetBaseline(const Report& baseline, Report& merged) {
  const auto key = [](const CellReport& cell) {
    std::string text = cell.kernel.release + '\x1f' + cell.platform.id;
    for (const GuestReport& guest : cell.guests) text += '\x1f' + guest.facts.image;
    return text;
  };
  std::map<std::string, const CellReport*> newest;
  std::map<std::string, const CellReport*> same;
  for (const CellReport& cell : baseline.cells) {
    const CellReport*& known = newest[key(cell)];
    if (known == nullptr || cell.started > known->started) known = &cell;
    same[CellKey(cell)] = &cell;
  }
  for (CellReport& cell : merged.cells) {
    const auto exact = same.find(CellKey(cell));
    const auto close = newest.find(key(cell));
    if (exact != same.end()) {
      cell.baseline = exact->second->verdict;
    } else if (close != newest.end()) {
      cell.baseline = close->second->verdict;
    }
  }
}

PassCount CountPasses(const CellReport& cell) {
  PassCount count;
  const auto add = [&count](Verdict verdict) {
    // What was skipped tells neither.
    if (verdict == Verdict::kSkip) return;
    ++count.runs;
    count.passed += IsBad(verdict) ? 0U : 1U;
  };
  add(cell.verdict);
  for (const CellHistory& older : cell.history) add(older.verdict);
  return count;
}

bool IsFlaky(const CellReport& cell) {
  const PassCount count = CountPasses(cell);
  return count.passed > 0 && count.passed < count.runs;
}

}  // namespace vfqual::reports
