#include "module/build/headers_cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/base/file_lock.h"
#include "harness/base/process.h"
#include "harness/base/sha256.h"
#include "harness/base/strict_json.h"
#include "module/build/private_apt.h"
#include "module/build/release_series.h"
#include "module/source/archive_reader.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "headers.json";
// The newest of a metapackage is asked for again after this; an exact package does not change.
constexpr auto kListsAge = std::chrono::hours(24);

bool IsPackageName(const std::string& text) {
  return text.size() > 1 && text.size() < 128 && text.front() != '-' &&
         std::ranges::all_of(text, [](unsigned char letter) {
           return std::isalnum(letter) != 0 ||
                  std::string_view("+-.").find(static_cast<char>(letter)) != std::string_view::npos;
         });
}

Status Unpack(const fs::path& deb, const fs::path& root) {
  Command command;
  command.argv = {"dpkg-deb", "--extract", deb.string(), root.string()};
  command.timeout = std::chrono::minutes(5);
  VFQUAL_TRY(const auto completed, RunProcess(command), "");
  if (completed.Ok()) return {};
  return Fail(fmt::format("dpkg-deb --extract {}: {}", deb.filename().string(), completed.Describe()),
              completed.err.find("No space left") != std::string::npos
                  ? "free some space, or set VFQUAL_CACHE to another file system"
                  : "");
}

// Since Debian merged /usr, headers have their lib/modules there; before, beside it.
Status MergeUsr(const fs::path& root) {
  std::error_code error;
  const auto old_place = root / "lib/modules";
  if (!fs::exists(old_place, error)) return {};
  fs::create_directories(root / "usr/lib", error);
  fs::rename(old_place, root / "usr/lib/modules", error);
  if (error) return FailErrno("unpacking headers", error.value());
  return {};
}

// What dkms looks for, should the package leave it to its scripts.
Status LinkBuildFolder(const fs::path& root, const fs::path& build) {
  std::error_code error;
  const auto modules = root / "usr/lib/modules";
  if (fs::exists(modules, error) && !fs::is_empty(modules, error)) return {};
  std::ifstream file(build / "include/config/kernel.release");
  std::string release;
  file >> release;
  if (release.empty() || release.find('/') != std::string::npos || release.front() == '.') {
    return FailInput("the package's headers do not say of which kernel they are");
  }
  fs::create_directories(modules / release, error);
  fs::create_directory_symlink("/" + build.lexically_relative(root).string(), modules / release / "build", error);
  if (error) return FailErrno("unpacking headers", error.value());
  return {};
}

// usr/src/linux-headers-RELEASE, or Arch's usr/lib/modules/RELEASE/build.
Result<fs::path> FindBuildFolder(const fs::path& root) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root / "usr/src", error)) {
    if (fs::exists(entry.path() / "include/config/kernel.release", error)) return entry.path();
  }
  for (const auto& entry : fs::directory_iterator(root / "usr/lib/modules", error)) {
    if (fs::exists(entry.path() / "build/include/config/kernel.release", error)) return entry.path() / "build";
  }
  return FailInput("the package holds no kernel's headers", "name a linux-headers-… package");
}

bool IsYoung(const fs::path& manifest) {
  std::error_code error;
  const auto written = fs::last_write_time(manifest, error);
  return !error && fs::file_time_type::clock::now() - written < kListsAge;
}

Status WriteManifest(const fs::path& folder, const CachedHeaders& headers) {
  std::ofstream file(folder / kManifest);
  file << nlohmann::json{{"suite", headers.suite},
                         {"identity", headers.identity},
                         {"build", headers.build.lexically_relative(folder).string()}}
              .dump(2)
       << '\n';
  file.close();
  if (!file) return FailErrno("write " + (folder / kManifest).string(), errno);
  return {};
}

