// The text of a remote command line. SSH hands a remote command to the login shell as one string, so here, and only
// here, arguments meet a shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/process.h"
#include "harness/base/result.h"

namespace vfqual {

// One word of a POSIX shell, whatever bytes it holds (but NUL, which no argument can hold).
std::string QuoteForShell(std::string_view word);

// The words quoted and joined by spaces.
std::string QuoteAllForShell(const std::vector<std::string>& words);

// What the login shell is given for `command`: its folder, environment and time limit are applied there by env(1) and
// timeout(1), so that the limit also holds when the connection is gone. `token` marks the program and its children:
// each has VFQUAL_COMMAND=<token> in its environment. Errors (blame kInput): no program, NUL in a word, a variable's
// name that is none.
Result<std::string> RemoteCommandLine(const Command& command, std::string_view token);

// Ends all that RemoteCommandLine started with this token.
std::vector<std::string> EndRemoteArgv(std::string_view token);

// The errno whose text in the C locale ends the last line of a tool's stderr ("ls: cannot access 'x': No such file or
// directory" is ENOENT); 0 when none does.
int ErrnoFromToolMessage(std::string_view stderr_text);

}  // namespace vfqual
