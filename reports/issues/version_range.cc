#include "reports/issues/version_range.h"

#include <algorithm>
#include <charconv>
#include <compare>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace vfqual::reports {

namespace {

struct Version {
  std::vector<int> numbers;
  int candidate = std::numeric_limits<int>::max();  // of "-rcN"
  bool is_bare = true;                              // nothing stands behind the numbers
};

std::optional<int> TakeNumber(std::string_view& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<Version> ParseVersion(std::string_view text) {
  Version version;
  for (;;) {
    const auto number = TakeNumber(text);
    if (!number) return std::nullopt;
    version.numbers.push_back(*number);
    if (text.size() < 2 || text[0] != '.' || text[1] < '0' || text[1] > '9') break;
    text.remove_prefix(1);
  }
  version.is_bare = text.empty();
  if (text.starts_with("-rc")) {
    text.remove_prefix(3);
    if (const auto candidate = TakeNumber(text)) version.candidate = *candidate;
    version.is_bare = text.empty();
  }
  return version;
}

std::strong_ordering Compare(const Version& a, const Version& b) {
  for (std::size_t i = 0; i < std::max(a.numbers.size(), b.numbers.size()); ++i) {
    const int left = i < a.numbers.size() ? a.numbers[i] : 0;
    const int right = i < b.numbers.size() ? b.numbers[i] : 0;
    if (left != right) return left <=> right;
  }
  return a.candidate <=> b.candidate;
}

struct Term {
  std::string_view op;
  std::string_view text;
  Version version;
};

std::optional<Term> ParseTerm(std::string_view word) {
  Term term;
  for (const std::string_view op : {">=", "<=", ">", "<", "="}) {
    if (!word.starts_with(op)) continue;
    term.op = op;
    word.remove_prefix(op.size());
    break;
  }
  if (term.op.empty()) {
    if (!word.ends_with(".*")) return std::nullopt;
    term.op = "*";
    word.remove_suffix(2);
  }
  auto version = ParseVersion(word);
  if (!version || (term.op == "*" && !version->is_bare)) return std::nullopt;
  term.text = word;
  term.version = *std::move(version);
  return term;
}

bool Holds(const Term& term, std::string_view text, const Version& version) {
  if (term.op == "*") {
    const auto& series = term.version.numbers;
    return version.numbers.size() >= series.size() && std::equal(series.begin(), series.end(), version.numbers.begin());
  }
  if (term.op == "=" && !term.version.is_bare) return text == term.text;
  const auto order = Compare(version, term.version);
  if (term.op == "=") return order == 0;
  if (term.op == ">=") return order >= 0;
  if (term.op == "<=") return order <= 0;
  return term.op == ">" ? order > 0 : order < 0;
}

std::string_view TakeWord(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

}  // namespace

bool IsVersionRange(std::string_view range) {
  if (range.empty()) return false;
  while (!range.empty()) {
    if (!ParseTerm(TakeWord(range))) return false;
  }
  return true;
}

bool InVersionRange(std::string_view text, std::string_view range) {
  const auto version = ParseVersion(text);
  if (!version || range.empty()) return false;
  while (!range.empty()) {
    const auto term = ParseTerm(TakeWord(range));
    if (!term || !Holds(*term, text, *version)) return false;
  }
  return true;
}

}  // namespace vfqual::reports
