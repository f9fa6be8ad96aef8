#include "harness/base/changes/undo.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <utility>

#include "harness/base/strict_json.h"

namespace vfqual {

namespace {

constexpr std::array<std::pair<Undo::Kind, const char*>, 5> kWords = {{
    {Undo::Kind::kNone, "none"},
    {Undo::Kind::kAttribute, "attribute"},
    {Undo::Kind::kCommand, "command"},
    {Undo::Kind::kRemoveFile, "remove_file"},
    {Undo::Kind::kDomain, "domain"},
}};

}  // namespace

Undo Undo::Attribute(std::string path, std::string value) {
  return {Kind::kAttribute, std::move(path), std::move(value), {}, false};
}

Undo Undo::RunCommand(std::vector<std::string> argv, bool survives_reboot, std::string only_if_exists) {
  return {Kind::kCommand, std::move(only_if_exists), {}, std::move(argv), survives_reboot};
}

Undo Undo::RemoveFile(std::string path) {
  return {Kind::kRemoveFile, std::move(path), {}, {}, true};
}

Undo Undo::Domain(std::string uuid) {
  return {Kind::kDomain, {}, std::move(uuid), {}, false};
}

std::string Undo::Describe() const {
  switch (kind) {
    case Kind::kNone:
      return "nothing";
    case Kind::kAttribute:
      if (value == "\n") return "clear " + path;
      return fmt::format("write '{}' to {}", value, path);
    case Kind::kCommand:
      return fmt::format("run {}", fmt::join(argv, " "));
    case Kind::kRemoveFile:
      return fmt::format("remove {}", path);
    case Kind::kDomain:
      return fmt::format("destroy the domain {}", value);
  }
  return {};
}

nlohmann::json ToJson(const Undo& undo) {
  nlohmann::json out;
  for (const auto& [kind, word] : kWords) {
    if (kind == undo.kind) out["kind"] = word;
  }
  if (!undo.path.empty()) out["path"] = undo.path;
  if (!undo.value.empty()) out["value"] = undo.value;
  if (!undo.argv.empty()) out["argv"] = undo.argv;
  if (undo.survives_reboot) out["survives_reboot"] = true;
  return out;
}

Result<Undo> UndoFromJson(const nlohmann::json& value, const std::string& source) {
  ObjectReader reader(value, source, "/undo");
  Undo undo;
  const auto word = reader.String("kind");
  bool known = false;
  for (const auto& [kind, name] : kWords) {
    if (word == name) {
      undo.kind = kind;
      known = true;
    }
  }
  if (!known) reader.Reject("/undo/kind", fmt::format("'{}' is not known", word));
  undo.path = reader.String("path", "");
  undo.value = reader.String("value", "");
  undo.argv = reader.Strings("argv", std::vector<std::string>{});
  undo.survives_reboot = reader.Boolean("survives_reboot", false);
  VFQUAL_CHECK(reader.Finish(), "");
  return undo;
}

}  // namespace vfqual
