#include "module/build/build_module.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <utility>

#include "harness/base/file_lock.h"
#include "harness/base/local_host.h"
#include "harness/base/process.h"
#include "harness/base/sha256.h"
#include "module/build/build_record.h"
#include "module/build/sandbox.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

// The real driver takes 267 s on two cores; debug kernels and slow machines need far longer.
constexpr auto kBuildTimeout = std::chrono::minutes(45);
constexpr std::size_t kLogLimitBytes = std::size_t{8} << 20U;
// Raise it when the same inputs give another record.
constexpr std::string_view kBuilderVersion = "4";

std::string CacheKey(const ModuleSource& source, const KernelTree& kernel, const BuildRoot& root) {
  return Sha256OfText(fmt::format("{}\n{}\n{}\n{}\n{}\n", kBuilderVersion, source.fingerprint, kernel.release,
                                  kernel.identity, root.identity));
}

std::string Inside(const fs::path& file) {
  return LocalHost().ReadFile(file.string(), kLogLimitBytes).value_or("");
}

// "  CC [M]  /…/x.o", and since Linux 6.13 with a path relative to the module.
unsigned CountObjects(const std::string& make_log) {
  unsigned count = 0;
  for (auto at = make_log.find("  CC [M] "); at != std::string::npos; at = make_log.find("  CC [M] ", at + 1)) ++count;
  return count;
}

// Where dkms has its log while it builds, where it left it after a failure, and after a success.
std::string MakeLog(const fs::path& module_tree, const std::string& release) {
  for (const auto& place : {module_tree / "build/make.log", module_tree / release / "x86_64/log/make.log"}) {
    auto text = Inside(place);
    if (!text.empty()) return text;
  }
  return {};
}

long PeakMemoryKib(const fs::path& file) {
  long kib = 0;
  std::ifstream(file) >> kib;
  return kib;
}

std::string Modinfo(const fs::path& file, const char* field) {
  Command command;
  command.argv = {"modinfo", "-F", field, file.string()};
  const auto completed = RunProcess(command);
  if (!completed || !completed->Ok()) return {};
  return completed->out.substr(0, completed->out.find('\n'));
}

bool IsModuleFile(const std::string& name) {
  return name.ends_with(".ko") || name.ends_with(".ko.xz") || name.ends_with(".ko.zst") || name.ends_with(".ko.gz");
}

Result<std::vector<BuiltModule>> TakeModules(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to, error);
  std::vector<BuiltModule> modules;
  for (const auto& entry : fs::directory_iterator(from, error)) {
    const auto name = entry.path().filename().string();
    if (!IsModuleFile(name) || !entry.is_regular_file(error)) continue;
    fs::copy_file(entry.path(), to / name, error);
    if (error) return FailErrno("copy " + name, error.value());
    modules.push_back({to / name, name.substr(0, name.find(".ko")), Modinfo(to / name, "srcversion"),
                       Modinfo(to / name, "vermagic")});
  }
  std::sort(modules.begin(), modules.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return modules;
}

// dkms was content; is it what the kernel will take?
BuildFinding CheckModules(const std::vector<BuiltModule>& modules, const std::string& release) {
  BuildFinding finding;
  finding.outcome = BuildOutcome::kBuilt;
  if (modules.empty()) {
    finding.outcome = BuildOutcome::kPackagingError;
    finding.reason = "dkms says that it was built, but there is no module";
  }
  for (const auto& module : modules) {
    if (module.vermagic.empty() || module.vermagic.starts_with(release + " ")) continue;
    finding.outcome = BuildOutcome::kPackagingError;
    finding.reason = fmt::format("{} is built for another kernel: its vermagic is '{}'", module.name, module.vermagic);
  }
  return finding;
}

// In a build root the compiler is the kernel's own: what it does not know, or another one that is asked for, is the
// module's doing.
void BlameTheModule(BuildFinding& finding) {
  if (finding.outcome != BuildOutcome::kCompilerWrong) return;
  const auto has = [&finding](const char* text) { return finding.reason.find(text) != std::string::npos; };
  const bool other_compiler = has("gcc") || has("clang");
  if (has("unrecognized command") || (other_compiler && (has("not found") || has("No such file or directory")))) {
    finding.outcome = BuildOutcome::kCompileError;
  }
}

class OneBuild {
 public:
  OneBuild(const ModuleSource& source, const KernelTree& kernel, const BuildRoot& root,
           const ModuleBuildOptions& options, fs::path work)
      : source_(source), kernel_(kernel), root_(root), options_(options), work_(std::move(work)) {}

