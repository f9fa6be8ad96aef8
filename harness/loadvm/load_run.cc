#include "harness/loadvm/load_run.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>
#include <utility>

#include "harness/base/temporary_folder.h"
#include "harness/lab/accelerator.h"
#include "harness/loadvm/kernel_image.h"
#include "harness/loadvm/kernel_search.h"
#include "harness/loadvm/load_stages.h"
#include "harness/loadvm/secure_machine.h"
#include "harness/matrix/build_verdict.h"
#include "harness/stages/stage_verdict.h"
#include "module/build/build_module.h"
#include "module/secure_boot/state.h"
#include "module/source/module_source.h"
#include "reports/events/scopes.h"
#include "reports/model/stage_order.h"
#include "reports/run_folder.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;
using reports::StageScope;
using reports::Verdict;

constexpr std::array<std::string_view, 3> kStages = {"build", "install", "load"};

// One kernel.
class Cell {
 public:
  Cell(Host& local, const LoadRunRequest& request, const ModuleSource& source, reports::EventWriter& events,
       const fs::path& folder)
      : local_(local), request_(request), source_(source), events_(events), folder_(folder) {}

  void Run(const KernelTree& tree) {
    tree_ = &tree;
    id_ = fmt::format("{}/none/{}-{}/no-guest", tree.release, source_.conf.name, source_.conf.version);
    events_.Write(
        reports::CellStarted(id_, {reports::KernelFacts{tree.release, tree.distribution},
                                   reports::PlatformFacts{reports::kNoPlatform, "no GPU", false, {}}, Facts({})}));
    std::string last = "build";
    if (Build()) {
      last = "install";
      if (Wants("install") || Wants("load")) Load(last);
    }
    Skip(last);
  }

 private:
  bool Wants(std::string_view stage) const {
    return std::ranges::find(request_.stages, stage) != request_.stages.end();
  }

  reports::ModuleFacts Facts(const std::string& srcversion) const {
    return {source_.conf.name, source_.conf.version, request_.driver, srcversion, source_.spec};
  }

  KernelOptions Options() const {
    KernelOptions options;
    options.cache = request_.cache;
    options.archives = FindKernelArchives(local_);
    options.cancelled = request_.cancelled;
    return options;
  }

  bool Build() {
    StageScope stage(events_, {id_, std::nullopt, "build"});
    request_.print(fmt::format("{}: build", tree_->release));
    if (const auto excluded = FindWithoutBuild(source_, *tree_)) {
      stage.Record(VerdictOf(excluded->outcome), Describe(*excluded));
      return false;
    }
    const auto built = DoBuild();
    if (!built) {
      RecordError(stage, built.error());
      return false;
    }
    build_ = *built;
    KeepBuildLog(stage);
    const bool good = build_.finding.outcome == BuildOutcome::kBuilt;
    stage.Record(VerdictOf(build_.finding.outcome), good ? "" : Describe(build_.finding));
    return good;
  }

  Result<ModuleBuild> DoBuild() {
    BuildRootOptions root_options;
    root_options.cache = request_.cache;
    root_options.archives = FindKernelArchives(local_);
    root_options.progress = [this](std::string_view line) { request_.print(std::string(line)); };
    root_options.cancelled = request_.cancelled;
    VFQUAL_TRY(const auto root, EnsureBuildRoot(*tree_, root_options), "");
    ModuleBuildOptions options;
    options.cache = request_.cache;
    options.jobs = std::max(1U, std::thread::hardware_concurrency());
    options.cancelled = request_.cancelled;
    return BuildModule(source_, *tree_, root, options);
  }

  void KeepBuildLog(StageScope& stage) {
    if (build_.log.empty()) return;
    const auto name = fmt::format("logs/{}/build.log", tree_->release);
    std::error_code error;
    fs::create_directories((folder_ / name).parent_path(), error);
    fs::copy_file(build_.log, folder_ / name, error);
    if (error) return stage.Warn(fmt::format("cannot keep the build's log: {}", error.message()));
    stage.SetLog(name);
  }

