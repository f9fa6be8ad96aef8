#include "harness/matrix/matrix_journal.h"

#include <gmock/gmock.h>

#include <atomic>
#include <fstream>

#include "harness/base/temporary_folder.h"
#include "reports/run_folder.h"

namespace vfqual {
namespace {

namespace fs = std::filesystem;
using reports::Verdict;
using testing::HasSubstr;

ModuleSource Source(const std::string& version) {
  ModuleSource source;
  source.spec = "m-" + version + ".tar.gz";
  source.kind = SourceKind::kTarball;
  source.conf.name = "m";
  source.conf.version = version;
  source.conf.modules = {"i915"};
  source.fingerprint = std::string(64, version.front());
  return source;
}

ModuleBuild Build(BuildOutcome outcome, const std::string& reason) {
  ModuleBuild build;
  build.finding.outcome = outcome;
  build.finding.reason = reason;
  build.seconds = 2.5;
  build.peak_memory_kib = 204800;
  return build;
}

class MatrixJournalTest : public testing::Test {
 protected:
  MatrixJournalTest() {
    kernel_.release = "6.12.1";
    kernel_.distribution = "debian 13";
    journal_ = MatrixJournal::Create(folder_.Path().string(), "vfqual test", {}).value();
  }
  void Journal(const ModuleSource& source, const Result<ModuleBuild>& build) {
    const MatrixCell cell{&source, &kernel_, nullptr};
    journal_->CellStarted(cell);
    journal_->CellEnded(cell, build);
  }
  TemporaryFolder folder_ = TemporaryFolder::Make("matrix").value();
  KernelTree kernel_;
  std::unique_ptr<MatrixJournal> journal_;
};

TEST_F(MatrixJournalTest, OutcomesBecomeVerdictsWithTheirReasons) {
  fs::create_directories(folder_.Path() / "logs");
  std::ofstream(folder_.Path() / "kept.log") << "all of it\n";
  auto failed = Build(BuildOutcome::kCompileError, "too few arguments");
  failed.finding.file = "m.c";
  failed.finding.line = 7;
  failed.finding.header = "include/linux/fs.h";
  failed.log = folder_.Path() / "kept.log";
  const auto one = Source("1");
  const auto two = Source("2");
  const auto three = Source("3");
  const auto four = Source("4");
  Journal(one, Build(BuildOutcome::kBuilt, ""));
  Journal(two, Build(BuildOutcome::kExcluded, "outside"));
  Journal(three, failed);
  Journal(four, Fail("no memory", "buy some"));
  ASSERT_TRUE(journal_->End(""));
  const auto report = reports::RenderAll(folder_.Path().string());
  ASSERT_TRUE(report) << report.error();
  ASSERT_EQ(report->cells.size(), 4U);
  EXPECT_EQ(report->cells[0].verdict, Verdict::kPass);
  EXPECT_EQ(report->cells[1].verdict, Verdict::kSkip);
  EXPECT_EQ(report->cells[2].verdict, Verdict::kFail);
  EXPECT_EQ(report->cells[3].verdict, Verdict::kMiss);
  const auto& cell = report->cells[2];
  EXPECT_EQ(cell.stages[0].reason, "compile error: m.c:7: too few arguments (from include/linux/fs.h)");
  EXPECT_TRUE(fs::exists(folder_.Path() / cell.stages[0].log));
  EXPECT_EQ(cell.module.fingerprint, three.fingerprint);
  EXPECT_EQ(cell.module.source_kind, "tarball");
  EXPECT_EQ(cell.module.driver, "i915");
  EXPECT_FALSE(cell.platform.hardware);
  EXPECT_EQ(cell.platform.id, reports::kNoPlatform);
  EXPECT_THAT(report->cells[3].stages[0].reason, HasSubstr("buy some"));
  ASSERT_EQ(cell.host_metrics.size(), 1U);
  EXPECT_EQ(cell.host_metrics[0].value, 200.0);
}

TEST_F(MatrixJournalTest, ARunThatWasGivenUpIsMiss) {
  const auto one = Source("1");
  Journal(one, Build(BuildOutcome::kBuilt, ""));
  ASSERT_TRUE(journal_->End("cancelled"));
  const auto report = reports::RenderAll(folder_.Path().string());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, Verdict::kMiss);
}

TEST(BuildsAtOnce, IsBoundByProcessorsAndMemory) {
  constexpr std::uint64_t kGib = std::uint64_t{1} << 20U;  // in KiB
  EXPECT_EQ(BuildsAtOnce(2, 16 * kGib), 2U);
  EXPECT_EQ(BuildsAtOnce(16, 6 * kGib), 4U);
  EXPECT_EQ(BuildsAtOnce(16, 0), 1U);
  EXPECT_EQ(BuildsAtOnce(0, 16 * kGib), 1U);
}

TEST(BuildCells, EveryCellIsBegunAndEndedOnceAlsoWhenCancelled) {
  const auto source = [] {
    auto excluded = Source("1");
    excluded.conf.range.kernel = "^7";
    return excluded;
  }();
  KernelTree kernel;
  kernel.release = "6.1";
  const std::vector<MatrixCell> cells(5, MatrixCell{&source, &kernel, nullptr});
  std::atomic<int> started = 0;
  std::atomic<int> ended = 0;
  bool cancel = false;
  MatrixBuilds builds;
  builds.at_once = 3;
  builds.cancelled = [&cancel] { return cancel; };
  builds.on_start = [&started](std::size_t) { ++started; };
  builds.on_end = [&ended](std::size_t, const Result<ModuleBuild>&) { ++ended; };
  builds.on_objects = [](std::size_t, unsigned) {};
  for (const auto& result : BuildCells(cells, builds)) {
    ASSERT_TRUE(result);
    EXPECT_EQ(result->finding.outcome, BuildOutcome::kExcluded);
  }
  EXPECT_EQ(started, 5);
  EXPECT_EQ(ended, 5);
  cancel = true;
  for (const auto& result : BuildCells(cells, builds)) EXPECT_FALSE(result);
  EXPECT_EQ(ended, 10);
}

}  // namespace
}  // namespace vfqual
