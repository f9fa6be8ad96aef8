#include "module/host_config/configure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "module/host_config/edited_file.h"
#include "module/host_config/text_tools.h"

namespace vfqual::host_config {

namespace {

constexpr unsigned kNewFileMode = 0644;
constexpr std::chrono::minutes kCommandTimeout{15};  // an initramfs for each of many kernels
constexpr std::size_t kTailBytes = 2000;

std::string NewPath(const std::string& path) {
  return path + ".vfqual-new";  // no ending that modprobe, udev, GRUB or systemd would read
}

Status RunFileTool(Host& host, std::vector<std::string> argv) {
  Command command;
  command.argv = std::move(argv);
  command.environment = {{"LC_ALL", "C"}};
  VFQUAL_TRY(const auto completed, host.Run(command), "");
  if (!completed.Ok()) return Fail(fmt::format("{}: {}", fmt::join(command.argv, " "), completed.Describe()));
  return {};
}

// A unit's folder of drop-ins goes with its last file: no package leaves an empty one.
Status RemoveFile(Host& host, const std::string& path) {
  VFQUAL_CHECK(host.Remove(path), "");
  const auto folder = std::filesystem::path(path).parent_path().string();
  if (folder.ends_with(".service.d")) static_cast<void>(host.Remove(folder));  // where others lie in it, it stays
  return {};
}

// At any moment the old text or the new one is there; mode, owner, ACLs and labels stay.
Status ReplaceFile(Host& host, const FileChange& change) {
  if (!change.to) return RemoveFile(host, change.path);
  if (!change.from) return host.WriteFile(change.path, *change.to, kNewFileMode);
  const std::string fresh = NewPath(change.path);
  VFQUAL_CHECK(host.WriteFile(fresh, *change.to, 0600), "");
  VFQUAL_CHECK(RunFileTool(host, {"cp", "--attributes-only", "--preserve=all", "--no-preserve=timestamps", "--",
                                  change.path, fresh}),
               "keeping mode and owner");
  return RunFileTool(host, {"mv", "-fT", "--", fresh, change.path});
}

Status RunCommands(Host& host, const std::vector<Argv>& commands,
                   const std::function<void(const std::string&)>& print) {
  for (const auto& argv : commands) {
    const std::string line = fmt::format("{}", fmt::join(argv, " "));
    print("run      " + line);
    Command command;
    command.argv = argv;
    command.timeout = kCommandTimeout;
    auto completed = host.Run(command);
    const std::string fix = "the files are written; when this is mended call the same again, or --undo";
    if (!completed) {
      auto error = std::move(completed).error();
      error.fix = fix;
      return tl::unexpected<Error>(std::move(error));
    }
    if (!completed->Ok()) {
      const std::string& said = completed->err.empty() ? completed->out : completed->err;
      print(said.substr(said.size() - std::min(said.size(), kTailBytes)));
      return Fail(fmt::format("{}: {}", line, completed->Describe()), fix);
    }
  }
  return {};
}

// The files as they would be without us.
Status TakeOutEarlier(Host& host, const ConfigState& earlier, ConfigFiles& files) {
  for (const auto& file : earlier.files) {
    VFQUAL_TRY(const auto current, ReadIfThere(host, file.path), "");
    VFQUAL_TRY(auto base, WithoutOurChange(file, current, BackupPath(earlier, file.path)), "");
    VFQUAL_CHECK(files.Set(file.path, std::move(base)), "");
  }
  return {};
}

void AddMissing(std::vector<Argv>& commands, const std::vector<Argv>& more) {
  for (const auto& command : more) {
    if (std::find(commands.begin(), commands.end(), command) == commands.end()) commands.push_back(command);
  }
}

}  // namespace

Result<PreparedConfig> PrepareConfig(Host& host, const std::optional<ConfigRequest>& request) {
  PreparedConfig prepared;
  VFQUAL_TRY(prepared.earlier, LoadState(host), "reading what was configured before");
  ConfigFiles files(host);
  if (prepared.earlier) VFQUAL_CHECK(TakeOutEarlier(host, *prepared.earlier, files), "");
  const std::map<std::string, FileText> bases = files.Changed();
  auto& next = prepared.next;
  next.generation = prepared.earlier ? prepared.earlier->generation + 1 : 1;
  if (request) {
    VFQUAL_TRY(prepared.target, MakeTarget(files, *request), "");
    next.request = *request;
    next.commands = prepared.target.commands;
  } else if (prepared.earlier) {
    next.request = prepared.earlier->request;
    next.commands = prepared.earlier->commands;
  }
  for (const auto& [path, after] : files.Changed()) {
    RecordedFile file{path, {}, {}, after};
    VFQUAL_TRY(file.now, ReadIfThere(host, path), "");
    const auto base = bases.find(path);
    file.before = base == bases.end() ? file.now : base->second;
    if (file.now != file.after) prepared.changes.push_back({path, file.now, file.after});
    if (file.now != file.after || file.before != file.after) next.files.push_back(std::move(file));
  }
  prepared.finishes_earlier = prepared.earlier && prepared.earlier->commands_pending;
  if (prepared.earlier && (prepared.finishes_earlier || !prepared.changes.empty())) {
    AddMissing(next.commands, prepared.earlier->commands);
  }
  if (!prepared.changes.empty() || prepared.finishes_earlier) prepared.commands = next.commands;
  return prepared;
}

Result<std::string> DiffOf(const PreparedConfig& prepared) {
  std::string text;
  for (const auto& change : prepared.changes) {
    VFQUAL_TRY(const auto diff, UnifiedDiff(change.path, change.from, change.to), "");
    text += diff;
  }
  return text;
}

Status ApplyConfig(Host& host, const PreparedConfig& prepared, const std::function<void(const std::string&)>& print) {
  ConfigState state = prepared.next;
  state.commands_pending = true;
  if (auto saved = SaveState(host, state); !saved) {
    DropBackupsBut(host, prepared.earlier ? prepared.earlier->generation : 0);
    auto error = std::move(saved).error();
    if (error.fix.empty()) error.fix = fmt::format("make room for {}; nothing was changed", kStateFolder);
    return AddContext(std::move(error), "journalling the change before it is made");
  }
  RemoveOtherGenerations(host, state.generation);
  std::vector<RecordedFile> all = state.files;
  if (prepared.earlier) all.insert(all.end(), prepared.earlier->files.begin(), prepared.earlier->files.end());
  for (const auto& file : all) VFQUAL_CHECK(host.Remove(NewPath(file.path)), "");
  for (const auto& change : prepared.changes) {
    print(fmt::format("{}  {}", change.to ? "write  " : "remove ", change.path));
    VFQUAL_CHECK(ReplaceFile(host, change), fmt::format("changing {}", change.path));
  }
  VFQUAL_CHECK(RunCommands(host, prepared.commands, print), "");
  const auto ours = std::stable_partition(state.files.begin(), state.files.end(),
                                          [](const RecordedFile& file) { return file.before != file.after; });
  const std::vector<RecordedFile> as_before(ours, state.files.end());
  state.files.erase(ours, state.files.end());
  if (state.files.empty()) return ForgetState(host);
  state.commands_pending = false;
  VFQUAL_CHECK(SaveIndex(host, state), "");
  RemoveBackups(host, state, as_before);
  return {};
}

}  // namespace vfqual::host_config
