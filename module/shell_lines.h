// The part of shell that files of settings are mostly made of: assignments. The rest is told apart, not run.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

struct ShellLine {
  std::string text;  // as it stands, its first line
  // Key and value, the value with its quotes. Nothing for everything else: commands, and whole conditions, loops and
  // functions, which are one entry each.
  std::optional<std::pair<std::string, std::string>> assignment;
};

// Comments and empty lines are left out; a value may go over several lines in quotes or by a backslash.
std::vector<ShellLine> ReadShellLines(const std::string& text);

// Without its quotes, and with what `variables` knows of $NAME, ${NAME} and "$NAME[0]"; an unknown one stays as it is
// (dkms sets $kernelver and more). Nothing where a command, arithmetic or a substitution would have to be run.
std::optional<std::string> ExpandShellValue(std::string_view value,
                                            const std::map<std::string, std::string>& variables);

}  // namespace vfqual
