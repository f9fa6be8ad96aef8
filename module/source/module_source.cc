#include "module/source/module_source.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

#include "harness/base/local_host.h"
#include "module/source/archive_reader.h"
#include "module/source/fingerprint.h"
#include "module/source/folder_copy.h"
#include "module/source/git_archive.h"
#include "module/source/source_spec.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr int kMaxConfDepth = 3;

// Removed with all in it, whatever happens.
class WorkFolder {
 public:
  static Result<WorkFolder> Make(const fs::path& parent) {
    std::error_code error;
    fs::create_directories(parent, error);
    if (error) return FailErrno("make folder " + parent.string(), error.value());
    std::string path = (parent / "opening.XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) return FailErrno("make a folder in " + parent.string(), errno);
    return WorkFolder(path);
  }
  WorkFolder(WorkFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }
  const fs::path& Path() const { return path_; }

 private:
  explicit WorkFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

// The one folder with a dkms.conf that lies nearest to the top.
Result<fs::path> FindConf(const fs::path& tree, const std::string& spec) {
  std::vector<std::pair<int, fs::path>> found;
  std::error_code error;
  for (auto it = fs::recursive_directory_iterator(tree, error); !error && it != fs::recursive_directory_iterator();
       it.increment(error)) {
    if (it.depth() >= kMaxConfDepth) it.disable_recursion_pending();
    if (it->path().filename() == "dkms.conf" && fs::is_regular_file(it->symlink_status(error))) {
      found.emplace_back(it.depth(), it->path().parent_path());
    }
  }
  if (error) return FailErrno("reading " + tree.string(), error.value());
  std::sort(found.begin(), found.end());
  if (found.empty()) {
    return FailInput(fmt::format("{}: no dkms.conf in it", spec), "give the source of a DKMS module");
  }
  if (found.size() > 1 && found[0].first == found[1].first) {
    return FailInput(
        fmt::format("{}: several modules in it: {} and {}", spec, found[0].second.lexically_relative(tree).string(),
                    found[1].second.lexically_relative(tree).string()),
        "give the folder of one of them");
  }
  return found.front().second;
}

SourceKind KindOf(ArchiveKind kind) {
  switch (kind) {
    case ArchiveKind::kDeb:
      return SourceKind::kDeb;
    case ArchiveKind::kPacman:
      return SourceKind::kPacman;
    case ArchiveKind::kTarball:
      break;
  }
  return SourceKind::kTarball;
}

// Fills `tree`, and what is known of the source by that.
Status Unpack(const SourceSpec& spec, const OpenSourceOptions& options, const fs::path& work, const fs::path& tree,
              ModuleSource& source) {
  UnpackOptions unpack;
  unpack.cancelled = options.cancelled;
  switch (spec.kind) {
    case SourceKind::kFolder:
      return CopyFolder(spec.place, tree, {}, options.cancelled);
    case SourceKind::kDkms: {
      std::error_code error;
      const auto folder = fs::canonical(fs::path(options.dkms_tree) / spec.place / "source", error);
      if (error) {
        return FailInput(fmt::format("DKMS on this machine has no {}", spec.place),
                         "see what it has with: dkms status");
      }
      return CopyFolder(folder, tree, {}, options.cancelled);
    }
    case SourceKind::kGit: {
      VFQUAL_TRY(const auto archive, ArchiveGitRevision(spec.place, spec.revision, work, options.cancelled), "");
      source.revision = archive.commit;
      return UnpackArchive(archive.tar, tree, work, unpack).map([](const UnpackedArchive&) {});
    }
    case SourceKind::kTarball:
    case SourceKind::kDeb:
    case SourceKind::kPacman:
      break;
  }
  VFQUAL_TRY(const auto unpacked, UnpackArchive(spec.place, tree, work, unpack), "");
  source.kind = KindOf(unpacked.kind);
  return {};
}

// By content: another opening of the same source finds it there, unless somebody changed it meanwhile.
Result<fs::path> Keep(const fs::path& folder, const std::string& fingerprint, const fs::path& sources) {
  const fs::path kept = sources / fingerprint;
  std::error_code error;
  if (fs::exists(kept, error)) {
    const auto there = FingerprintTree(kept);
    if (there && *there == fingerprint) return kept;
    fs::remove_all(kept, error);
    if (error) return FailErrno("remove " + kept.string(), error.value());
  }
  fs::rename(folder, kept, error);
  if (!error) return kept;
  // Another process was quicker.
  if (error.value() == ENOTEMPTY || error.value() == EEXIST) return kept;
  return FailErrno(fmt::format("rename {} to {}", folder.string(), kept.string()), error.value());
}

}  // namespace

std::string_view Word(SourceKind kind) {
  switch (kind) {
    case SourceKind::kFolder:
      return "folder";
    case SourceKind::kGit:
      return "git";
    case SourceKind::kTarball:
      return "tarball";
    case SourceKind::kDeb:
      return "deb";
    case SourceKind::kPacman:
      return "pacman";
    case SourceKind::kDkms:
      return "dkms";
  }
  return "folder";
}

Result<ModuleSource> OpenModuleSource(const std::string& spec, const OpenSourceOptions& options) {
  VFQUAL_TRY(const auto parsed, ParseSourceSpec(spec, options.revision), "");
  const fs::path sources = options.cache / "module-sources";
  VFQUAL_TRY(const auto work, WorkFolder::Make(sources), "opening " + spec);
  const fs::path tree = work.Path() / "tree";
  ModuleSource source;
  source.spec = spec;
  source.kind = parsed.kind;
  VFQUAL_CHECK(Unpack(parsed, options, work.Path(), tree, source), "");
  VFQUAL_TRY(const auto folder, FindConf(tree, spec), "");
  VFQUAL_TRY(const auto text, LocalHost().Read((folder / "dkms.conf").string()), "");
  VFQUAL_TRY(source.conf, ParseDkmsConf(text, spec + ": dkms.conf"), "");
  VFQUAL_TRY(source.fingerprint, FingerprintTree(folder), "");
  VFQUAL_TRY(source.folder, Keep(folder, source.fingerprint, sources), "");
  return source;
}

}  // namespace vfqual
