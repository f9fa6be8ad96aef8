#include "vmimages/artefact_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

#include "harness/base/local_host.h"
#include "harness/base/sha256.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

// Raise it when the builder makes other files from the same inputs.
constexpr std::string_view kBuilderVersion = "2";

class KeyHash {
 public:
  // With its length, so that no two lists of fields look alike.
  void Field(std::string_view text) {
    hash_.Update(fmt::format("{}:", text.size()));
    hash_.Update(text);
  }
  void Fields(const std::vector<std::string>& texts) {
    Field(std::to_string(texts.size()));
    for (const auto& text : texts) Field(text);
  }

  Status File(const fs::path& path) {
    std::error_code error;
    const auto status = fs::symlink_status(path, error);
    if (error) return FailErrno(path.string(), error.value());
    if (fs::is_symlink(status)) {
      const auto target = fs::read_symlink(path, error);
      if (error) return FailErrno(path.string(), error.value());
      Field(target.string());
      return {};
    }
    Field((status.permissions() & fs::perms::owner_exec) != fs::perms::none ? "x" : "-");
    VFQUAL_TRY(const auto content, LocalHost().Read(path.string()), "hashing an image's parts");
    Field(content);
    return {};
  }

  Status Tree(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> files;
    for (auto it = fs::recursive_directory_iterator(folder, error); !error && it != fs::recursive_directory_iterator();
         it.increment(error)) {
      if (!it->is_directory(error) || it->is_symlink(error)) files.push_back(it->path());
    }
    if (error) return FailErrno(folder.string(), error.value());
    std::ranges::sort(files);
    for (const auto& file : files) {
      Field(file.lexically_relative(folder).string());
      VFQUAL_CHECK(File(file), folder.string());
    }
    return {};
  }

  std::string HexDigest() { return hash_.HexDigest(); }

 private:
  Sha256 hash_;
};

}  // namespace

Result<std::string> ArtefactKey(const ImageDefinition& definition, const std::string& kernel,
                                const std::string& authorized_key) {
  const auto& source = definition.kernels.at(kernel);
  KeyHash hash;
  hash.Field(kBuilderVersion);
  hash.Fields({definition.name, Word(definition.role),
               definition.bootstrap == Bootstrap::kExtract ? "extract" : "install", kernel, source.package,
               source.headers, source.suite, std::to_string(definition.size_mib), authorized_key});
  hash.Fields(definition.suites);
  hash.Fields(definition.components);
  hash.Fields(definition.packages);
  hash.Fields(definition.exclude);
  hash.Fields(definition.initramfs_modules);
  for (const auto& list : definition.exclude_lists) {
    VFQUAL_CHECK(hash.File(definition.folder / "excludes" / list), "hashing an exclude list");
  }
  for (const auto& overlay : definition.overlays) {
    hash.Field(overlay);
    VFQUAL_CHECK(hash.Tree(definition.folder / "overlays" / overlay), "hashing an overlay");
  }
  for (const auto& step : definition.customise) {
    if (const auto* command = std::get_if<CommandInRoot>(&step)) {
      hash.Fields(command->argv);
    } else {
      VFQUAL_CHECK(hash.File(definition.folder / "hooks" / std::get<HookScript>(step).name), "hashing a hook");
    }
  }
  VFQUAL_CHECK(hash.Tree(definition.folder / "build-hooks"), "hashing the builder's hooks");
  VFQUAL_CHECK(hash.Tree(definition.folder / "initramfs"), "hashing the initramfs' files");
  return hash.HexDigest();
}

}  // namespace vfqual
