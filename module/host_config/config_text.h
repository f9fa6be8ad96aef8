// The pieces that configuration files are made of: lines with their own ends, and words with the space before them, so
// that a file is put together again byte for byte where nothing was changed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace vfqual::host_config {

struct Line {
  std::string text;
  std::string end;  // "\n", "\r\n", or nothing at the end of the file
};

std::vector<Line> SplitLines(std::string_view text);
std::string JoinLines(const std::vector<Line>& lines);
// Adds a line at the end, in the file's own style of line ends; a last line without an end gets one first.
void AppendLine(std::vector<Line>& lines, std::string text);

struct TextWord {
  std::string space;  // what stands before it
  std::string text;   // may hold spaces inside double quotes, as the kernel and modprobe read them
};

struct WordList {
  std::vector<TextWord> words;
  std::string tail;  // white space at the end
};

// Errors are kInput: a quote that does not end. `source` names the place.
Result<WordList> SplitWords(std::string_view text, const std::string& source);
std::string JoinWords(const WordList& words);
void RemoveWord(WordList& words, std::size_t index);

std::vector<std::string> SplitList(std::string_view text, char separator);  // "a,b" is {"a","b"}; "" is {}

// Module and parameter names count '-' and '_' as the same (linux/kernel/params.c, dash2underscore).
std::string NormalName(std::string_view name);

}  // namespace vfqual::host_config
