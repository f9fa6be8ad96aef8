#include "vmimages/image_builder.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "harness/base/file_lock.h"
#include "harness/base/local_host.h"
#include "vmimages/apt_sources.h"
#include "vmimages/artefact.h"
#include "vmimages/boot_kernel.h"
#include "vmimages/bootstrap_command.h"
#include "vmimages/build_failure.h"
#include "vmimages/manifest.h"
#include "vmimages/older_artefacts.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kNeededBytes = std::uint64_t{3} << 30U;
constexpr std::size_t kLogTailBytes = std::size_t{256} << 10U;

Status SyncToDisk(const fs::path& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.Valid() || fsync(fd.Get()) != 0) return FailErrno(fmt::format("fsync {}", path.string()), errno);
  return {};
}

Status WriteText(const fs::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return FailErrno(fmt::format("write {}", path.string()), errno);
  return {};
}

// Removed with all in it when the build ends, however it ends.
class WorkFolder {
 public:
  explicit WorkFolder(fs::path path) : path_(std::move(path)) {}
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  const fs::path& Path() const { return path_; }

 private:
  fs::path path_;
};

Status FillWorkFolder(const ImageDefinition& definition, const KernelSource& kernel, const fs::path& work) {
  std::error_code error;
  fs::remove_all(work, error);  // of a build that died; we hold its lock
  for (const auto* name : {"overlays", "steps", "out", "tmp"}) {
    fs::create_directories(work / name, error);
    if (error) return FailErrno((work / name).string(), error.value());
  }
  // In a user namespace mmdebstrap is another user, who must get in here.
  fs::permissions(work / "tmp", fs::perms::all | fs::perms::sticky_bit, error);
  fs::permissions(work / "out", fs::perms::all, error);
  VFQUAL_CHECK(WriteText(work / "preferences", AptPreferences(definition, kernel)), "preparing a build");
  for (std::size_t i = 0; i < definition.overlays.size(); ++i) {
    fs::create_symlink(definition.folder / "overlays" / definition.overlays[i], work / fmt::format("overlays/{:02}", i),
                       error);
    if (error) return FailErrno("preparing the overlays", error.value());
  }
  for (std::size_t i = 0; i < definition.customise.size(); ++i) {
    if (const auto* hook = std::get_if<HookScript>(&definition.customise[i])) {
      fs::create_symlink(definition.folder / "hooks" / hook->name, work / fmt::format("steps/{:02}.hook", i), error);
      if (error) return FailErrno("preparing the hooks", error.value());
      continue;
    }
    std::string words;
    for (const auto& word : std::get<CommandInRoot>(definition.customise[i]).argv) words.append(word).push_back('\0');
    VFQUAL_CHECK(WriteText(work / fmt::format("steps/{:02}.argv", i), words), "preparing a build");
  }
  return {};
}

// mmdebstrap's and our hooks' own lines; packages print "I: /vmlinuz is now…" too.
bool IsProgress(std::string_view line) {
  constexpr std::array kHeads{"running apt-get update",
                              "downloading",
                              "extracting",
                              "installing",
                              "overlay",
                              "step",
                              "hook",
                              "initramfs",
                              "disk"};
  return line.starts_with("I: ") &&
         std::ranges::any_of(kHeads, [&](std::string_view head) { return line.substr(3).starts_with(head); });
}

// Hands each line of the build's output that tells of progress ("I: …") on, and keeps all of it in the log.
class BuildOutput {
 public:
  BuildOutput(const fs::path& log, std::string prefix, const BuildOptions& options)
      : log_(log, std::ios::binary | std::ios::trunc), prefix_(std::move(prefix)), options_(options) {}

  void Take(std::string_view piece) {
    log_ << piece;
    tail_.append(piece);
    if (tail_.size() > 2 * kLogTailBytes) tail_.erase(0, tail_.size() - kLogTailBytes);
    for (const char c : piece) {
      if (c != '\n') {
        line_.push_back(c);
        continue;
      }
      if (IsProgress(line_)) Say(std::string_view(line_).substr(3));
      line_.clear();
    }
    log_.flush();
  }

  void Say(std::string_view text) const {
    if (options_.progress) options_.progress(fmt::format("{}: {}", prefix_, text));
  }
  const std::string& Tail() const { return tail_; }

 private:
  std::ofstream log_;
  std::string prefix_;
  const BuildOptions& options_;
  std::string line_;
  std::string tail_;
};

Status CheckSpace(const fs::path& folder) {
  std::error_code error;
  const auto space = fs::space(folder, error);
  if (error || space.available >= kNeededBytes) return {};
  return Fail(fmt::format("{}: {} MiB are free, building an image takes about {} MiB", folder.string(),
                          space.available >> 20U, kNeededBytes >> 20U),
              "free some space, or set VFQUAL_CACHE to another file system");
}

// In a mount namespace of its own, where that may be: no mount of a build that had to be killed stays behind, and none
// is met when its folder is removed.
Command WithOwnMounts(Host& host, Command command) {
  Command probe;
  const std::vector<std::string> own_mounts{"unshare", "--mount"};
  probe.argv = own_mounts;
  probe.argv.emplace_back("true");
  const auto probed = host.Run(probe);
  if (probed && probed->Ok()) command.argv.insert(command.argv.begin(), own_mounts.begin(), own_mounts.end());
  return command;
}

