#include "reports/issues/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "reports/model/stage_order.h"

namespace vfqual::reports {

namespace {

using FileJson = nlohmann::json;

bool IsDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
}

// Throws where the file does not follow the schema; ParseExpectations turns that into an error with the file's name.
void ReadFile(const FileJson& file, std::vector<Expectation>& expectations) {
  if (file.at("schema") != "vfqual/expectations/1")
    throw std::runtime_error("is not of the schema vfqual/expectations/1");
  Conditions conditions;
  const std::string wrong = ReadConditions(file.at("applies_to"), conditions);
  if (!wrong.empty()) throw std::runtime_error(wrong);
  for (const FileJson& entry : file.at("expect")) {
    Expectation expectation = {.id = entry.at("id"),
                               .path = entry.at("path"),
                               .verdict = Verdict::kFail,
                               .conditions = conditions,
                               .url = entry.at("url"),
                               .reason = entry.at("reason"),
                               .expires = entry.at("expires")};
    const auto verdict = ParseVerdict(entry.value("verdict", "FAIL"));
    if (!verdict || !IsBad(*verdict))
      throw std::runtime_error(expectation.id + ": only FAIL, ERROR and MISS can be expected");
    if (!IsDate(expectation.expires)) throw std::runtime_error(expectation.id + ": expires is not a date");
    expectation.verdict = *verdict;
    expectations.push_back(std::move(expectation));
  }
}

bool Covers(const Expectation& expectation, std::string_view path) {
  const std::string_view pattern = expectation.path;
  return pattern.ends_with('*') ? path.starts_with(pattern.substr(0, pattern.size() - 1)) : path == pattern;
}

bool IsGuestStage(std::string_view name) {
  return std::any_of(kStageOrder.begin(), kStageOrder.end(),
                     [name](const StageKind& kind) { return kind.name == name && kind.level == StageLevel::kGuest; });
}

class CellJudge {
 public:
  CellJudge(const std::vector<Expectation>& expectations, std::string today, CellReport& cell)
      : all_(expectations), today_(std::move(today)), cell_(cell) {}

  void Judge() {
    cell_.unexpected = Verdict::kSkip;
    // What guests say of a guest stage is judged there.
    JudgePlace(std::nullopt, cell_.stages, cell_.host_tests, !cell_.guests.empty());
    for (const GuestReport& guest : cell_.guests) JudgePlace(guest.facts.name, guest.stages, guest.tests, false);
    if (!cell_.reason.empty()) cell_.unexpected = Worst(cell_.unexpected, Verdict::kMiss);
    NoteMissing();
  }

 private:
  void JudgePlace(const std::optional<std::string>& guest, const std::vector<StageReport>& stages,
                  const std::vector<TestReport>& tests, bool skip_guest_stages) {
    const Circumstances known = CircumstancesOf(cell_, guest);
    here_.clear();
    for (const Expectation& expectation : all_) {
      if (Contradiction(expectation.conditions, known).empty()) here_.push_back(&expectation);
    }
    applicable_.insert(here_.begin(), here_.end());
    std::set<std::string_view> stages_with_unexpected;
    std::set<std::string_view> stages_with_expected;
    for (const TestReport& test : tests) {
      const bool expected = IsExpected(guest, test.path, test.verdict);
      if (IsBad(test.verdict)) (expected ? stages_with_expected : stages_with_unexpected).insert(test.stage);
    }
    for (const StageReport& stage : stages) {
      if (skip_guest_stages && IsGuestStage(stage.name)) continue;
      bool expected = IsExpected(guest, "stage." + stage.name, stage.verdict);
      if (stages_with_expected.contains(stage.name) && !stages_with_unexpected.contains(stage.name)) {
        expected = expected || FailedByATest(stage, tests);
      }
      if (!expected) cell_.unexpected = Worst(cell_.unexpected, stage.verdict);
    }
  }

  static bool FailedByATest(const StageReport& stage, const std::vector<TestReport>& tests) {
    return std::any_of(tests.begin(), tests.end(), [&stage](const TestReport& test) {
      return test.stage == stage.name && IsBad(test.verdict) && stage.reason.starts_with(test.path);
    });
  }

  // Notes what becomes of the expectations that cover the path.
  bool IsExpected(const std::optional<std::string>& guest, const std::string& path, Verdict verdict) {
    bool expected = false;
    for (const Expectation* expectation : here_) {
      if (!Covers(*expectation, path)) continue;
      seen_.insert(expectation);
      const bool expired = today_ >= expectation->expires;
      if (verdict == expectation->verdict) {
        Note(*expectation, guest, path, expired ? ExpectationState::kExpired : ExpectationState::kExpectedFailure);
        expected = expected || !expired;
      } else if (!IsBad(verdict) && verdict != Verdict::kSkip) {
        Note(*expectation, guest, path, ExpectationState::kUnexpectedPass);
      }
    }
    return expected;
  }

  void Note(const Expectation& expectation, const std::optional<std::string>& guest, const std::string& path,
            ExpectationState state) {
    cell_.expectations.push_back({.id = expectation.id,
                                  .path = path,
                                  .guest = guest,
                                  .state = state,
                                  .url = expectation.url,
                                  .reason = expectation.reason,
                                  .expires = expectation.expires});
  }

  void NoteMissing() {
    for (const Expectation& expectation : all_) {
      if (!applicable_.contains(&expectation) || seen_.contains(&expectation)) continue;
      Note(expectation, std::nullopt, expectation.path, ExpectationState::kMissing);
    }
  }

  const std::vector<Expectation>& all_;
  std::string today_;
  CellReport& cell_;
  std::vector<const Expectation*> here_;
  std::set<const Expectation*> applicable_;
  std::set<const Expectation*> seen_;
};

}  // namespace

tl::expected<std::vector<Expectation>, std::string> ParseExpectations(const DataFiles& files) {
  std::vector<Expectation> expectations;
  for (const auto& [name, text] : files) {
    try {
      ReadFile(FileJson::parse(text), expectations);
    } catch (const std::exception& error) {
      return tl::unexpected(fmt::format("{}: {}", name, error.what()));
    }
  }
  return expectations;
}

void ApplyExpectations(const std::vector<Expectation>& expectations, Report& report) {
  report.unexpected = report.reason.empty() ? Verdict::kSkip : Verdict::kMiss;
  for (CellReport& cell : report.cells) {
    cell.expectations.clear();
    CellJudge(expectations, report.run.started.substr(0, 10), cell).Judge();
    report.unexpected = Worst(report.unexpected, cell.unexpected);
  }
}

}  // namespace vfqual::reports
