#include "module/host_config/config_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace vfqual::host_config {

std::vector<Line> SplitLines(std::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const auto newline = text.find('\n');
    if (newline == std::string_view::npos) {
      lines.push_back({std::string(text), ""});
      break;
    }
    const bool carriage_return = newline > 0 && text[newline - 1] == '\r';
    lines.push_back(
        {std::string(text.substr(0, carriage_return ? newline - 1 : newline)), carriage_return ? "\r\n" : "\n"});
    text.remove_prefix(newline + 1);
  }
  return lines;
}

std::string JoinLines(const std::vector<Line>& lines) {
  std::string text;
  for (const auto& line : lines) text += line.text + line.end;
  return text;
}

void AppendLine(std::vector<Line>& lines, std::string text) {
  const std::string end = lines.empty() || lines.front().end.empty() ? "\n" : lines.front().end;
  if (!lines.empty() && lines.back().end.empty()) lines.back().end = end;
  lines.push_back({std::move(text), end});
}

Result<WordList> SplitWords(std::string_view text, const std::string& source) {
  constexpr std::string_view kSpace = " \t";
  WordList words;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto begin = std::min(text.find_first_not_of(kSpace, at), text.size());
    if (begin == text.size()) {
      words.tail = text.substr(at);
      break;
    }
    bool quoted = false;
    auto end = begin;
    for (; end < text.size() && (quoted || kSpace.find(text[end]) == std::string_view::npos); ++end) {
      if (text[end] == '"') quoted = !quoted;
    }
    if (quoted) {
      return FailInput(fmt::format("{}: a quote that does not end: {}", source, text.substr(begin)),
                       "mend the file by hand first");
    }
    words.words.push_back({std::string(text.substr(at, begin - at)), std::string(text.substr(begin, end - begin))});
    at = end;
  }
  return words;
}

std::string JoinWords(const WordList& words) {
  std::string text;
  for (const auto& word : words.words) text += word.space + word.text;
  return text + words.tail;
}

void RemoveWord(WordList& words, std::size_t index) {
  const std::string space = words.words[index].space;
  words.words.erase(words.words.begin() + static_cast<std::ptrdiff_t>(index));
  if (index == 0 && !words.words.empty()) words.words.front().space = space;
}

std::vector<std::string> SplitList(std::string_view text, char separator) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0) items.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

std::string NormalName(std::string_view name) {
  std::string normal(name);
  std::replace(normal.begin(), normal.end(), '-', '_');
  return normal;
}

}  // namespace vfqual::host_config
