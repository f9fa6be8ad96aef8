// What became of a build, read from its logs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfqual {

enum class BuildOutcome : std::uint8_t {
  kBuilt,
  kExcluded,        // outside the range that the module declares itself
  kHeadersMissing,  // the kernel's headers are not there, or not whole
  kCompilerWrong,   // the kernel's compiler or build tools are missing, or do not take what the kernel asks of them
  kCompileError,
  kLinkError,       // the linker's or modpost's: symbols that the kernel does not have or not export
  kPackagingError,  // the release itself: files missing, a program not executable, another version than it says
  kBroken,          // nothing can be said of the module: time, memory or the disk ran out
};

// "built", "excluded", "headers missing", "compiler missing or wrong", "compile error", "link error",
// "packaging error", "broken".
std::string_view Word(BuildOutcome outcome);
std::optional<BuildOutcome> BuildOutcomeFromWord(std::string_view word);

struct BuildFinding {
  BuildOutcome outcome = BuildOutcome::kBroken;
  std::string reason;  // the first error, or what else decided; empty when built
  std::string file;    // of a compile error, relative to the module's folder or the kernel's headers
  int line = 0;        // in it; 0: none
  std::string header;  // the kernel's header that the error stems from: "include/linux/fs.h"; may be empty
  std::vector<std::string> symbols;  // of a link error: the unknown ones, sorted
};

// One line for a report: "compile error: v4l2loopback.c:12: … (include/linux/fs.h)".
std::string Describe(const BuildFinding& finding);

struct BuildLog {
  int exit_code = 0;         // dkms'
  std::string_view dkms;     // what it printed
  std::string_view make;     // its make.log; may be empty
  std::string_view package;  // the folder that the module was built in: prefix of the paths in the log
};

// A pure function of the logs of dkms 3.0 to 3.2, make, GCC 12 to 16, binutils and modpost (the tests hold it against
// real ones).
BuildFinding ClassifyBuild(const BuildLog& log);

}  // namespace vfqual
