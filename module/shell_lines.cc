#include "module/shell_lines.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace vfqual {

namespace {

constexpr std::array<std::string_view, 6> kOpening{"if", "for", "while", "until", "case", "select"};
constexpr std::array<std::string_view, 3> kClosing{"fi", "done", "esac"};

bool IsNameLetter(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

// Whether a quote or a backslash carries on to the next line.
bool IsOpen(std::string_view text) {
  char quote = '\0';
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (letter == '\\' && quote != '\'') {
      if (at + 1 == text.size()) return true;
      ++at;
    } else if (quote != '\0') {
      if (letter == quote) quote = '\0';
    } else if (letter == '"' || letter == '\'') {
      quote = letter;
    } else if (letter == '#' && (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t')) {
      return false;
    }
  }
  return quote != '\0';
}

// Words outside quotes, cut at blanks and semicolons: enough to see where blocks begin and end.
int BlockDepthChange(std::string_view text) {
  int change = 0;
  std::string word;
  const auto take = [&] {
    if (std::ranges::find(kOpening, word) != kOpening.end() || word == "{") ++change;
    if (std::ranges::find(kClosing, word) != kClosing.end() || word == "}") --change;
    word.clear();
  };
  char quote = '\0';
  for (const char letter : text) {
    if (quote != '\0') {
      if (letter == quote) quote = '\0';
    } else if (letter == '"' || letter == '\'') {
      quote = letter;
      word += letter;
    } else if (letter == '#' && word.empty()) {
      break;
    } else if (letter == ' ' || letter == '\t' || letter == ';' || letter == '\n') {
      take();
    } else {
      word += letter;
    }
  }
  take();
  return change;
}

std::optional<std::pair<std::string, std::string>> AsAssignment(const std::string& text) {
  std::size_t at = 0;
  while (at < text.size() && IsNameLetter(text[at])) ++at;
  if (at == 0 || std::isdigit(static_cast<unsigned char>(text[0])) != 0) return std::nullopt;
  if (at < text.size() && text[at] == '[') {
    const auto close = text.find(']', at);
    if (close == std::string::npos) return std::nullopt;
    at = close + 1;
  }
  if (at >= text.size() || text[at] != '=') return std::nullopt;
  return std::pair{text.substr(0, at), text.substr(at + 1)};
}

std::string Trimmed(const std::string& line) {
  const auto begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
}

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

// "$NAME" at `at`; moves `at` behind it.
std::string Variable(std::string_view value, std::size_t& at, const std::map<std::string, std::string>& variables) {
  const std::size_t begin = at;
  std::size_t end = at + 1;
  std::string name;
  if (end < value.size() && value[end] == '{') {
    const auto close = value.find('}', end);
    if (close == std::string_view::npos) return {value[at]};
    name = value.substr(end + 1, close - end - 1);
    end = close + 1;
  } else {
    while (end < value.size() && IsNameLetter(value[end])) ++end;
    name = value.substr(begin + 1, end - begin - 1);
  }
  const auto known = variables.find(name);
  if (name.empty()) return {value[at]};
  at = end - 1;
  return known == variables.end() ? std::string(value.substr(begin, end - begin)) : known->second;
}

}  // namespace

std::vector<ShellLine> ReadShellLines(const std::string& text) {
  std::vector<ShellLine> lines;
  std::istringstream input(text);
  int depth = 0;
  for (std::string raw; std::getline(input, raw);) {
    std::string line = Trimmed(raw);
    if (line.empty() || line.front() == '#') continue;
    while (IsOpen(line) && std::getline(input, raw)) {
      if (line.ends_with('\\')) {
        line.pop_back();
      } else {
        line += '\n';
      }
      line += Trimmed(raw);
    }
    const int change = BlockDepthChange(line);
    if (depth > 0) {
      depth = std::max(0, depth + change);
      continue;
    }
    auto assignment = change == 0 ? AsAssignment(line) : std::nullopt;
    depth = std::max(0, change);
    lines.push_back({FirstLine(line), std::move(assignment)});
  }
  return lines;
}

std::optional<std::string> ExpandShellValue(std::string_view value,
                                            const std::map<std::string, std::string>& variables) {
  if (value.starts_with('(')) {  // an array; its words are the caller's to tell apart
    const auto close = value.rfind(')');
    if (close == std::string_view::npos || value.find('$') != std::string_view::npos) return std::nullopt;
    return std::string(value.substr(0, close + 1));
  }
  std::string expanded;
  char quote = '\0';
  for (std::size_t at = 0; at < value.size(); ++at) {
    const char letter = value[at];
    if (quote == '\'') {
      if (letter == '\'') {
        quote = '\0';
      } else {
        expanded += letter;
      }
      continue;
    }
    if (letter == '`' || (letter == '$' && value.substr(at).starts_with("$("))) return std::nullopt;
    if (letter == '\\' && at + 1 < value.size()) {
      const char next = value[at + 1];
      // Inside double quotes the backslash stays before anything but these (bash(1), QUOTING).
      if (quote == '"' && std::string_view("$`\"\\").find(next) == std::string_view::npos) expanded += letter;
      expanded += next;
      ++at;
    } else if (letter == '"') {
      quote = quote == '"' ? '\0' : '"';
    } else if (letter == '\'' && quote == '\0') {
      quote = '\'';
    } else if (letter == '$') {
      const auto rest = value.substr(at);
      // "${x%y}", "${x/y/z}": a computation.
      if (rest.starts_with("${") &&
          rest.substr(0, rest.find('}')).find_first_of("%#/:^,!-+?@*") != std::string_view::npos) {
        return std::nullopt;
      }
      expanded += Variable(value, at, variables);
    } else if (quote == '\0' && (letter == ' ' || letter == '\t' || letter == ';')) {
      break;
    } else if (quote == '\0' && (letter == '|' || letter == '&' || letter == '<' || letter == '>')) {
      return std::nullopt;
    } else {
      expanded += letter;
    }
  }
  return expanded;
}

}  // namespace vfqual