Result<CachedHeaders> ReadManifest(const fs::path& folder) {
  std::ifstream file(folder / kManifest);
  const auto manifest = nlohmann::json::parse(file, nullptr, false);
  if (!manifest.is_object()) return Fail("no headers in " + folder.string());
  CachedHeaders headers;
  headers.root = folder;
  headers.suite = manifest.value("suite", "");
  headers.identity = manifest.value("identity", "");
  headers.build = folder / manifest.value("build", "");
  std::error_code error;
  if (!fs::exists(headers.build / "Makefile", error)) return Fail("damaged headers in " + folder.string());
  return headers;
}

// Unpacks with `fill` into a folder of its own and gives it its name at the end: whole or not at all.
Result<CachedHeaders> Store(const fs::path& folder, const std::string& suite, const std::string& identity,
                            const std::function<Status(const fs::path&)>& fill) {
  fs::path work = folder;
  work += ".work";
  std::error_code error;
  fs::remove_all(work, error);
  const auto done = [&]() -> Status {
    std::error_code made;
    fs::create_directories(work, made);
    if (made) return FailErrno("make folder " + work.string(), made.value());
    VFQUAL_CHECK(fill(work), "");
    VFQUAL_CHECK(MergeUsr(work), "");
    CachedHeaders headers;
    headers.suite = suite;
    headers.identity = identity;
    VFQUAL_TRY(headers.build, FindBuildFolder(work), "");
    VFQUAL_CHECK(LinkBuildFolder(work, headers.build), "");
    VFQUAL_CHECK(WriteManifest(work, headers), "");
    fs::remove_all(folder, made);
    fs::rename(work, folder, made);
    if (made) return FailErrno("rename " + work.string(), made.value());
    return {};
  }();
  if (!done) {
    fs::remove_all(work, error);
    return tl::unexpected(done.error());
  }
  return ReadManifest(folder);
}

// The package and what it needs of the kernel: the common headers and the tools. A metapackage leads to the real one.
Result<std::vector<ArchivePackage>> WithDependencies(const PrivateApt& apt, const std::string& name) {
  std::vector<ArchivePackage> packages;
  std::vector<std::string> wanted{name};
  while (!wanted.empty() && packages.size() < 10) {
    VFQUAL_TRY(auto package, apt.Show(wanted.back()), "");
    wanted.pop_back();
    for (const auto& depend : package.depends) {
      // Ubuntu's common part has the name of its source: linux-headers-6.8.0-45, linux-hwe-6.14-headers-6.14.0-24.
      const bool of_kernel = depend.starts_with("linux-kbuild-") ||
                             (depend.starts_with("linux-") && depend.find("headers-") != std::string::npos);
      const bool known = std::ranges::any_of(packages, [&](const auto& one) { return one.name == depend; });
      if (of_kernel && !known && std::ranges::find(wanted, depend) == wanted.end()) wanted.push_back(depend);
    }
    packages.push_back(std::move(package));
  }
  return packages;
}

struct WantedHeaders {
  std::string package;
  SuiteSources sources;
  std::string folder;  // in kernel-headers/
  bool exact = false;  // of one kernel: what it holds does not change
};

// PACKAGE@SUITE, RELEASE@SUITE, or one of them without a suite.
Result<WantedHeaders> ParseSpec(const std::string& spec, const KernelArchives& archives) {
  constexpr std::string_view kPrefix = "linux-headers-";
  WantedHeaders wanted;
  const auto at = spec.rfind('@');
  wanted.package = spec.substr(0, at);
  if (!wanted.package.empty() && std::isdigit(static_cast<unsigned char>(wanted.package.front())) != 0) {
    wanted.package.insert(0, kPrefix);
  }
  if (!IsPackageName(wanted.package) || !wanted.package.starts_with(kPrefix)) {
    return FailInput(
        fmt::format("'{}' is no kernel's package", spec),
        "write linux-headers-RELEASE@SUITE (linux-headers-amd64@trixie-backports), RELEASE@SUITE, the path "
        "of an Arch linux-headers-….pkg.tar.zst, or a kernel's build folder");
  }
  const auto release = wanted.package.substr(kPrefix.size());
  wanted.exact = !release.empty() && std::isdigit(static_cast<unsigned char>(release.front())) != 0;
  if (at == std::string::npos) {
    wanted.sources = AllSources(archives);
    if (wanted.sources.sources.empty()) {
      return FailInput(fmt::format("'{}' names no suite, and no archive is known here", spec),
                       "write PACKAGE@SUITE, or name the archive with --apt-source");
    }
  } else {
    const auto suite = spec.substr(at + 1);
    if (!IsSuiteName(suite)) return FailInput(fmt::format("'{}' is no suite of an archive", suite));
    wanted.sources = SourcesOfSuite(archives, suite);
  }
  wanted.folder = fmt::format("{}@{}", wanted.package, wanted.sources.cache_name);
  return wanted;
}

}  // namespace

