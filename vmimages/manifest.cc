#include "vmimages/manifest.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <limits>
#include <nlohmann/json.hpp>

#include "harness/base/local_host.h"
#include "harness/base/sha256.h"
#include "harness/base/strict_json.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kSchema = "vfqual/image-manifest/1";
constexpr const char* kRebuild = "it is built again when it is needed next, or now by: vfqual image build";
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

// Size and time of a regular file; the digest is left empty.
Result<ManifestFile> Describe(const fs::path& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return FailErrno(path.string(), errno, kRebuild);
  if (!S_ISREG(status.st_mode)) return Fail(path.string() + ": is not a regular file", kRebuild);
  ManifestFile file;
  file.size_bytes = static_cast<std::uint64_t>(status.st_size);
  file.modified_ns = (status.st_mtim.tv_sec * kNanosecondsPerSecond) + status.st_mtim.tv_nsec;
  return file;
}

}  // namespace

Result<std::map<std::string, ManifestFile>> DescribeFiles(const fs::path& folder,
                                                          const std::vector<std::string>& names) {
  std::map<std::string, ManifestFile> files;
  for (const auto& name : names) {
    VFQUAL_TRY(auto file, Describe(folder / name), "describing an image's files");
    VFQUAL_TRY(file.sha256, Sha256OfSparseFile(folder / name), "describing an image's files");
    files.emplace(name, std::move(file));
  }
  return files;
}

std::string FormatManifest(const ImageManifest& manifest) {
  json files = json::object();
  for (const auto& [name, file] : manifest.files) {
    files[name] = {{"size_bytes", file.size_bytes}, {"modified_ns", file.modified_ns}, {"sha256", file.sha256}};
  }
  const json value{{"schema", kSchema},
                   {"name", manifest.name},
                   {"kernel", manifest.kernel},
                   {"kernel_release", manifest.kernel_release},
                   {"key", manifest.key},
                   {"built", manifest.built},
                   {"build_seconds", manifest.build_seconds},
                   {"ssh_host_key", manifest.ssh_host_key},
                   {"files", std::move(files)}};
  return value.dump(2) + "\n";
}

Result<ImageManifest> ReadManifest(const fs::path& folder) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  const auto path = (folder / "image.json").string();
  VFQUAL_TRY(const auto text, LocalHost().Read(path), "reading an image's manifest");
  VFQUAL_TRY(const auto value, ParseJson(text, path), "reading an image's manifest");
  ObjectReader reader(value, path, "");
  ImageManifest manifest;
  if (reader.String("schema") != kSchema) reader.Reject("/schema", fmt::format("is not \"{}\"", kSchema));
  manifest.name = reader.String("name");
  manifest.kernel = reader.String("kernel");
  manifest.kernel_release = reader.String("kernel_release");
  manifest.key = reader.String("key");
  manifest.built = reader.String("built");
  const auto& seconds = reader.Value("build_seconds", true);
  manifest.build_seconds = seconds.is_number() ? seconds.get<double>() : 0;
  manifest.ssh_host_key = reader.String("ssh_host_key");
  const auto& files = reader.Value("files", true);
  if (!files.is_object()) reader.Reject("/files", "must be an object");
  VFQUAL_CHECK(reader.Finish(), "reading an image's manifest");
  for (const auto& [name, entry] : files.items()) {
    ObjectReader file_reader(entry, path, "/files/" + name);
    ManifestFile file;
    file.size_bytes = static_cast<std::uint64_t>(file_reader.Integer("size_bytes", 0, kMost));
    file.modified_ns = file_reader.Integer("modified_ns", 0, kMost);
    file.sha256 = file_reader.String("sha256");
    VFQUAL_CHECK(file_reader.Finish(), "reading an image's manifest");
    manifest.files.emplace(name, std::move(file));
  }
  return manifest;
}

Status CheckFiles(const ImageManifest& manifest, const fs::path& folder, CheckDepth depth) {
  for (const auto& [name, expected] : manifest.files) {
    const auto path = folder / name;
    VFQUAL_TRY(const auto actual, Describe(path), "checking an image");
    if (actual.size_bytes != expected.size_bytes) {
      return Fail(fmt::format("{}: has {} bytes, must have {}", path.string(), actual.size_bytes, expected.size_bytes),
                  kRebuild);
    }
    if (actual.modified_ns != expected.modified_ns) {
      return Fail(fmt::format("{}: was changed after it was built", path.string()), kRebuild);
    }
    if (depth == CheckDepth::kQuick) continue;
    VFQUAL_TRY(const auto digest, Sha256OfSparseFile(path), "checking an image");
    if (digest != expected.sha256) {
      return Fail(fmt::format("{}: its sha256 is {}, must be {}", path.string(), digest, expected.sha256), kRebuild);
    }
  }
  return {};
}

}  // namespace vfqual
