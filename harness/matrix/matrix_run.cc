#include "harness/matrix/matrix_run.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <map>
#include <sstream>
#include <thread>

#include "harness/base/folders.h"
#include "harness/matrix/matrix_builds.h"
#include "harness/matrix/matrix_journal.h"
#include "reports/run_folder.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

struct Prepared {
  std::vector<ModuleSource> sources;
  std::vector<KernelTree> kernels;
  std::map<std::string, BuildRoot> roots;  // by suite and compiler
  std::vector<MatrixCell> cells;
};

Result<std::vector<ModuleSource>> OpenSources(const MatrixRequest& request, const fs::path& cache,
                                              const MatrixOptions& options) {
  std::vector<ModuleSource> sources;
  for (const auto& spec : request.sources) {
    OpenSourceOptions open;
    open.cache = cache;
    open.revision = request.revision;
    open.cancelled = options.cancelled;
    VFQUAL_TRY(auto source, OpenModuleSource(spec, open), "");
    const bool known = std::ranges::any_of(
        sources, [&source](const ModuleSource& other) { return other.fingerprint == source.fingerprint; });
    if (!known) sources.push_back(std::move(source));
  }
  return sources;
}

Result<std::vector<KernelTree>> FindKernels(const MatrixRequest& request, const KernelOptions& options,
                                            Progress& progress) {
  std::vector<KernelTree> kernels;
  const auto add = [&kernels](KernelTree kernel) {
    const bool known = std::ranges::any_of(kernels, [&kernel](const KernelTree& other) {
      return other.release == kernel.release && other.identity == kernel.identity;
    });
    if (!known) kernels.push_back(std::move(kernel));
  };
  for (const auto& release : request.kernels) {
    VFQUAL_TRY(auto kernel, InstalledKernel(release), "");
    add(std::move(kernel));
  }
  for (const auto& package : request.kernel_packages) {
    progress.Note("headers of " + package);
    VFQUAL_TRY(auto kernel, PackagedKernel(package, options), "");
    add(std::move(kernel));
  }
  return kernels;
}

// A root is only made for what is to be built in it.
Status FindRoots(const KernelArchives& archives, const fs::path& cache, const MatrixOptions& options,
                 Progress& progress, Prepared& prepared) {
  BuildRootOptions root_options;
  root_options.cache = cache;
  root_options.archives = archives;
  root_options.cancelled = options.cancelled;
  root_options.progress = [&progress](std::string_view line) { progress.Note(std::string(line)); };
  for (const auto& source : prepared.sources) {
    for (const auto& kernel : prepared.kernels) {
      MatrixCell cell{&source, &kernel, nullptr};
      if (!FindWithoutBuild(source, kernel)) {
        // A kernel's own root, where its tools are bound to; the roots themselves are shared in the cache.
        const auto key = kernel.suite + '\n' + kernel.release;
        if (!prepared.roots.contains(key)) {
          VFQUAL_TRY(prepared.roots[key], EnsureBuildRoot(kernel, root_options), "");
        }
        cell.root = &prepared.roots.at(key);
      }
      prepared.cells.push_back(cell);
    }
  }
  return {};
}

std::uint64_t AvailableKib(Host& host) {
  const auto text = host.Read("/proc/meminfo").value_or("");
  const auto at = text.find("MemAvailable:");
  if (at == std::string::npos) return 0;
  std::istringstream words(text.substr(at + 13));
  std::uint64_t kib = 0;
  words >> kib;
  return kib;
}

Result<std::string> MakeRunFolder(const MatrixOptions& options) {
  const std::time_t now = std::time(nullptr);
  const fs::path folder =
      fs::absolute(options.out_folder.empty() ? fmt::format("vfqual-out/{:%Y%m%d-%H%M%S}-matrix", fmt::gmtime(now))
                                              : options.out_folder);
  std::error_code error;
  if (fs::exists(folder / reports::kJournalFile, error)) {
    return FailInput(fmt::format("{} holds a run already", folder.string()), "give another --out folder");
  }
  fs::create_directories(folder / "logs", error);
  if (error && error.value() != ENOSPC) {
    return FailInput(fmt::format("cannot make the run folder {}: {}", folder.string(), error.message()),
                     "give a folder that can be written with --out");
  }
  if (error) return FailErrno("make folder " + folder.string(), error.value(), "free some space");
  return folder.string();
}

}  // namespace

