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
      const bool of_kernel = depend.starts_with("linux-headers-") || depend.starts_with("linux-kbuild-");
      const bool known = std::ranges::any_of(packages, [&](const auto& one) { return one.name == depend; });
      if (of_kernel && !known && std::ranges::find(wanted, depend) == wanted.end()) wanted.push_back(depend);
    }
    packages.push_back(std::move(package));
  }
  return packages;
}

}  // namespace

Result<CachedHeaders> HeadersOfArchive(const std::string& package_at_suite, const KernelOptions& options) {
  const auto at = package_at_suite.rfind('@');
  const auto name = package_at_suite.substr(0, at);
  if (at == std::string::npos || !IsPackageName(name) || !name.starts_with("linux-headers-")) {
    return FailInput(fmt::format("'{}' is no kernel's package", package_at_suite),
                     "write linux-headers-RELEASE@SUITE (linux-headers-amd64@trixie-backports), the path of an Arch "
                     "linux-headers-….pkg.tar.zst, or a kernel's build folder");
  }
  const auto suite = package_at_suite.substr(at + 1);
  if (!IsSuiteName(suite)) return FailInput(fmt::format("'{}' is no suite of an archive", suite));
  const fs::path store = options.cache / "kernel-headers";
  std::error_code error;
  fs::create_directories(store, error);
  if (error) return FailErrno("make folder " + store.string(), error.value());
  const fs::path folder = store / fmt::format("{}@{}", name, suite);
  VFQUAL_TRY(const auto lock,
             FileLock::Take(
                 folder.string() + ".lock", [] {}, options.cancelled),
             "");
  const bool exact = name.find_first_of("0123456789") < name.rfind('-');
  if (!options.refresh && (exact || IsYoung(folder / kManifest))) {
    if (auto headers = ReadManifest(folder)) return headers;
  }
  VFQUAL_TRY(const auto apt,
             PrivateApt::Open(options.cache, options.archive, suite,
                              options.refresh ? std::chrono::hours(0) : kListsAge, options.cancelled),
             "");
  VFQUAL_TRY(const auto packages, WithDependencies(apt, name), "");
  std::string identity;
  for (const auto& package : packages) identity += fmt::format("{}={} ", package.name, package.version);
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