Status Bootstrap(const ImageDefinition& definition, const Artefact& artefact, const BuildOptions& options,
                 const fs::path& work, BuildOutput& output, const fs::path& log) {
  LocalHost host;
  const auto& kernel = definition.kernels.at(artefact.kernel);
  auto archive = FindArchive(host);
  if (!options.mirror.empty()) archive.main = options.mirror;
  VFQUAL_TRY(const auto sources, SourceLines(definition, kernel, archive), "choosing the archive");
  BootstrapPlaces places{work, options.cache / "debs", artefact.identity.public_key};
  std::error_code error;
  fs::create_directories(places.debs, error);
  auto command = BootstrapCommand(definition, kernel, sources, places);
  command.argv.front() = options.mmdebstrap;
  command = WithOwnMounts(host, std::move(command));
  command.on_output = [&output](std::string_view piece) { output.Take(piece); };
  command.cancelled = options.cancelled;
  VFQUAL_TRY(const auto done, host.Run(command), "building the root with mmdebstrap");
  if (done.cancelled) return Fail("cancelled");
  if (!done.Ok()) return tl::unexpected(ExplainBuildFailure(output.Tail(), done.Describe(), log));
  return {};
}

Status Build(const ImageDefinition& definition, const Artefact& artefact, const BuildOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const auto log = artefact.folder.parent_path() / (artefact.folder.filename().string() + ".log");
  BuildOutput output(log, artefact.folder.filename().string().substr(0, artefact.folder.filename().string().rfind('-')),
                     options);
  output.Say(fmt::format("building, log in {}", log.string()));
  VFQUAL_CHECK(CheckSpace(options.cache), "building an image");
  const WorkFolder work(artefact.folder.string() + ".building");
  VFQUAL_CHECK(FillWorkFolder(definition, definition.kernels.at(artefact.kernel), work.Path()), "building an image");
  VFQUAL_CHECK(Bootstrap(definition, artefact, options, work.Path(), output, log), "building an image");

  LocalHost host;
  const auto out = work.Path() / "out";
  ImageManifest manifest;
  manifest.name = definition.name;
  manifest.kernel = artefact.kernel;
  manifest.key = artefact.key;
  VFQUAL_TRY(manifest.kernel_release, host.ReadTrimmed((out / "kernel-release").string()), "building an image");
  if (definition.role != ImageRole::kGuest) {
    VFQUAL_TRY(manifest.ssh_host_key, host.ReadTrimmed((out / "ssh-host-key").string()), "building an image");
  }
  VFQUAL_CHECK(UnpackKernel(out / "vmlinuz", out / "vmlinux"), "building an image");
  VFQUAL_TRY(const auto names, host.List(out.string()), "building an image");
  for (const auto& name : names) VFQUAL_CHECK(SyncToDisk(out / name), "building an image");
  VFQUAL_TRY(manifest.files, DescribeFiles(out, names), "building an image");
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  manifest.build_seconds = seconds.count();
  manifest.built =
      fmt::format("{:%FT%TZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
  VFQUAL_CHECK(WriteText(out / "image.json", FormatManifest(manifest)), "building an image");
  VFQUAL_CHECK(SyncToDisk(out / "image.json"), "building an image");

  std::error_code error;
  fs::remove_all(artefact.folder, error);
  fs::permissions(out, fs::perms::owner_all, error);
  fs::rename(out, artefact.folder, error);
  if (error) return FailErrno(fmt::format("rename {} to {}", out.string(), artefact.folder.string()), error.value());
  VFQUAL_CHECK(SyncToDisk(artefact.folder.parent_path()), "building an image");
  output.Say(fmt::format("ready after {:.0f} s in {}", manifest.build_seconds, artefact.folder.string()));
  return {};
}

}  // namespace

Result<Image> EnsureImage(const ImageDefinition& definition, const std::string& kernel, const BuildOptions& options) {
  VFQUAL_TRY(const auto artefact, LocateArtefact(definition, kernel, options.cache, MissingKey::kMake),
             "preparing an image");
  std::error_code error;
  fs::create_directories(artefact.folder.parent_path(), error);
  if (error)
    return FailErrno(artefact.folder.parent_path().string(), error.value(),
                     "set VFQUAL_CACHE to a folder that can be written");
  const auto say = [&](std::string_view text) {
    if (options.progress) options.progress(fmt::format("{}+{}: {}", definition.name, artefact.kernel, text));
  };
  VFQUAL_TRY(const auto lock,
             FileLock::Take(
                 artefact.folder.string() + ".lock", [&] { say("waiting for another process that builds it"); },
                 options.cancelled),
             definition.name);
  if (!options.rebuild) {
    auto image = OpenArtefact(definition, artefact, CheckDepth::kQuick);
    if (image) return image;
    if (fs::exists(artefact.folder, error)) say(fmt::format("built again: {}", image.error().what));
  }
  VFQUAL_CHECK(Build(definition, artefact, options), fmt::format("image {}", definition.name));
  RemoveOlderArtefacts(artefact);
  return OpenArtefact(definition, artefact, CheckDepth::kQuick);
}

Result<Image> FindImage(const ImageDefinition& definition, const std::string& kernel, const fs::path& cache) {
  VFQUAL_TRY(const auto artefact, LocateArtefact(definition, kernel, cache, MissingKey::kLeave),
             "looking for an image");
  std::error_code error;
  if (!fs::exists(artefact.folder, error)) {
    return Fail(fmt::format("image {} with kernel {} is not built", definition.name, artefact.kernel),
                fmt::format("vfqual image build {} --kernel {}", definition.name, artefact.kernel));
  }
  return OpenArtefact(definition, artefact, CheckDepth::kQuick);
}

Status VerifyImage(const Image& image) {
  VFQUAL_TRY(const auto manifest, ReadManifest(image.folder), "checking an image");
  return CheckFiles(manifest, image.folder, CheckDepth::kThorough);
}

}  // namespace vfqual