  LoadJob Job(const KernelImage& image) const {
    LoadJob job;
    job.kernel = image.kernel;
    if (request_.secure_boot != SecureBootMode::kOff) {
      job.kernel_modules = {"efivarfs"};
      job.tell_files = secure_boot::StateFiles();
    }
    for (const auto& built : build_.modules) {
      auto parameters = DocumentedParameters(built.name);
      if (built.name == request_.driver) {
        for (const auto& [name, value] : request_.parameters) parameters[name] = value;
      }
      job.modules.push_back({built.name, built.file, std::move(parameters)});
    }
    return job;
  }

  void Load(std::string& last) {
    request_.print(fmt::format("{}: install, load", tree_->release));
    auto prepared = Prepare();
    if (!prepared) {
      StageScope stage(events_, {id_, std::nullopt, "install"});
      RecordError(stage, prepared.error());
      return;
    }
    auto& [image, accelerator, scratch] = *prepared;
    auto job = Job(image);
    LoadContext context{local_,
                        events_,
                        id_,
                        folder_,
                        fmt::format("logs/{}", tree_->release),
                        request_.programs_folder / "load_init",
                        image.vmlinux,
                        accelerator.accelerator,
                        request_.cancelled,
                        {},
                        {}};
    if (request_.secure_boot != SecureBootMode::kOff) {
      const SecureMachineOptions options{request_.cache, request_.secure_boot == SecureBootMode::kSigned,
                                         request_.print};
      if (const auto made = MakeSecure(context, *tree_, image, options, scratch.Path(), job); !made) {
        StageScope stage(events_, {id_, std::nullopt, "install"});
        RecordError(stage, made.error());
        return;
      }
    }
    StagedModules staged;
    if (!RunLoadInstallStage(context, job, scratch.Path() / "stage", staged) || !Wants("load")) return;
    last = "load";
    const auto& driver = request_.driver;
    for (const auto& built : build_.modules) {
      if (built.name == driver) events_.Write(reports::CellUpdated(id_, {{}, {}, Facts(built.srcversion)}));
    }
    RunLoadVmStage(context, job, scratch.Path() / "stage", staged);
  }

  struct Prepared {
    KernelImage image;
    AcceleratorChoice accelerator;
    TemporaryFolder scratch;
  };
  Result<Prepared> Prepare() {
    VFQUAL_TRY(auto image, EnsureKernelImage(*tree_, Options()), "");
    AcceleratorOptions options;
    options.forced = request_.accelerator;
    options.kernel = image.kernel.vmlinuz;
    options.kernel_release = tree_->release;
    options.cache = request_.cache / "lab";
    options.cancelled = request_.cancelled;
    VFQUAL_TRY(auto accelerator, ChooseAccelerator(local_, options), "");
    VFQUAL_TRY(auto scratch, TemporaryFolder::Make("vfqual-load"), "");
    return Prepared{std::move(image), std::move(accelerator), std::move(scratch)};
  }

  // No stage is silently absent; what comes after a failure in this run's own stages is told by the fold.
  void Skip(const std::string& last) {
    for (const auto& stage : reports::kStageOrder) {
      if (stage.level != reports::StageLevel::kHost) continue;
      const auto own = std::ranges::find(kStages, stage.name);
      if (own != kStages.end() && (own <= std::ranges::find(kStages, last) || Wants(stage.name))) continue;
      events_.Write(reports::StageEnded({id_, std::nullopt, std::string(stage.name)},
                                        {Verdict::kSkip, 0, "not among the stages asked for", ""}));
    }
  }

  Host& local_;
  const LoadRunRequest& request_;
  const ModuleSource& source_;
  reports::EventWriter& events_;
  fs::path folder_;
  const KernelTree* tree_ = nullptr;
  std::string id_;
  ModuleBuild build_;
};

