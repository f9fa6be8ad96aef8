#include "reports/compare/comparison_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/model/text.h"
#include "reports/render/escape.h"
#include "reports/render/format.h"

namespace vfqual::reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxChangeRows = 500;
constexpr std::size_t kMaxTextBytes = 300;

std::string_view Name(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kRegression:
      return "regression";
    case ChangeKind::kImprovement:
      return "improvement";
    case ChangeKind::kOther:
      return "change";
  }
  return "change";
}

std::string VerdictName(std::optional<Verdict> verdict) {
  return verdict ? std::string(Word(*verdict)) : "not there";
}

std::string Effect(const MetricChange& change) {
  if (change.is_gone) return fmt::format("{} → nothing, {}", FormatQuantity(change.base, change.unit), change.note);
  const std::string values = fmt::format("{} → {} ({:+.1f} %)", FormatQuantity(change.base, change.unit),
                                         FormatQuantity(change.now, change.unit), change.effect_percent);
  return change.note.empty() ? fmt::format("{}, p = {:.2g}", values, change.p) : values + ", " + change.note;
}

std::string_view MetricKind(const MetricChange& change) {
  if (change.kind != ChangeKind::kOther) return Name(change.kind);
  return change.note.empty() ? "no change" : "not tested";
}

std::size_t CountRegressions(const Comparison& comparison) {
  const auto is_regression = [](const auto& change) { return change.kind == ChangeKind::kRegression; };
  return static_cast<std::size_t>(std::count_if(comparison.verdicts.begin(), comparison.verdicts.end(), is_regression) +
                                  std::count_if(comparison.metrics.begin(), comparison.metrics.end(), is_regression));
}

std::string OneLine(std::string_view text) {
  std::string line = VisibleText(text, kMaxTextBytes);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

std::string Md(std::string_view text) {
  return EscapeMarkdown(text, kMaxTextBytes);
}

Json GuestJson(const std::optional<std::string>& guest) {
  return guest ? Json(*guest) : Json(nullptr);
}

}  // namespace

std::string ComparisonText(const Comparison& comparison) {
  std::string text = fmt::format("{} → {}: {}\n", OneLine(comparison.base_run), OneLine(comparison.now_run),
                                 Count(CountRegressions(comparison), "regression"));
  for (const VerdictChange& change : comparison.verdicts) {
    text += fmt::format("{:<11} {} · {} · {}: {} → {}{}\n", Name(change.kind), OneLine(change.cell),
                        OneLine(change.guest.value_or("host")), OneLine(change.what), VerdictName(change.base),
                        VerdictName(change.now), change.reason.empty() ? "" : "  " + OneLine(change.reason));
  }
  for (const MetricChange& change : comparison.metrics) {
    text += fmt::format("{:<11} {} · {} · {}: {}\n", MetricKind(change), OneLine(change.cell),
                        OneLine(change.guest.value_or("host")), OneLine(change.path), OneLine(Effect(change)));
  }
  for (const std::string& cell : comparison.only_in_base) text += fmt::format("only before {}\n", OneLine(cell));
  for (const std::string& cell : comparison.only_in_new) text += fmt::format("only now    {}\n", OneLine(cell));
  return text;
}

std::string ComparisonMarkdown(const Comparison& comparison) {
  std::string text = fmt::format("# {} → {}: {}\n\n", Md(comparison.base_run), Md(comparison.now_run),
                                 Count(CountRegressions(comparison), "regression"));
  if (!comparison.verdicts.empty())
    text += "| | Cell | Place | What | Before | Now | Why |\n|---|---|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(comparison.verdicts.size(), kMaxChangeRows); ++i) {
    const VerdictChange& change = comparison.verdicts[i];
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", Name(change.kind), Md(change.cell),
                        Md(change.guest.value_or("host")), Md(change.what), VerdictName(change.base),
                        VerdictName(change.now), Md(change.reason));
  }
  if (comparison.verdicts.size() > kMaxChangeRows)
    text += fmt::format("\n{} more.\n", comparison.verdicts.size() - kMaxChangeRows);
  if (!comparison.metrics.empty()) text += "\n| | Cell | Place | Metric | Before → now |\n|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(comparison.metrics.size(), kMaxChangeRows); ++i) {
    const MetricChange& change = comparison.metrics[i];
    text += fmt::format("| {} | {} | {} | {} | {} |\n", MetricKind(change), Md(change.cell),
                        Md(change.guest.value_or("host")), Md(change.path), Md(Effect(change)));
  }
  if (comparison.metrics.size() > kMaxChangeRows)
    text += fmt::format("\n{} more.\n", comparison.metrics.size() - kMaxChangeRows);
  for (const std::string& cell : comparison.only_in_base) text += fmt::format("\n- only before: {}", Md(cell));
  for (const std::string& cell : comparison.only_in_new) text += fmt::format("\n- only now: {}", Md(cell));
  return text + "\n";
}

Json ComparisonJson(const Comparison& comparison) {
  Json json = {{"schema", "vfqual/comparison/1"}, {"base", comparison.base_run},
               {"new", comparison.now_run},       {"regressions", CountRegressions(comparison)},
               {"verdicts", Json::array()},       {"metrics", Json::array()}};
  for (const VerdictChange& change : comparison.verdicts) {
    json["verdicts"].push_back({{"kind", Name(change.kind)},
                                {"cell", change.cell},
                                {"guest", GuestJson(change.guest)},
                                {"what", change.what},
                                {"base", change.base ? Json(Word(*change.base)) : Json(nullptr)},
                                {"new", change.now ? Json(Word(*change.now)) : Json(nullptr)},
                                {"reason", change.reason}});
  }
  for (const MetricChange& change : comparison.metrics) {
    json["metrics"].push_back({{"kind", MetricKind(change)},
                               {"cell", change.cell},
                               {"guest", GuestJson(change.guest)},
                               {"path", change.path},
                               {"unit", change.unit},
                               {"base", change.base},
                               {"new", change.is_gone ? Json(nullptr) : Json(change.now)},
                               {"effect_percent", change.effect_percent},
                               {"p", change.note.empty() ? Json(change.p) : Json(nullptr)},
                               {"base_samples", change.base_samples},
                               {"new_samples", change.now_samples},
                               {"note", change.note}});
  }
  json["only_in_base"] = comparison.only_in_base;
  json["only_in_new"] = comparison.only_in_new;
  return json;
}

}  // namespace vfqual::reports
