#include "reports/render/html/page_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "reports/model/text.h"
#include "reports/render/escape.h"
#include "reports/render/failure_excerpt.h"
#include "reports/render/format.h"
#include "reports/render/html/cell_times.h"

namespace vfqual::reports {

namespace {

constexpr std::size_t kMaxDataReasonBytes = 600;
constexpr std::size_t kMaxIssues = 20;
constexpr std::size_t kMaxDataExcerptLines = 8;

std::string JsonText(std::string_view text) {
  std::string json = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  for (auto at = json.find('<'); at != std::string::npos; at = json.find('<', at)) json.replace(at, 1, "\\u003c");
  return json;
}

// Numbers items that are alike once, in the order in which they came.
class Numbered {
 public:
  std::size_t Of(const std::string& item) {
    const auto [at, is_new] = number_.try_emplace(item, items_.size());
    if (is_new) items_.push_back(&at->first);
    return at->second;
  }
  // The items as a JSON list, each as `write` has it.
  template <class Write>
  std::string List(const Write& write) const {
    std::string list;
    for (const std::string* item : items_) list += (list.empty() ? "" : ",") + write(*item);
    return "[" + list + "]";
  }

 private:
  std::unordered_map<std::string, std::size_t> number_;
  std::vector<const std::string*> items_;
};

std::string Joined(const std::vector<std::string>& items) {
  std::string list;
  for (const std::string& item : items) {
    if (!list.empty()) list += ',';
    list += item;
  }
  return list;
}

char Digit(Verdict verdict) {
  return static_cast<char>('0' + static_cast<int>(verdict));
}

// Four significant digits are what a plot can show.
std::string Number(double value) {
  return std::isfinite(value) ? fmt::format("{:.4g}", value) : "null";
}

// Least, first quartile, median, third quartile, most.
std::string Quartiles(const MetricReport& metric) {
  if (!metric.value) return "null,null,null,null,null";
  std::vector<double> samples = metric.samples;
  if (samples.empty()) samples.push_back(*metric.value);
  std::sort(samples.begin(), samples.end());
  std::vector<std::string> numbers;
  for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    const double place = share * static_cast<double>(samples.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, samples.size() - 1);
    const double part = place - static_cast<double>(below);
    numbers.push_back(Number(samples[below] + (samples[above] - samples[below]) * part));
  }
  return Joined(numbers);
}

class Compactor {
 public:
  std::string Cell(const CellReport& cell) {
    std::vector<std::string> guests;
    for (const GuestReport& guest : cell.guests) guests.push_back(Text(guest.facts.name));
    const std::string module = cell.module.name + " " + cell.module.version;
    return fmt::format(
        "{{\"k\":{},\"p\":{},\"m\":{},\"v\":{},\"hw\":{},\"f\":{},\"c\":{},\"e\":[{}],\"g\":[{}],{},{},{},\"i\":[{}],"
        "\"h\":[{}]}}",
        Text(cell.kernel.release), Text(cell.platform.id), Text(module), static_cast<int>(cell.verdict),
        cell.platform.hardware ? 1 : 0, cell.first_failure ? Text(*cell.first_failure) : "-1",
        IsBad(cell.verdict) ? Text(CellCause(cell)) : "-1", Excerpt(cell), Joined(guests), Stages(cell), Tests(cell),
        Metrics(cell), Issues(cell), History(cell));
  }

  std::string Tables() const {
    const auto shape = [](const std::string& item) { return "[" + item + "]"; };
    return fmt::format("\"strings\":{},\"stage_shapes\":{},\"test_shapes\":{},\"metric_shapes\":{}",
                       strings_.List(JsonText), stage_shapes_.List(shape), test_shapes_.List(shape),
                       metric_shapes_.List(shape));
  }

 private:
  std::string Text(std::string_view text) {
    return fmt::format("{}", strings_.Of(VisibleText(text, kMaxDataReasonBytes)));
  }

  void NoteReason(std::size_t at, const std::string& reason, std::vector<std::string>& reasons) {
    if (!reason.empty()) reasons.push_back(fmt::format("\"{}\":{}", at, Text(reason)));
  }

  std::string Excerpt(const CellReport& cell) {
    std::vector<std::string> lines;
    for (const std::string& line : FailureExcerpt(cell, kMaxDataExcerptLines)) lines.push_back(Text(line));
    return Joined(lines);
  }

