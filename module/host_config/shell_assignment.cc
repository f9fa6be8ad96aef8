#include "module/host_config/shell_assignment.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace vfqual::host_config {

namespace {

constexpr std::string_view kEndOfStatement = "\n;&|";
constexpr const char* kByHand = "edit the file by hand, so that it is a plain assignment";

struct ShellWord {
  std::size_t begin = 0;
  std::size_t end = 0;
  int line = 0;
};

struct Statement {
  std::vector<ShellWord> words;
  char terminator = '\n';
};

// Splits into statements of words as sh(1) would, expanding nothing.
class Scanner {
 public:
  Scanner(std::string_view text, std::string source) : text_(text), source_(std::move(source)) {}

  Result<std::vector<Statement>> Scan() {
    std::vector<Statement> statements;
    Statement current;
    while (at_ < text_.size()) {
      const char letter = text_[at_];
      if (kEndOfStatement.find(letter) != std::string_view::npos) {
        current.terminator = letter;
        if (!current.words.empty()) statements.push_back(std::move(current));
        current = {};
        Advance();
      } else if (letter == ' ' || letter == '\t' || IsCarriageReturn()) {
        Advance();
      } else if (letter == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') Advance();
      } else if (letter == '\\' && Next() == '\n') {
        Advance();
        Advance();
      } else {
        ShellWord word{at_, at_, line_};
        VFQUAL_CHECK(ReadWord(), "");
        word.end = at_;
        current.words.push_back(word);
      }
    }
    if (!current.words.empty()) statements.push_back(std::move(current));
    return statements;
  }

 private:
  char Next() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : '\0'; }
  bool IsCarriageReturn() const { return text_[at_] == '\r' && (Next() == '\n' || at_ + 1 == text_.size()); }
  void Advance() {
    if (text_[at_] == '\n') ++line_;
    ++at_;
  }
  Status Unusual(const std::string& what, int line) const {
    return FailInput(fmt::format("{}:{}: {}", source_, line, what), kByHand);
  }

  Status ReadWord() {
    while (at_ < text_.size() && !IsCarriageReturn()) {
      const char letter = text_[at_];
      if (letter == ' ' || letter == '\t' || kEndOfStatement.find(letter) != std::string_view::npos) return {};
      if (letter == '<' && Next() == '<') return Unusual("a here document", line_);
      if (letter == '\'' || letter == '"' || letter == '`') {
        VFQUAL_CHECK(SkipQuoted(letter), "");
      } else if (letter == '$' && Next() == '(') {
        VFQUAL_CHECK(SkipSubstitution(), "");
      } else {
        if (letter == '\\' && at_ + 1 < text_.size()) Advance();
        Advance();
      }
    }
    return {};
  }

  Status SkipQuoted(char quote) {
    const int start = line_;
    Advance();
    while (at_ < text_.size() && text_[at_] != quote) {
      if (quote == '"' && text_[at_] == '$' && Next() == '(') {
        VFQUAL_CHECK(SkipSubstitution(), "");
        continue;
      }
      if (quote != '\'' && text_[at_] == '\\' && at_ + 1 < text_.size()) Advance();
      Advance();
    }
    if (at_ >= text_.size()) return Unusual("a quote that does not end", start);
    Advance();
    return {};
  }

  Status SkipSubstitution() {
    const int start = line_;
    int depth = 0;
    while (at_ < text_.size()) {
      const char letter = text_[at_];
      if (letter == '\'' || letter == '"' || letter == '`') {
        VFQUAL_CHECK(SkipQuoted(letter), "");
        continue;
      }
      if (letter == '(') ++depth;
      if (letter == ')') --depth;
      Advance();
      if (letter == ')' && depth == 0) return {};
    }
    return Unusual("a command substitution that does not end", start);
  }

  std::string_view text_;
  std::string source_;
  std::size_t at_ = 0;
  int line_ = 1;
};

