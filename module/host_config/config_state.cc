#include "module/host_config/config_state.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "harness/base/strict_json.h"

namespace vfqual::host_config {

namespace {

constexpr const char* kSchema = "vfqual/host-config/1";
constexpr unsigned kPrivate = 0600;

std::string IndexPath() {
  return fmt::format("{}/state.json", kStateFolder);
}

std::string GenerationFolder(const ConfigState& state) {
  return fmt::format("{}/{}", kStateFolder, state.generation);
}

struct Part {
  const char* name;
  FileText RecordedFile::*text;
};
constexpr std::array<Part, 3> kParts = {
    {{"before", &RecordedFile::before}, {"now", &RecordedFile::now}, {"after", &RecordedFile::after}}};

std::string PartPath(const ConfigState& state, const Part& part, const std::string& path) {
  return fmt::format("{}/{}{}", GenerationFolder(state), part.name, path);
}

Result<RecordedFile> ReadRecorded(Host& host, const ConfigState& state, const nlohmann::json& entry,
                                  const std::string& place) {
  ObjectReader reader(entry, IndexPath(), place);
  RecordedFile file;
  file.path = reader.String("path");
  std::array<bool, kParts.size()> there{};
  for (std::size_t index = 0; index < kParts.size(); ++index) there.at(index) = reader.Boolean(kParts.at(index).name);
  VFQUAL_CHECK(reader.Finish(), "");
  for (std::size_t index = 0; index < kParts.size(); ++index) {
    if (!there.at(index)) continue;
    const auto& part = kParts.at(index);
    VFQUAL_TRY(file.*part.text, host.Read(PartPath(state, part, file.path)), "reading a backup");
  }
  return file;
}

Result<std::vector<Argv>> ReadCommands(const nlohmann::json& list) {
  std::vector<Argv> commands;
  for (const auto& one : list) {
    Argv argv;
    for (const auto& word : one) {
      if (!word.is_string()) return Fail(fmt::format("{}: /commands: not a list of words", IndexPath()));
      argv.push_back(word.get<std::string>());
    }
    if (argv.empty()) return Fail(fmt::format("{}: /commands: an empty command", IndexPath()));
    commands.push_back(std::move(argv));
  }
  return commands;
}

// Our own backups, a few files deep.
void RemoveTree(Host& host, const std::string& path) {
  const auto names = host.List(path);
  for (const auto& name : names.value_or(std::vector<std::string>{})) RemoveTree(host, path + "/" + name);
  static_cast<void>(host.Remove(path));
}

}  // namespace

std::string BackupPath(const ConfigState& state, const std::string& path) {
  return PartPath(state, kParts.front(), path);
}

Result<std::optional<ConfigState>> LoadState(Host& host) {
  auto text = ReadIfThere(host, IndexPath());
  if (!text && text.error().sys_errno == EACCES) {
    return Fail("what was configured before can be read by root only", "run it as root, with sudo");
  }
  if (!text) return tl::unexpected<Error>(std::move(text).error());
  if (!*text) return std::optional<ConfigState>();
  const std::string source = IndexPath();
  VFQUAL_TRY(const auto json, ParseJson(**text, source), "");
  ObjectReader reader(json, source, "");
  ConfigState state;
  if (reader.String("schema") != kSchema) reader.Reject("/schema", fmt::format("is not '{}'", kSchema));
  state.generation = static_cast<int>(reader.Integer("generation", 1, 1 << 30));
  state.commands_pending = reader.Boolean("commands_pending");
  const auto& request = reader.Value("request", true);
  const auto& files = reader.Value("files", true);
  const auto& commands = reader.Value("commands", true);
  VFQUAL_CHECK(reader.Finish(), "");
  VFQUAL_TRY(state.request, RequestFromJson(request, source), "");
  VFQUAL_TRY(state.commands, ReadCommands(commands), "");
  for (std::size_t index = 0; index < files.size(); ++index) {
    VFQUAL_TRY(auto file, ReadRecorded(host, state, files[index], fmt::format("/files/{}", index)), "");
    state.files.push_back(std::move(file));
  }
  return std::optional(std::move(state));
}

Status SaveIndex(Host& host, const ConfigState& state) {
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const auto& file : state.files) {
    nlohmann::ordered_json entry = {{"path", file.path}};
    for (const auto& part : kParts) entry[part.name] = (file.*part.text).has_value();
    files.push_back(std::move(entry));
  }
  const nlohmann::ordered_json json = {
      {"schema", kSchema},         {"generation", state.generation}, {"request", ToJson(state.request)},
      {"files", std::move(files)}, {"commands", state.commands},     {"commands_pending", state.commands_pending}};
  return host.WriteFile(IndexPath(), json.dump(2) + "\n", kPrivate);
}

Status SaveState(Host& host, const ConfigState& state) {
  for (const auto& file : state.files) {
    for (const auto& part : kParts) {
      const FileText& text = file.*part.text;
      if (!text) continue;
      VFQUAL_CHECK(host.WriteFile(PartPath(state, part, file.path), *text, kPrivate), "keeping a backup");
    }
  }
  return SaveIndex(host, state);
}

void RemoveBackups(Host& host, const ConfigState& state, const std::vector<RecordedFile>& files) {
  // Best effort: what stays is a backup too many. Folders that hold others stay.
  for (const auto& file : files) {
    for (const auto& part : kParts) {
      std::filesystem::path path = PartPath(state, part, file.path);
      for (; path != kStateFolder && host.Remove(path.string()); path = path.parent_path()) {
      }
    }
  }
}

void RemoveOtherGenerations(Host& host, int keep) {
  const auto names = host.List(kStateFolder);
  for (const auto& name : names.value_or(std::vector<std::string>{})) {
    if (name.find_first_not_of("0123456789") != std::string::npos || name == std::to_string(keep)) continue;
    RemoveTree(host, fmt::format("{}/{}", kStateFolder, name));
  }
}

void DropBackupsBut(Host& host, int keep) {
  RemoveOtherGenerations(host, keep);
  if (keep != 0) return;
  // Empty folders; those that hold something stay.
  static_cast<void>(host.Remove(kStateFolder));
  static_cast<void>(host.Remove(std::filesystem::path(kStateFolder).parent_path().string()));
}

Status ForgetState(Host& host) {
  VFQUAL_CHECK(host.Remove(IndexPath()), "");
  DropBackupsBut(host, 0);
  return {};
}

}  // namespace vfqual::host_config