  // Shape, verdicts, seconds, seconds from the cell's begin (-1: never started), reasons.
  std::string StageList(const std::vector<StageReport>& stages, const CellTimes& times) {
    std::vector<std::string> names;
    std::vector<std::string> seconds;
    std::vector<std::string> starts;
    std::vector<std::string> reasons;
    std::string verdicts;
    for (const StageReport& stage : stages) {
      NoteReason(verdicts.size(), stage.reason, reasons);
      names.push_back(Text(stage.name));
      seconds.push_back(Number(stage.seconds));
      const auto start_s = times.StartOf(stage);
      starts.push_back(start_s ? Number(*start_s) : "-1");
      verdicts += Digit(stage.verdict);
    }
    return fmt::format("[{},\"{}\",[{}],[{}],{{{}}}]", stage_shapes_.Of(Joined(names)), verdicts, Joined(seconds),
                       Joined(starts), Joined(reasons));
  }

  std::string Stages(const CellReport& cell) {
    const CellTimes times(cell);
    std::vector<std::string> guests;
    for (const GuestReport& guest : cell.guests) guests.push_back(StageList(guest.stages, times));
    return fmt::format("\"s\":{},\"gs\":[{}]", StageList(cell.stages, times), Joined(guests));
  }

  std::string Tests(const CellReport& cell) {
    std::vector<std::string> names;
    std::vector<std::string> milliseconds;
    std::vector<std::string> reasons;
    std::string verdicts;
    const auto add = [&](const std::vector<TestReport>& tests, std::size_t place) {
      for (const TestReport& test : tests) {
        NoteReason(verdicts.size(), test.reason, reasons);
        names.push_back(fmt::format("[{},{}]", Text(test.path), place));
        milliseconds.push_back(fmt::format("{:.0f}", test.seconds * 1000));
        verdicts += Digit(test.verdict);
      }
    };
    add(cell.host_tests, 0);
    for (std::size_t i = 0; i < cell.guests.size(); ++i) add(cell.guests[i].tests, i + 1);
    return fmt::format("\"ts\":{},\"t\":\"{}\",\"tt\":[{}],\"tr\":{{{}}}", test_shapes_.Of(Joined(names)), verdicts,
                       Joined(milliseconds), Joined(reasons));
  }

  std::string Metrics(const CellReport& cell) {
    std::vector<std::string> names;
    std::vector<std::string> spreads;
    const auto add = [&](const std::vector<MetricReport>& metrics, std::size_t place) {
      for (const MetricReport& metric : metrics) {
        names.push_back(fmt::format("[{},{},{}]", Text(metric.path), Text(metric.unit), place));
        spreads.push_back(Quartiles(metric));
      }
    };
    add(cell.host_metrics, 0);
    for (std::size_t i = 0; i < cell.guests.size(); ++i) add(cell.guests[i].metrics, i + 1);
    return fmt::format("\"xs\":{},\"x\":[{}]", metric_shapes_.Of(Joined(names)), Joined(spreads));
  }

  std::string Issues(const CellReport& cell) {
    std::vector<std::string> issues;
    for (const KnownIssueMatch& match : cell.known_issues) {
      if (issues.size() == kMaxIssues) break;
      issues.push_back(fmt::format("[{},{},{},{}]", Text(match.id), Text(WebLink(match.url)), Text(match.line),
                                   Text(match.severity)));
    }
    return Joined(issues);
  }

  std::string History(const CellReport& cell) {
    std::vector<std::string> history;
    for (const CellHistory& older : cell.history) {
      history.push_back(fmt::format("[{},{},{}]", Text(older.run), Text(FormatStart(older.started)),
                                    static_cast<int>(older.verdict)));
    }
    return Joined(history);
  }

  Numbered strings_;
  Numbered stage_shapes_;
  Numbered test_shapes_;
  Numbered metric_shapes_;
};

}  // namespace

std::string PageData(const Report& report) {
  Compactor compactor;
  std::string cells;
  for (const CellReport& cell : report.cells) {
    if (!cells.empty()) cells += ",\n";
    cells += compactor.Cell(cell);
  }
  const bool built = report.cells.size() > kMaxWrittenCells;
  return fmt::format("{{{},\n\"built\":{},\"cells\":[{}]}}", compactor.Tables(), built, cells);
}

}  // namespace vfqual::reports
