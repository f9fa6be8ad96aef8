// GCC's and Clang's messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfqual {

struct CompilerError {
  std::string file;  // relative to the package, or to the kernel's headers
  int line = 0;
  std::string message;
  std::string header;               // the kernel's header that it stems from; may be empty
  bool local_file_missing = false;  // an #include "…" of the package's own that is not there
};

// The error at lines[at], with the "In file included from" lines before it and the notes behind it; nothing where that
// line is none. `package` is the folder that the module was built in.
std::optional<CompilerError> ReadCompilerError(const std::vector<std::string_view>& lines, std::size_t at,
                                               std::string_view package);

}  // namespace vfqual