// How much deeper a statement that starts with this word leads into blocks.
int BlockDepth(std::string_view word) {
  constexpr std::array<std::string_view, 7> kOpening = {"if", "while", "until", "for", "case", "{", "("};
  constexpr std::array<std::string_view, 5> kClosing = {"fi", "done", "esac", "}", ")"};
  if (std::find(kOpening.begin(), kOpening.end(), word) != kOpening.end()) return 1;
  return std::find(kClosing.begin(), kClosing.end(), word) != kClosing.end() ? -1 : 0;
}

// What is unusual about the value, as it is written; empty where nothing is. Fills the rest of `assignment`.
std::string ReadValue(std::string_view raw, const std::string& name, ShellAssignment& assignment) {
  if (raw.find("\\\n") != std::string_view::npos || raw.find("\\\r\n") != std::string_view::npos) {
    return "the value goes on in the next line";
  }
  if (raw.find('\n') != std::string_view::npos) return "the value has several lines";
  if (raw.empty()) return {};
  const char first = raw.front();
  if (first != '\'' && raw.find('\\') != std::string_view::npos) return "the value has a backslash in it";
  if (first == '\'' || first == '"') {
    if (raw.find(first, 1) != raw.size() - 1) return "the value is put together from several pieces";
    assignment.quote = first;
    assignment.value = raw.substr(1, raw.size() - 2);
    if (first == '\'') return {};
  } else {
    if (raw.find_first_of("'\"") != std::string_view::npos) return "the value is put together from several pieces";
    assignment.value = raw;
  }
  for (const std::string& reference : {"${" + name + "}", "$" + name}) {
    const auto at = assignment.value.find(reference);
    if (at == std::string::npos) continue;
    const auto after = at + reference.size() < assignment.value.size() ? assignment.value[at + reference.size()] : ' ';
    const bool longer_name = std::isalnum(static_cast<unsigned char>(after)) != 0 || after == '_';
    if (longer_name && !reference.ends_with('}')) continue;
    assignment.value.erase(at, reference.size());
    assignment.extends = true;
    break;
  }
  if (assignment.value.find_first_of("`(") != std::string::npos) return "the value has a command substitution";
  if (assignment.value.find('$') != std::string::npos) return "the value has a variable in it";
  return {};
}

}  // namespace

Result<std::optional<ShellAssignment>> FindShellAssignment(std::string_view text, const std::string& name,
                                                           const std::string& source) {
  VFQUAL_TRY(const auto statements, Scanner(text, source).Scan(), "");
  std::optional<ShellAssignment> found;
  int depth = 0;
  for (const auto& statement : statements) {
    const auto word_text = [&text](const ShellWord& word) { return text.substr(word.begin, word.end - word.begin); };
    for (const auto& word : statement.words) {
      const auto words = word_text(word);
      if (!words.starts_with(name)) continue;
      const auto rest = words.substr(name.size());
      const auto unusual = [&](std::string_view what) {
        return FailInput(fmt::format("{}:{}: {}: {}", source, word.line, name, what), kByHand);
      };
      if (rest.starts_with("+=")) return unusual("the value is appended with +=");
      if (!rest.starts_with('=')) continue;
      if (found) return unusual(fmt::format("it is assigned twice, first in line {}", found->line));
      if (depth != 0) return unusual("it is assigned inside a block");
      if (statement.words.size() != 1 || statement.terminator != '\n')
        return unusual("the line does more than assign it");
      ShellAssignment assignment;
      assignment.begin = word.begin + name.size() + 1;
      assignment.end = word.end;
      assignment.line = word.line;
      if (const auto what = ReadValue(rest.substr(1), name, assignment); !what.empty()) return unusual(what);
      found = std::move(assignment);
    }
    depth += BlockDepth(word_text(statement.words.front()));
    if (statement.words.size() > 1 && word_text(statement.words.back()) == "{") ++depth;  // name() {
  }
  return found;
}

std::string WithShellValue(std::string_view text, const ShellAssignment& assignment, const std::string& value) {
  const char quote = assignment.quote == 0 ? '"' : assignment.quote;
  return fmt::format("{}{}{}{}{}", text.substr(0, assignment.begin), quote, value, quote, text.substr(assignment.end));
}

}  // namespace vfqual::host_config