unsigned BuildsAtOnce(unsigned processors, std::uint64_t available_kib) {
  constexpr std::uint64_t kKibEach = std::uint64_t{3} << 19U;
  const auto by_memory = static_cast<unsigned>(std::min<std::uint64_t>(available_kib / kKibEach, 1024));
  return std::max(1U, std::min(std::max(1U, processors), by_memory));
}

Result<MatrixOutcome> RunMatrix(Host& host, const MatrixRequest& request, const MatrixOptions& options) {
  VFQUAL_TRY(const auto cache, CacheFolder(), "");
  Progress progress(options.progress, options.live_progress);
  KernelOptions kernel_options;
  kernel_options.cache = cache;
  kernel_options.archives = FindKernelArchives(host);
  for (const auto& spec : request.apt_sources) {
    VFQUAL_TRY(const auto sources, OpenAptSource(spec), "");
    kernel_options.archives.named.insert(kernel_options.archives.named.end(), sources.begin(), sources.end());
  }
  kernel_options.refresh = options.refresh;
  kernel_options.cancelled = options.cancelled;
  Prepared prepared;
  VFQUAL_TRY(prepared.sources, OpenSources(request, cache, options), "");
  VFQUAL_TRY(prepared.kernels, FindKernels(request, kernel_options, progress), "");
  VFQUAL_CHECK(FindRoots(kernel_options.archives, cache, options, progress, prepared), "");

  MatrixOutcome outcome;
  VFQUAL_TRY(outcome.folder, MakeRunFolder(options), "");
  VFQUAL_TRY(const auto journal, MatrixJournal::Create(outcome.folder, options.tool, request), "");
  MatrixBuilds builds;
  builds.cache = cache;
  builds.at_once =
      options.jobs > 0 ? options.jobs : BuildsAtOnce(std::thread::hardware_concurrency(), AvailableKib(host));
  builds.rebuild = options.rebuild;
  builds.use_ccache = options.use_ccache;
  builds.cancelled = options.cancelled;
  const auto name = [&prepared](std::size_t at) {
    return fmt::format("{} × {}", prepared.cells[at].source->Id(), prepared.cells[at].kernel->release);
  };
  builds.on_start = [&](std::size_t at) {
    journal->CellStarted(prepared.cells[at]);
    progress.StageStarted(name(at), "build");
  };
  builds.on_objects = [&](std::size_t at, unsigned objects) {
    progress.StageDetail(name(at), fmt::format("build, {} objects", objects));
  };
  builds.on_end = [&](std::size_t at, const Result<ModuleBuild>& build) {
    const auto ended = journal->CellEnded(prepared.cells[at], build);
    progress.StageEnded(name(at), "build", std::string(Word(ended.verdict)), ended.reason);
  };
  const auto results = BuildCells(prepared.cells, builds);
  const bool cancelled = options.cancelled && options.cancelled();
  VFQUAL_CHECK(journal->End(cancelled ? "cancelled" : ""), "");
  for (std::size_t at = 0; at < results.size(); ++at) {
    const auto& cell = prepared.cells[at];
    outcome.cells.push_back({cell.kernel->release, cell.source->Id(), cell.source->spec, cell.source->fingerprint,
                             results[at] ? VerdictOf(results[at]->finding.outcome) : reports::Verdict::kMiss,
                             results[at]});
  }
  const auto report = reports::RenderAll(outcome.folder);
  if (!report) return Fail(report.error());
  outcome.verdict = report->verdict;
  outcome.unexpected = report->unexpected;
  return outcome;
}

Status DescribeMatrix(const MatrixRequest& request, std::ostream& out) {
  VFQUAL_TRY(const auto cache, CacheFolder(), "");
  out << "into " << cache.string() << ", nothing else is written but the report:\n";
  for (const auto& source : request.sources) out << fmt::format("  open {} and keep it in module-sources/\n", source);
  for (const auto& release : request.kernels)
    out << fmt::format("  take the headers in /lib/modules/{}/build\n", release);
  for (const auto& source : request.apt_sources) {
    VFQUAL_TRY(const auto sources, OpenAptSource(source), "");
    for (const auto& one : sources) out << fmt::format("  look for kernels and compilers in: {}\n", one.Line());
  }
  for (const auto& package : request.kernel_packages) {
    out << fmt::format("  take the headers of {}: from kernel-headers/, else downloaded and unpacked there\n", package);
  }
  out << fmt::format(
      "  make what is missing in build-roots/ by mmdebstrap, one a suite\n"
      "  build {} × {} in bwrap by dkms in a tree of its own; logs and modules in module-builds/\n",
      request.sources.size(), request.kernels.size() + request.kernel_packages.size());
  return {};
}

}  // namespace vfqual
