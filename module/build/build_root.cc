#include "module/build/build_root.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "harness/base/file_lock.h"
#include "harness/base/local_host.h"
#include "harness/base/sha256.h"
#include "module/build/apt_error.h"
#include "module/build/private_apt.h"
#include "module/build/release_series.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr auto kBootstrapTimeout = std::chrono::minutes(20);
// Raise it when roots are made otherwise.
constexpr std::string_view kRecipe = "3";
constexpr const char* kDone = "vfqual-build-root";

Result<Completed> RunLogged(const Command& command, const fs::path& log) {
  VFQUAL_TRY(auto completed, RunProcess(command), "");
  std::ofstream(log, std::ios::app) << completed.out << completed.err;
  return completed;
}

tl::unexpected<Error> BootstrapFailed(const std::string& what, const std::string& suite, const Completed& completed,
                                      const fs::path& log) {
  if (completed.cancelled) return Fail("cancelled");
  const std::string text = completed.out + completed.err;
  if (text.find("No space left on device") != std::string::npos ||
      text.find("enough free space") != std::string::npos) {
    return Fail(fmt::format("making the build root {}: the disk is full", what),
                "free some space (400 MiB each, 1 GiB while it is made), or set VFQUAL_CACHE to another file system");
  }
  if (auto known = KnownAptError(suite, text)) {
    return AddContext(*std::move(known), fmt::format("making the build root {} (log: {})", what, log.string()));
  }
  std::string line = completed.Describe();
  if (const auto at = text.rfind("\nE: "); at != std::string::npos)
    line = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
  return Fail(fmt::format("making the build root {}: {}; the whole log is {}", what, line, log.string()),
              "check the network and the archive that apt on this machine uses");
}

// What dkms would find on a machine that has the kernel's headers installed.
Status Furnish(const fs::path& root, const std::string& compiler) {
  std::error_code error;
  fs::create_directories(root / "usr/lib/modules", error);
  fs::create_directories(root / "etc/dkms/framework.conf.d", error);
  // Modules are built here, not signed: a key of this root is trusted by no kernel.
  std::ofstream(root / "etc/dkms/framework.conf.d/vfqual.conf") << "sign_file=/nonexistent\n";
  for (const auto* name : {"gcc", "cc"}) {
    if (!fs::exists(root / "usr/bin" / name, error)) fs::create_symlink(compiler, root / "usr/bin" / name, error);
    if (error) return FailErrno("furnishing a build root", error.value());
  }
  return {};
}

Result<std::string> Identity(const fs::path& root) {
  VFQUAL_TRY(const auto packages, LocalHost().Read((root / "var/lib/dpkg/status").string()), "");
  return Sha256OfText(std::string(kRecipe) + packages);
}

// Debian has all of them in main.
const std::vector<std::string>& DebiansTools() {
  static const std::vector<std::string> kTools = {"pahole", "ccache", "time", "xz-utils", "zstd"};
  return kTools;
}

bool OfMachinesDebian(const SuiteSources& sources) {
  return sources.cache_name == sources.suite && sources.sources.front().distribution == "debian";
}

// Beside the compiler: what the archive has, with the components that are configured (Ubuntu has some in universe).
Result<std::vector<std::string>> FindTools(const SuiteSources& sources, const std::string& compiler,
                                           const BuildRootOptions& options) {
  if (OfMachinesDebian(sources)) return DebiansTools();
  VFQUAL_TRY(const auto apt, PrivateApt::Open(options.cache, sources, std::chrono::hours(24), options.cancelled), "");
  VFQUAL_TRY(const auto names, apt.Names(""), "");
  const auto has = [&names](const std::string& name) { return std::ranges::binary_search(names, name); };
  for (const auto& needed : {std::string("dkms"), compiler, std::string("make"), std::string("libc6-dev")}) {
    if (has(needed)) continue;
    return FailInput(fmt::format("{} has no package '{}', which building for its kernels needs", sources.suite, needed),
                     "name all of its components: --apt-source 'deb … main universe'");
  }
  auto tools = DebiansTools();
  // The kernel's objtool needs it, and pahole, which brings it, may be missing.
  tools.insert(tools.end(), {"libelf1t64", "libelf1"});
  std::erase_if(tools, [&has](const std::string& name) { return !has(name); });
  if (has("libelf1t64")) std::erase(tools, "libelf1");
  return tools;
}

Result<BuildRoot> OwnMachine(const KernelTree& kernel) {
  std::error_code error;
  if (!fs::exists("/usr/sbin/dkms", error) && !fs::exists("/usr/bin/dkms", error)) {
    return Fail(fmt::format("dkms is not on this machine, whose tools build for {}", kernel.release),
                "install dkms, or take the kernel from an archive: --kernel-package linux-headers-…@SUITE");
  }
  LocalHost host;
  Command version;
  version.argv = {kernel.compiler.empty() ? "gcc" : kernel.compiler, "--version"};
  const auto compiler = host.Run(version);
  version.argv = {"dkms", "--version"};
  const auto dkms = host.Run(version);
  return BuildRoot{"/", Sha256OfText((compiler ? compiler->out : "") + (dkms ? dkms->out : ""))};
}

}  // namespace

