#include "harness/loadvm/load_cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

#include "harness/base/temporary_folder.h"
#include "harness/lab/accelerator.h"
#include "harness/loadvm/kernel_image.h"
#include "harness/loadvm/load_stages.h"
#include "harness/loadvm/secure_machine.h"
#include "harness/matrix/build_verdict.h"
#include "harness/stages/stage_verdict.h"
#include "module/build/build_module.h"
#include "module/secure_boot/state.h"
#include "reports/events/scopes.h"
#include "reports/model/stage_order.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;
using reports::StageScope;
using reports::Verdict;

// One kernel.
class LoadCell {
 public:
  LoadCell(Host& local, const LoadRunRequest& request, const ModuleSource& source, reports::EventWriter& events,
           fs::path folder)
      : local_(local), request_(request), source_(source), events_(events), folder_(std::move(folder)) {}

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
      const auto* const own = std::ranges::find(kLoadStages, stage.name);
      if (own != kLoadStages.end() && (own <= std::ranges::find(kLoadStages, last) || Wants(stage.name))) continue;
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

}  // namespace

void RunLoadCell(Host& local, const LoadRunRequest& request, const ModuleSource& source, reports::EventWriter& events,
                 const fs::path& folder, const KernelTree& tree) {
  LoadCell(local, request, source, events, folder).Run(tree);
}

}  // namespace vfqual
