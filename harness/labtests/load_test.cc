// Loading without a GPU on real kernels: what is right passes on three of them, and what is wrong is told with its
// reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/base/folders.h"
#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"
#include "harness/labtests/lab_command.h"
#include "harness/loadvm/kernel_image.h"
#include "harness/loadvm/kernel_search.h"
#include "harness/loadvm/load_stages.h"
#include "module/build/build_module.h"
#include "module/source/module_source.h"
#include "reports/events/scopes.h"
#include "reports/run_folder.h"

namespace vfqual {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

std::string ReadAll(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

class LoadTest : public testing::Test {
 protected:
  fs::path Folder() const { return folder_->Path(); }

  // The stand-in as `vfqual lab` builds it for that kernel; nothing where the build is not to be had.
  static Result<LoadJob> Job(Host& local, const std::string& wanted, fs::path& vmlinux) {
    KernelOptions options;
    VFQUAL_TRY(options.cache, CacheFolder(), "");
    options.archives = FindKernelArchives(local);
    OpenSourceOptions open;
    open.cache = options.cache;
    VFQUAL_TRY(const auto source, OpenModuleSource(VFQUAL_SOURCE_DIR "/module/lab-gpu", open), "");
    VFQUAL_TRY(const auto tree, FindKernel(wanted, options), "");
    VFQUAL_TRY(const auto root, EnsureBuildRoot(tree, {options.cache, options.archives, {}, {}}), "");
    ModuleBuildOptions build;
    build.cache = options.cache;
    VFQUAL_TRY(const auto built, BuildModule(source, tree, root, build), "");
    if (built.modules.size() != 1) return Fail(Describe(built.finding));
    VFQUAL_TRY(const auto image, EnsureKernelImage(tree, options), "");
    vmlinux = image.vmlinux;
    LoadJob job;
    job.kernel = image.kernel;
    job.modules = {{"i915", built.modules[0].file, {{"max_vfs", "7"}}}};
    return job;
  }

  // The load stage's verdict and reasons, through the journal and the report as every run.
  json Load(const LoadJob& job, const fs::path& vmlinux) {
    {
      auto events = reports::EventWriter::Create((Folder() / "events.jsonl").string());
      reports::RunScope run(**events, "test", "test", json::object());
      (*events)->Write(reports::CellStarted("cell", {}));
      const LoadContext context{.local = local_,
                                .events = **events,
                                .cell = "cell",
                                .run_folder = Folder(),
                                .logs = "logs",
                                .init = VFQUAL_PROGRAMS_DIR "/load_init",
                                .kernel = vmlinux,
                                .accelerator = Accelerator::kTcg,
                                .cancelled = [] { return false; },
                                .firmware = std::nullopt,
                                .secure_boot = std::nullopt};
      StagedModules staged;
      if (RunLoadInstallStage(context, job, Folder() / "scratch/stage", staged)) {
        RunLoadVmStage(context, job, Folder() / "scratch/stage", staged);
      }
      run.Complete();
    }
    EXPECT_TRUE(reports::RenderAll(Folder().string()));
    const auto report = json::parse(ReadAll(Folder() / "report.json"), nullptr, false);
    for (const auto& test : report.at("cells")[0].at("host_tests")) {
      const std::string path = test.at("path");
      tests_[path] = test.at("verdict").get<std::string>() + " " + test.at("reason").get<std::string>();
    }
    return report;
  }

  LocalHost local_;
  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-loadtest");
  std::map<std::string, std::string> tests_;
  fs::path vmlinux_;
};

TEST_F(LoadTest, TheStandInLoadsOnThreeKernels) {
  const auto out = Folder() / "run";
  const auto run = RunLab({"--stages", "build,install,load", "--kernel", "6.1", "--kernel", "6.12", "--kernel", "7.3",
                           "--out", out.string()});
  ASSERT_EQ(run.exit_code, 0) << run.out << run.err;
  const auto report = json::parse(ReadAll(out / "report.json"), nullptr, false);
  ASSERT_EQ(report.at("cells").size(), 3U);
  for (const auto& cell : report.at("cells")) {
    EXPECT_EQ(cell.at("verdict"), "PASS");
    EXPECT_EQ(cell.at("platform").at("hardware"), false);
    for (const auto& stage : cell.at("stages")) {
      const std::string name = stage.at("name");
      const bool ran = name == "build" || name == "install" || name == "load";
      EXPECT_EQ(stage.at("verdict"), ran ? "PASS" : "SKIP") << name;
    }
    std::set<std::string> passed;
    for (const auto& test : cell.at("host_tests")) {
      if (test.at("verdict") == "PASS") passed.insert(test.at("path"));
    }
    for (const char* path : {"takes_the_built_file", "vermagic", "loads", "runs_what_was_built", "parameter.max_vfs",
                             "parameter.enable_guc", "unloads"}) {
      EXPECT_TRUE(passed.contains(std::string("load.i915.") + path)) << path;
    }
  }
}

TEST_F(LoadTest, AModuleOfAnotherKernelIsRefused) {
  fs::path other_vmlinux;
  const auto other = Job(local_, "6.12", other_vmlinux);
  auto job = Job(local_, "6.1", vmlinux_);
  ASSERT_TRUE(other && job);
  job->modules[0].file = other->modules[0].file;
  EXPECT_EQ(Load(*job, vmlinux_).at("verdict"), "FAIL");
  EXPECT_THAT(tests_["load.i915.vermagic"], HasSubstr("FAIL built for '6.12"));
  EXPECT_THAT(tests_["load.i915.loads"], HasSubstr("FAIL exit 1"));
}

TEST_F(LoadTest, AnUnknownSymbolIsNamed) {
  auto job = Job(local_, "6.1", vmlinux_);
  ASSERT_TRUE(job);
  // Another name of the same length wherever the file imports the symbol.
  auto module = ReadAll(job->modules[0].file);
  std::size_t renamed = 0;
  for (std::size_t at = 0; (at = module.find("drm_dev_register", at)) != std::string::npos; ++renamed) {
    module[at] = 'x';
  }
  ASSERT_GT(renamed, 0U);
  job->modules[0].file = Folder() / "i915.ko";
  std::ofstream(job->modules[0].file, std::ios::binary) << module;
  EXPECT_EQ(Load(*job, vmlinux_).at("verdict"), "FAIL");
  EXPECT_THAT(tests_["load.i915.loads"], HasSubstr("Unknown symbol xrm_dev_register"));
}

TEST_F(LoadTest, TheKernelsOwnModuleWinningIsToldAsThat) {
  auto job = Job(local_, "6.1", vmlinux_);
  ASSERT_TRUE(job);
  job->search_order = "built-in updates";
  job->modules[0].parameters.clear();
  EXPECT_EQ(Load(*job, vmlinux_).at("verdict"), "FAIL");
  EXPECT_THAT(tests_["load.i915.takes_the_built_file"],
              HasSubstr("FAIL modprobe takes kernel/drivers/gpu/drm/i915/i915"));
  EXPECT_THAT(tests_["load.i915.runs_what_was_built"], HasSubstr("FAIL what runs"));
}

TEST_F(LoadTest, AParameterThatIsUnknownOrRefusedFails) {
  auto job = Job(local_, "6.1", vmlinux_);
  ASSERT_TRUE(job);
  job->modules[0].parameters = {{"max_vfs", "7"}, {"max_vsf", "7"}};
  EXPECT_EQ(Load(*job, vmlinux_).at("verdict"), "FAIL");
  EXPECT_THAT(tests_["load.i915.parameter.max_vsf"], HasSubstr("FAIL i915 has no parameter max_vsf"));
  EXPECT_THAT(tests_["load.i915.parameter.max_vfs"], HasSubstr("PASS"));
}

TEST_F(LoadTest, AValueThatAParameterDoesNotTakeIsTold) {
  auto job = Job(local_, "6.1", vmlinux_);
  ASSERT_TRUE(job);
  job->modules[0].parameters = {{"max_vfs", "abc"}};
  EXPECT_EQ(Load(*job, vmlinux_).at("verdict"), "FAIL");
  EXPECT_THAT(tests_["load.i915.loads"], HasSubstr("FAIL exit 1"));
  EXPECT_THAT(tests_["load.i915.loads"], HasSubstr("max_vfs"));
}

}  // namespace
}  // namespace vfqual
