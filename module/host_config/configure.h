// `vfqual host configure`: what would change, and changing it.
//
// The configuration is a function of the user's own files and the request: an earlier request's change is taken out
// before the new one is worked out, so that a second call changes nothing and another request leaves nothing of the
// first. Undoing is the same without a request.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "module/host_config/config_state.h"
#include "module/host_config/config_target.h"

namespace vfqual::host_config {

struct FileChange {
  std::string path;
  FileText from;
  FileText to;
};

struct PreparedConfig {
  ConfigTarget target;
  std::vector<FileChange> changes;
  std::vector<Argv> commands;     // {} where nothing is to be run
  bool finishes_earlier = false;  // an earlier call was cut short
  std::optional<ConfigState> earlier;
  ConfigState next;

  bool NothingToDo() const { return changes.empty() && commands.empty(); }
};

// Reads only. Without a request: back to what was there before. Errors are kInput where files are too unusual, or were
// edited in the same place since.
Result<PreparedConfig> PrepareConfig(Host& host, const std::optional<ConfigRequest>& request);

// The unified diff of all changes.
Result<std::string> DiffOf(const PreparedConfig& prepared);

// Journals, writes the files, runs the commands. A command that fails is an Error; the files stay, and the next call
// runs the commands again.
Status ApplyConfig(Host& host, const PreparedConfig& prepared, const std::function<void(const std::string&)>& print);

}  // namespace vfqual::host_config
