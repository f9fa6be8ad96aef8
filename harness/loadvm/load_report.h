// What the throw-away machine tells of the modules that it loaded: a JSON object a line on its second serial port.
//   {"event":"hello","schema":"vfqual/load/1","kernel":RELEASE}
//   {"event":"efi_variable","variable":NAME,"errno":N}   0: written
//   {"event":"file","path":PATH,"errno":N,"content":HEX}
//   {"event":"load"|"unload","module":M,"exit_code":N,"signal":N,"timed_out":B,"seconds":X,"output":TEXT}
//   {"event":"loaded","module":M,"state":…,"srcversion":…,"build_id_note":HEX,"taint":…,"parameters":{NAME:VALUE}}
//   {"event":"log","module":M or "","record":as /dev/kmsg gives it}
//   {"event":"stayed","module":M,"refcnt":…}   still there after `modprobe -r`
//   {"event":"end","taint":…}
// The machine runs the code under test, so it is not trusted: everything is bounded and checked.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/guest/kmsg.h"

namespace vfqual {

inline constexpr const char* kLoadReportSchema = "vfqual/load/1";
inline constexpr std::size_t kMaxLoadReportBytes = std::size_t{16} << 20U;

struct ModprobeRun {
  int exit_code = -1;  // -1: ended by a signal, or not at all
  int signal = 0;
  bool timed_out = false;
  double seconds = 0;
  std::string output;

  bool Ok() const { return exit_code == 0 && !timed_out; }
  std::string Describe() const;  // "exit 1: <last line>", "killed by signal 9", "did not end"
};

struct LoadedState {
  std::string state;  // "live", "coming", "going"
  std::string srcversion;
  std::string build_id;  // hex digits; empty where the module carries none
  std::string taint;     // "OE": letters of Documentation/admin-guide/tainted-kernels.rst
  std::map<std::string, std::string> parameters;
};

struct LoggedRecord {
  std::string module;  // what was being loaded or unloaded; empty: after that
  KernelRecord record;
};

struct ModuleReport {
  std::optional<ModprobeRun> load;
  std::optional<LoadedState> loaded;
  std::optional<ModprobeRun> unload;
  std::optional<std::string> stayed_with_refcnt;
};

struct LoadReport {
  std::string kernel;                        // uname -r; empty: the machine never said hello
  std::map<std::string, int> efi_writes;     // errno of each; 0: written
  std::map<std::string, std::string> files;  // the content of those that were asked for and are there
  std::map<std::string, ModuleReport> modules;
  std::vector<LoggedRecord> log;
  bool ended = false;  // the job was done to its end
};

// Complete lines only: what a dying machine left of its last one is dropped. An error names the first line that is not
// in the format; `modules` are the only names that it may speak of.
Result<LoadReport> ParseLoadReport(std::string_view text, const std::vector<std::string>& modules);

// The build id of an ELF note as the kernel shows it in /sys/module/M/notes/.note.gnu.build-id, in hex digits.
std::string BuildIdOfNote(std::string_view note_hex);

}  // namespace vfqual
