#include "vmimages/image_definition.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "harness/base/local_host.h"
#include "harness/base/strict_json.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Words = std::vector<std::string>;

constexpr std::array kRoles = {ImageRole::kLabHost, ImageRole::kBootHost, ImageRole::kGuest};
constexpr std::int64_t kLeastMib = 64;
constexpr std::int64_t kMostDiskMib = 65536;
constexpr std::int64_t kMostMemoryMib = 1048576;

bool IsName(const std::string& text) {
  return !text.empty() && text.front() != '.' && text.front() != '-' && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
}

// Package names, kernel words and paths end in argument lists that mmdebstrap splits at commas and white space.
bool IsPlainWord(const std::string& text) {
  return !text.empty() && text.front() != '-' &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '"'; });
}

bool IsPackage(const std::string& text) {
  return IsPlainWord(text) && text.find(',') == std::string::npos && text.front() != '/' && text.front() != '.';
}

class DefinitionReader {
 public:
  DefinitionReader(const json& value, std::string source) : source_(std::move(source)), reader_(value, source_, "") {}

  Result<ImageDefinition> Read() {
    if (reader_.String("schema") != "vfqual/image/1") {
      reader_.Reject("/schema", "is not \"vfqual/image/1\"", "set it, or use the vfqual that this file was made for");
    }
    ImageDefinition definition;
    definition.name = Name(reader_, "name");
    definition.description = reader_.String("description", "");
    const auto role = reader_.String("role");
    const auto* known = std::ranges::find(kRoles, role, [](ImageRole one) { return Word(one); });
    if (known == kRoles.end()) {
      reader_.Reject("/role", R"(must be "lab-host", "boot-host" or "guest")");
    } else {
      definition.role = *known;
    }
    definition.distribution = reader_.String("distribution");
    const auto bootstrap = reader_.String("bootstrap", "install");
    if (bootstrap != "install" && bootstrap != "extract") {
      reader_.Reject("/bootstrap", "must be \"install\" or \"extract\"");
    }
    definition.bootstrap = bootstrap == "extract" ? Bootstrap::kExtract : Bootstrap::kInstall;
    definition.suites = Checked(reader_, "suites", std::nullopt, IsName, "a suite's name");
    if (definition.suites.empty())
      reader_.Reject("/suites", "is empty", "name the base suite, for instance \"trixie\"");
    definition.components = Checked(reader_, "components", Words{"main"}, IsName, "a component's name");
    definition.packages = Checked(reader_, "packages", std::nullopt, IsPackage, "a package's name");
    definition.exclude = Checked(reader_, "exclude", Words{}, IsPlainWord, "a path pattern");
    definition.exclude_lists = Checked(reader_, "exclude_lists", Words{}, IsName, "a file's name");
    definition.overlays = Checked(reader_, "overlays", Words{}, IsName, "a folder's name");
    definition.size_mib = static_cast<int>(reader_.Integer("size_mib", kLeastMib, kMostDiskMib));
    definition.memory_mib = static_cast<int>(reader_.Integer("memory_mib", kLeastMib, kMostMemoryMib));
    definition.initramfs_modules = Checked(reader_, "initramfs_modules", Words{"virtio_pci", "virtio_blk", "ext4"},
                                           IsPlainWord, "a module's name");
    definition.command_line = Checked(reader_, "command_line", std::nullopt, IsPlainWord, "one word");
    definition.command_line_emulated = Checked(reader_, "command_line_emulated", Words{}, IsPlainWord, "one word");
    VFQUAL_TRY(definition.kernels, Kernels(reader_.Value("kernels", true)), source_);
    VFQUAL_TRY(definition.customise, Customise(reader_.Value("customise", false)), source_);
    VFQUAL_CHECK(reader_.Finish(), "reading an image definition");
    return definition;
  }

 private:
  static std::string Name(ObjectReader& reader, const char* key) {
    auto name = reader.String(key);
    if (!IsName(name)) reader.Reject(reader.PlaceOf(key), "must be of a-z, 0-9, '.' and '-'");
    return name;
  }

