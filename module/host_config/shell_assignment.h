// One variable in a file of shell assignments (/etc/default/grub), found and changed without running the file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace vfqual::host_config {

struct ShellAssignment {
  std::size_t begin = 0;  // of the value with its quotes, in the file's text
  std::size_t end = 0;
  char quote = 0;        // '"', '\'' or 0 for none
  std::string value;     // without quotes
  bool extends = false;  // "$NAME more": `value` is then what is added, with the reference taken out
  int line = 0;          // from 1
};

// The variable's only assignment; null where there is none. Everything that would have to be guessed is an Error
// (kInput) with the file and line: two assignments, NAME+=, one inside if or a function, a value with variables,
// command substitution, escapes or line continuation, quotes that do not end, a here document.
Result<std::optional<ShellAssignment>> FindShellAssignment(std::string_view text, const std::string& name,
                                                           const std::string& source);

// The text with that value in it, in the quotes that are there (double quotes where there are none).
std::string WithShellValue(std::string_view text, const ShellAssignment& assignment, const std::string& value);

}  // namespace vfqual::host_config