  Result<ModuleBuild> Run() {
    std::error_code error;
    fs::create_directories(work_ / "tree", error);
    if (error) return FailErrno("make folder " + work_.string(), error.value());
    VFQUAL_TRY(const auto completed, RunDkms(), "");
    if (completed.cancelled) return Fail("cancelled");
    ModuleBuild build;
    build.seconds = completed.wall_seconds;
    build.peak_memory_kib = PeakMemoryKib(work_ / kPeakMemoryFile);
    const auto make_log = MakeLog(ModuleTree(), kernel_.release);
    VFQUAL_CHECK(KeepLog(completed, make_log), "");
    const auto dkms = completed.out + completed.err;
    // bwrap's own errors: no namespaces, a folder that cannot be bound.
    if (completed.exit_code != 0 && completed.err.starts_with("bwrap: ")) {
      return Fail(fmt::format("the build's sandbox could not be made: {}", completed.Describe()),
                  "run as root, or allow user namespaces: sysctl kernel.unprivileged_userns_clone=1");
    }
    build.finding = ClassifyBuild(
        {completed.exit_code, dkms, make_log, SandboxBuildFolder(source_.conf.name, source_.conf.version)});
    if (!kernel_.suite.empty()) BlameTheModule(build.finding);
    if (completed.timed_out) {
      build.finding = {};
      build.finding.reason = completed.Describe();
    }
    if (build.finding.outcome == BuildOutcome::kBuilt) {
      VFQUAL_TRY(build.modules, TakeModules(ModuleTree() / kernel_.release / "x86_64/module", work_ / "modules"), "");
      build.finding = CheckModules(build.modules, kernel_.release);
    }
    fs::remove_all(work_ / "tree", error);
    return build;
  }

 private:
  fs::path ModuleTree() const { return work_ / "tree" / source_.conf.name / source_.conf.version; }

  Result<Completed> RunDkms() const {
    SandboxPlaces places{root_.folder, source_.folder, work_, {}};
    std::error_code error;
    if (options_.use_ccache && fs::exists(root_.folder / "usr/lib/ccache", error)) {
      places.ccache = options_.cache / "ccache";
      fs::create_directories(places.ccache, error);
    }
    Command command;
    command.argv = SandboxedDkmsBuild(kernel_, places, source_.conf.name, source_.conf.version, options_.jobs);
    command.timeout = kBuildTimeout;
    command.max_output_bytes = kLogLimitBytes;
    unsigned told = 0;
    command.cancelled = [this, &told] {
      if (options_.progress) {
        const auto count = CountObjects(Inside(ModuleTree() / "build/make.log"));
        if (count != std::exchange(told, count)) options_.progress(count);
      }
      return options_.cancelled && options_.cancelled();
    };
    return RunProcess(command);
  }

  Status KeepLog(const Completed& completed, const std::string& make_log) const {
    std::ofstream file(work_ / "build.log");
    file << completed.out << completed.err << '\n' << make_log;
    file.close();
    if (!file) return FailErrno("write " + (work_ / "build.log").string(), errno, "free some space");
    return {};
  }

  const ModuleSource& source_;
  const KernelTree& kernel_;
  const BuildRoot& root_;
  const ModuleBuildOptions& options_;
  fs::path work_;
};

}  // namespace

std::optional<BuildFinding> FindWithoutBuild(const ModuleSource& source, const KernelTree& kernel) {
  // What was not read may set another range.
  if (!source.conf.unread.empty()) return std::nullopt;
  const auto why = WhyExcluded(source.conf.range, kernel.release, "x86_64", kernel.config);
  if (!why) return std::nullopt;
  BuildFinding finding;
  finding.outcome = BuildOutcome::kExcluded;
  finding.reason = *why;
  return finding;
}

Result<ModuleBuild> BuildModule(const ModuleSource& source, const KernelTree& kernel, const BuildRoot& root,
                                const ModuleBuildOptions& options) {
  if (auto finding = FindWithoutBuild(source, kernel)) {
    ModuleBuild build;
    build.finding = *std::move(finding);
    return build;
  }
  const fs::path builds = options.cache / "module-builds";
  const fs::path kept = builds / CacheKey(source, kernel, root);
  std::error_code error;
  fs::create_directories(builds, error);
  if (error) return FailErrno("make folder " + builds.string(), error.value());
  VFQUAL_TRY(const auto lock,
             FileLock::Take(
                 kept.string() + ".lock", [] {}, options.cancelled),
             "");
  if (!options.rebuild) {
    if (auto build = ReadBuildRecord(kept)) return build;
  }
  fs::path work = kept;
  work += ".work";
  fs::remove_all(work, error);
  auto made = [&]() -> Result<ModuleBuild> {
    VFQUAL_TRY(const auto build, OneBuild(source, kernel, root, options, work).Run(), "");
    VFQUAL_CHECK(WriteBuildRecord(work, build), "");
    std::error_code failed;
    fs::remove_all(kept, failed);
    fs::rename(work, kept, failed);
    if (failed) return FailErrno("rename " + work.string(), failed.value());
    return build;
  }();
  fs::remove_all(work, error);
  if (!made) return made;
  VFQUAL_TRY(auto build, ReadBuildRecord(kept), "");
  build.cached = false;
  // What says nothing of the module is tried again next time; its log stays.
  if (build.finding.outcome == BuildOutcome::kBroken) fs::remove(BuildRecordFile(kept), error);
  return build;
}

}  // namespace vfqual