Result<CachedHeaders> HeadersOfArchive(const std::string& spec, const KernelOptions& options) {
  VFQUAL_TRY(const auto wanted, ParseSpec(spec, options.archives), "");
  const fs::path folder = options.cache / "kernel-headers" / wanted.folder;
  const auto lock_it = [&]() -> Result<FileLock> {
    std::error_code error;
    fs::create_directories(folder.parent_path(), error);
    if (error) return FailErrno("make folder " + folder.parent_path().string(), error.value());
    return FileLock::Take(
        folder.string() + ".lock", [] {}, options.cancelled);
  };
  std::error_code error;
  if (!options.refresh && fs::exists(folder / kManifest, error) && (wanted.exact || IsYoung(folder / kManifest))) {
    VFQUAL_TRY(const auto lock, lock_it(), "");
    if (auto headers = ReadManifest(folder)) return headers;
  }
  VFQUAL_TRY(const auto apt,
             PrivateApt::Open(options.cache, wanted.sources, options.refresh ? std::chrono::hours(0) : kListsAge,
                              options.cancelled),
             "");
  VFQUAL_TRY(const auto packages, WithDependencies(apt, wanted.package), "");
  std::string identity;
  for (const auto& package : packages) identity += fmt::format("{}={} ", package.name, package.version);
  auto suite = wanted.sources.suite;
  if (suite.empty()) {
    VFQUAL_TRY(suite, apt.SuiteOf(packages.front()), "");
  }
  // Only now: of what no archive has, nothing is left here.
  VFQUAL_TRY(const auto lock, lock_it(), "");
  if (auto headers = ReadManifest(folder); headers && headers->identity == identity) {
    fs::last_write_time(folder / kManifest, fs::file_time_type::clock::now(), error);
    return headers;
  }
  return Store(folder, suite, identity, [&](const fs::path& work) -> Status {
    for (const auto& package : packages) {
      VFQUAL_TRY(const auto deb, apt.Download(package, work / "debs"), "");
      VFQUAL_CHECK(Unpack(deb, work), "");
    }
    std::error_code removed;
    fs::remove_all(work / "debs", removed);
    return {};
  });
}

Result<CachedHeaders> HeadersOfFile(const fs::path& pacman_package, const KernelOptions& options) {
  VFQUAL_TRY(const auto digest, Sha256OfSparseFile(pacman_package), "");
  const fs::path store = options.cache / "kernel-headers";
  std::error_code error;
  fs::create_directories(store, error);
  if (error) return FailErrno("make folder " + store.string(), error.value());
  const fs::path folder = store / ("file-" + digest.substr(0, 32));
  VFQUAL_TRY(const auto lock,
             FileLock::Take(
                 folder.string() + ".lock", [] {}, options.cancelled),
             "");
  if (auto headers = ReadManifest(folder)) return headers;
  return Store(folder, "", digest, [&](const fs::path& work) {
    UnpackOptions unpack;
    unpack.packaged = "usr/lib/modules/";
    unpack.cancelled = options.cancelled;
    return UnpackArchive(pacman_package, work / "usr/lib/modules", work / "inner", unpack)
        .map([](const UnpackedArchive&) {});
  });
}

}  // namespace vfqual