Command BuildRootCommand(const SuiteSources& sources, const std::string& compiler,
                         const std::vector<std::string>& tools, const fs::path& out) {
  Command command;
  command.argv = {"mmdebstrap",
                  "--variant=apt",
                  "--format=tar",
                  fmt::format("--include=dkms,{},make,libc6-dev,{}", compiler, fmt::join(tools, ",")),
                  "--aptopt=APT::Install-Recommends \"false\"",
                  "--aptopt=Acquire::Languages \"none\"",
                  "--aptopt=Acquire::Retries \"2\"",
                  "--aptopt=Acquire::Min-ValidTime \"7776000\"",
                  "--dpkgopt=force-unsafe-io",
                  "--dpkgopt=path-exclude=/usr/share/doc/*",
                  "--dpkgopt=path-exclude=/usr/share/man/*",
                  "--dpkgopt=path-exclude=/usr/share/locale/*"};
  // mmdebstrap(1): the hook decides by the packages that the archive has.
  if (!OfMachinesDebian(sources)) {
    command.argv.emplace_back("--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr");
    // A key or an archive in a folder that only the user can read: apt's own user could not.
    command.argv.emplace_back("--aptopt=APT::Sandbox::User \"root\"");
  }
  command.argv.insert(command.argv.end(), {sources.suite, out.string()});
  for (const auto& source : sources.sources) command.argv.push_back(source.Line());
  command.environment = {{"PATH", "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"}};
  command.timeout = kBootstrapTimeout;
  command.stop_grace = std::chrono::minutes(1);
  command.max_output_bytes = std::size_t{4} << 20U;
  return command;
}

Result<BuildRoot> EnsureBuildRoot(const KernelTree& kernel, const BuildRootOptions& options) {
  if (kernel.suite.empty()) return OwnMachine(kernel);
  const auto suite = BaseSuite(kernel.suite);
  if (!kernel.compiler.starts_with("gcc-")) {
    return Fail(fmt::format("{} was built with '{}', which no build root has", kernel.release, kernel.compiler),
                "build for it on a machine that has this compiler");
  }
  const auto sources = SourcesOfSuite(options.archives, suite);
  if (sources.sources.empty()) return Fail("no archive is known: apt on this machine is configured with none");
  const auto name = fmt::format("{}-{}", sources.cache_name, kernel.compiler);
  const fs::path roots = options.cache / "build-roots";
  const fs::path folder = roots / name;
  std::error_code error;
  fs::create_directories(roots, error);
  if (error) return FailErrno("make folder " + roots.string(), error.value());
  VFQUAL_TRY(const auto lock,
             FileLock::Take(
                 folder.string() + ".lock", [] {}, options.cancelled),
             "");
  const auto recipe = LocalHost().Read((folder / kDone).string());
  if (!recipe || *recipe != kRecipe) {
    if (options.progress) options.progress(fmt::format("making the build root {} (one or two minutes)", name));
    const fs::path work = roots / (name + ".work");
    const fs::path tar = roots / (name + ".tar");
    const fs::path log = roots / (name + ".log");
    fs::remove_all(work, error);
    fs::remove(log, error);
    const auto made = [&]() -> Status {
      VFQUAL_TRY(const auto tools, FindTools(sources, kernel.compiler, options), name);
      auto bootstrap = BuildRootCommand(sources, kernel.compiler, tools, tar);
      bootstrap.cancelled = options.cancelled;
      VFQUAL_TRY(const auto completed, RunLogged(bootstrap, log), "");
      if (!completed.Ok()) return BootstrapFailed(name, suite, completed, log);
      std::error_code failed;
      fs::create_directories(work, failed);
      // Devices cannot be made without root; bwrap gives its own.
      Command unpack;
      unpack.argv = {"tar",         "--extract", "--no-same-owner", "--exclude=./dev/*", "-C",
                     work.string(), "-f",        tar.string()};
      unpack.timeout = std::chrono::minutes(10);
      VFQUAL_TRY(const auto unpacked, RunLogged(unpack, log), "");
      if (!unpacked.Ok()) return BootstrapFailed(name, suite, unpacked, log);
      VFQUAL_CHECK(Furnish(work, kernel.compiler), "");
      std::ofstream(work / kDone) << kRecipe;
      fs::remove_all(folder, failed);
      fs::rename(work, folder, failed);
      if (failed) return FailErrno("rename " + work.string(), failed.value());
      return {};
    }();
    fs::remove(tar, error);
    if (!made) {
      fs::remove_all(work, error);
      return tl::unexpected(made.error());
    }
  }
  BuildRoot root;
  root.folder = folder;
  VFQUAL_TRY(root.identity, Identity(folder), "");
  // Where a kernel's tools are bound to: bwrap cannot make folders in a root that is read-only.
  if (!kernel.root.empty()) {
    for (const auto& entry : fs::directory_iterator(kernel.root / "usr/lib", error)) {
      if (entry.path().filename().string().starts_with("linux-kbuild-")) {
        fs::create_directories(folder / "usr/lib" / entry.path().filename(), error);
      }
    }
  }
  return root;
}

}  // namespace vfqual