Result<fs::path> ChooseFolder(const fs::path& out) {
  const auto name = fmt::format("{:%Y%m%d-%H%M%S}-load", fmt::gmtime(std::time(nullptr)));
  const auto folder = fs::absolute(out.empty() ? fs::path("vfqual-out") / name : out).lexically_normal();
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error)) {
    return FailInput(fmt::format("{} is not an empty folder", folder.string()), "give another --out folder");
  }
  return folder;
}

nlohmann::ordered_json PlanOf(const LoadRunRequest& request) {
  return {{"module", {{"source", request.source}, {"driver", request.driver}, {"parameters", request.parameters}}},
          {"kernels", request.kernels},
          {"stages", request.stages},
          {"secure_boot", Word(request.secure_boot)}};
}

}  // namespace

bool EndsAtLoad(const std::vector<std::string>& stages) {
  return std::ranges::find(stages, "load") != stages.end() && std::ranges::all_of(stages, [](const auto& stage) {
           return std::ranges::find(kStages, stage) != kStages.end();
         });
}

std::map<std::string, std::string> DocumentedParameters(const std::string& module) {
  if (module == "i915") return {{"enable_guc", "3"}, {"max_vfs", "7"}};
  if (module == "xe") return {{"max_vfs", "7"}};
  return {};
}

Result<int> RunLoads(Host& local, const LoadRunRequest& request) {
  VFQUAL_TRY(const auto folder, ChooseFolder(request.out), "");
  if (request.dry_run) {
    request.print(fmt::format("would build {} in the cache for {}", request.source, fmt::join(request.kernels, ", ")));
    request.print("would load it in a machine without disk and network for each, and write " + folder.string());
    if (request.secure_boot != SecureBootMode::kOff) {
      request.print(fmt::format("would boot it by OVMF with Secure Boot and a test key, with {} modules",
                                Word(request.secure_boot)));
    }
    return 0;
  }
  OpenSourceOptions open;
  open.cache = request.cache;
  open.cancelled = request.cancelled;
  VFQUAL_TRY(const auto source, OpenModuleSource(request.source, open), "");
  KernelOptions kernels;
  kernels.cache = request.cache;
  kernels.archives = FindKernelArchives(local);
  kernels.cancelled = request.cancelled;
  std::vector<KernelTree> trees;
  for (const auto& wanted : request.kernels) {
    VFQUAL_TRY(auto tree, FindKernel(wanted, kernels), "--kernel " + wanted);
    trees.push_back(std::move(tree));
  }
  std::error_code error;
  fs::create_directories(folder / "logs", error);
  if (error) return FailErrno("make folder " + folder.string(), error.value(), "give another --out folder");
  auto events = reports::EventWriter::Create((folder / reports::kJournalFile).string());
  if (!events) return Fail(events.error());
  {
    reports::RunScope run(**events, fmt::format("{}-{}", folder.filename().string(), getpid()), request.tool,
                          PlanOf(request));
    for (const auto& tree : trees) {
      if (request.cancelled()) break;
      Cell(local, request, source, **events, folder).Run(tree);
    }
    request.cancelled() ? run.GiveUp("cancelled") : run.Complete();
  }
  const auto report = reports::RenderAll(folder.string());
  if (!report) return Fail(report.error());
  for (const auto& cell : report->cells) {
    request.print(fmt::format("{}  {}{}", reports::Word(cell.verdict), cell.kernel.release,
                              cell.first_failure ? "  failed: " + *cell.first_failure : ""));
    for (const auto& stage : cell.stages) {
      if (reports::IsBad(stage.verdict)) request.print(fmt::format("  {}: {}", stage.name, stage.reason));
    }
  }
  request.print("report   " + (folder / "report.html").string());
  return reports::ExitCode(report->unexpected);
}

}  // namespace vfqual