  static Words Checked(ObjectReader& reader, const char* key, std::optional<Words> fallback,
                       bool (*accepts)(const std::string&), const char* expected) {
    auto words = reader.Strings(key, std::move(fallback));
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (accepts(words[i])) continue;
      reader.Reject(fmt::format("{}/{}", reader.PlaceOf(key), i),
                    fmt::format("must be {}, is \"{}\"", expected, words[i]));
    }
    return words;
  }

  Result<std::map<std::string, KernelSource>> Kernels(const json& value) {
    std::map<std::string, KernelSource> kernels;
    if (!value.is_object() || value.empty()) {
      reader_.Reject("/kernels", "must be an object with at least one kernel",
                     R"(for instance {"6.12": {"package": "linux-image-amd64", "suite": "trixie"}})");
      return kernels;
    }
    for (const auto& [name, entry] : value.items()) {
      const auto place = "/kernels/" + name;
      if (!IsName(name)) reader_.Reject(place, "a kernel's name must be of a-z, 0-9, '.' and '-'");
      ObjectReader reader(entry, source_, place);
      KernelSource kernel;
      kernel.package = reader.String("package");
      if (!IsPackage(kernel.package)) reader.Reject(place + "/package", "must be a package's name");
      kernel.headers = reader.String("headers", "");
      if (!kernel.headers.empty() && !IsPackage(kernel.headers)) {
        reader.Reject(place + "/headers", "must be a package's name");
      }
      kernel.suite = Name(reader, "suite");
      kernel.command_line_emulated = Checked(reader, "command_line_emulated", Words{}, IsPlainWord, "one word");
      VFQUAL_CHECK(reader.Finish(), "reading an image definition");
      kernels.emplace(name, std::move(kernel));
    }
    return kernels;
  }

  Result<std::vector<CustomiseStep>> Customise(const json& value) {
    std::vector<CustomiseStep> steps;
    if (value.is_null()) return steps;
    if (!value.is_array()) reader_.Reject("/customise", "must be an array of {\"argv\": […]} and {\"hook\": \"…\"}");
    for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
      const auto place = fmt::format("/customise/{}", i);
      ObjectReader reader(value[i], source_, place);
      auto argv = reader.Strings("argv", Words{});
      auto hook = reader.String("hook", "");
      if (argv.empty() == hook.empty()) reader.Reject(place, "must have either \"argv\" or \"hook\"");
      if (!hook.empty() && !IsName(hook)) reader.Reject(place + "/hook", "must be a file's name in vmimages/hooks/");
      VFQUAL_CHECK(reader.Finish(), "reading an image definition");
      if (hook.empty()) {
        steps.emplace_back(CommandInRoot{std::move(argv)});
      } else {
        steps.emplace_back(HookScript{std::move(hook)});
      }
    }
    return steps;
  }

  std::string source_;
  ObjectReader reader_;
};

Status CheckParts(const ImageDefinition& definition, const std::string& source) {
  std::error_code error;
  for (std::size_t i = 0; i < definition.overlays.size(); ++i) {
    const auto overlay = definition.folder / "overlays" / definition.overlays[i];
    if (fs::is_directory(overlay, error)) continue;
    return FailInput(fmt::format("{}: /overlays/{}: there is no folder {}", source, i, overlay.string()),
                     "make the folder or correct its name");
  }
  for (std::size_t i = 0; i < definition.exclude_lists.size(); ++i) {
    const auto list = definition.folder / "excludes" / definition.exclude_lists[i];
    if (fs::is_regular_file(list, error)) continue;
    return FailInput(fmt::format("{}: /exclude_lists/{}: there is no file {}", source, i, list.string()),
                     "make the file or correct its name");
  }
  for (std::size_t i = 0; i < definition.customise.size(); ++i) {
    const auto* hook = std::get_if<HookScript>(&definition.customise[i]);
    if (hook == nullptr) continue;
    const auto path = definition.folder / "hooks" / hook->name;
    const auto status = fs::status(path, error);
    if (fs::is_regular_file(status) && (status.permissions() & fs::perms::owner_exec) != fs::perms::none) continue;
    return FailInput(fmt::format("{}: /customise/{}/hook: {} is not an executable file", source, i, path.string()),
                     "correct the name, or make the script executable");
  }
  return {};
}

}  // namespace

const char* Word(ImageRole role) {
  switch (role) {
    case ImageRole::kLabHost:
      return "lab-host";
    case ImageRole::kBootHost:
      return "boot-host";
    case ImageRole::kGuest:
      break;
  }
  return "guest";
}

Result<ImageDefinition> ParseDefinition(const std::string& text, const std::string& source) {
  VFQUAL_TRY(const auto value, ParseJson(text, source), "reading an image definition");
  VFQUAL_TRY(auto definition, DefinitionReader(value, source).Read(), source);
  definition.text = text;
  return definition;
}

Result<std::vector<std::string>> ListDefinitions(const fs::path& vmimages) {
  VFQUAL_TRY(const auto files, LocalHost().List((vmimages / "definitions").string()), "listing image definitions");
  std::vector<std::string> names;
  for (const fs::path file : files) {
    if (file.extension() == ".json" && file.stem().extension() != ".schema") names.push_back(file.stem().string());
  }
  return names;
}

Result<ImageDefinition> LoadDefinition(const fs::path& vmimages, const std::string& name) {
  VFQUAL_TRY(const auto known, ListDefinitions(vmimages), "loading an image definition");
  if (std::ranges::find(known, name) == known.end()) {
    return FailInput(fmt::format("there is no image \"{}\"", name),
                     fmt::format("the images are: {}", fmt::join(known, ", ")));
  }
  const auto file = (vmimages / "definitions" / (name + ".json")).string();
  VFQUAL_TRY(const auto text, LocalHost().Read(file), "loading an image definition");
  VFQUAL_TRY(auto definition, ParseDefinition(text, file), "loading an image definition");
  if (definition.name != name) {
    return FailInput(fmt::format("{}: /name: is \"{}\", must be the file's name \"{}\"", file, definition.name, name));
  }
  definition.folder = vmimages;
  VFQUAL_CHECK(CheckParts(definition, file), "loading an image definition");
  return definition;
}

}  // namespace vfqual
