// The program as its users run it: arguments, exit codes, what goes to stdout and to stderr.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/base/process.h"
#include "reports/testing/schema_check.h"
#include "reports/testing/temp_folder.h"

namespace vfqual {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kFailingLog =
    "Linux version 6.12.107+deb13-amd64 (x)\ni915 0000:00:02.0: IOV: Failed to provision VF3 (-EIO)\n";

Completed RunProgram(const std::vector<std::string>& argv, std::optional<std::string> input = std::nullopt) {
  Command command;
  command.argv = argv;
  command.stdin_data = std::move(input);
  command.max_output_bytes = std::size_t{8} << 20U;
  const auto completed = RunProcess(command);
  EXPECT_TRUE(completed) << completed.error().Message();
  return completed.value_or(Completed{});
}

Completed Vfqual(std::vector<std::string> arguments, std::optional<std::string> input = std::nullopt) {
  arguments.insert(arguments.begin(), VFQUAL_PROGRAM);
  return RunProgram(arguments, std::move(input));
}

class VfqualProgram : public ::testing::Test {
 protected:
  std::string Log(const std::string& name, std::string_view text) const {
    folder_.Write(name, text);
    return folder_.Path(name);
  }
  // A run's folder with that journal of reports/testdata.
  std::string RunFolder(const std::string& journal) const {
    std::filesystem::create_directories(folder_.Path(journal));
    folder_.Write(journal + "/events.jsonl", reports::ReadSourceFile("reports/testdata/" + journal + ".jsonl"));
    return folder_.Path(journal);
  }

  reports::TempFolder folder_;
};

TEST_F(VfqualProgram, ADryRunMakesNoCacheFolder) {
  const std::string plan = Log("plan.json", R"({"schema": "vfqual/plan/1", "vfs": 1,
      "module": {"source": ")" VFQUAL_SOURCE_DIR R"(/module/lab-gpu", "driver": "i915"}})");
  const std::string cache = folder_.Path("cache");
  const Completed run = RunProgram({"env", "VFQUAL_CACHE=" + cache, VFQUAL_PROGRAM, "run", plan, "--dry-run"});
  EXPECT_NE(run.exit_code, 2) << "the plan is refused: " << run.err;
  EXPECT_FALSE(std::filesystem::exists(cache));
}

TEST_F(VfqualProgram, TriageReadsPlainAndCompressedLogs) {
  const std::string plain = Log("dmesg", kFailingLog);
  std::vector<std::string> logs = {plain};
  for (const auto& [program, suffix] : {std::pair("gzip", ".gz"), {"xz", ".xz"}, {"zstd", ".zst"}}) {
    const Completed packed = RunProgram({program, "-c"}, kFailingLog);
    ASSERT_TRUE(packed.Ok()) << program;
    logs.push_back(Log(std::string("dmesg") + suffix, packed.out));
  }
  for (const std::string& log : logs) {
    const Completed triage = Vfqual({"triage", log});
    EXPECT_EQ(triage.exit_code, 0) << log << triage.err;
    EXPECT_THAT(triage.out, StartsWith(log + ": kernel log (kernel 6.12.107+deb13-amd64)\n  failed stage: vfs\n"));
    EXPECT_THAT(triage.out, HasSubstr("line 2: i915 0000:00:02.0: IOV: Failed to provision VF3 (-EIO)"));
    EXPECT_THAT(triage.out, HasSubstr("  try: "));
  }
}

TEST_F(VfqualProgram, TriageReadsStdinPlainAndCompressed) {
  const Completed plain = Vfqual({"triage", "-"}, kFailingLog);
  EXPECT_THAT(plain.out, AllOf(StartsWith("-: kernel log"), HasSubstr("failed stage: vfs")));
  EXPECT_EQ(Vfqual({"triage", "-"}, RunProgram({"gzip", "-c"}, kFailingLog).out).out, plain.out);
}

TEST_F(VfqualProgram, TriageOfALogThatWasCutTellsWhatIsThere) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += kFailingLog + std::to_string(i * 7919) + "\n";
  const std::string packed = RunProgram({"gzip", "-c"}, text).out;
  const Completed triage = Vfqual({"triage", Log("cut.gz", packed.substr(0, packed.size() / 2))});
  EXPECT_EQ(triage.exit_code, 0) << triage.err;
  EXPECT_THAT(triage.out, HasSubstr("failed stage: vfs"));
}

// Large enough for several threads.
TEST_F(VfqualProgram, TriageOfALargeLogNumbersItsLines) {
  std::string text;
  while (text.size() < 20'000'000) text += "usb 1-1: new high-speed USB device number 2 using xhci_hcd\n";
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  const Completed triage = Vfqual({"triage", "--json", Log("large", text + kFailingLog)});
  const auto result = nlohmann::json::parse(triage.out).at(0);
  EXPECT_EQ(result.at("unknown").at(0).at("evidence").at(0).at("line"), lines + 2);
  EXPECT_EQ(result.at("known").at("kernel"), "6.12.107+deb13-amd64");
}

TEST_F(VfqualProgram, TriageOfARunFolderShowsItsReportAndItsLogs) {
  const std::string run = RunFolder("failing");
  std::filesystem::create_directories(run + "/logs/vf2");
  folder_.Write("failing/logs/vf2/console.log", "Kernel panic - not syncing: Attempted to kill init!\n");
  const Completed text = Vfqual({"triage", run});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("verdict: FAIL"), HasSubstr("vf2/console.log"), HasSubstr("Kernel panic")));
  const auto json = nlohmann::json::parse(Vfqual({"triage", "--json", run}).out);
  EXPECT_EQ(json.at(0).at("schema"), "vfqual/report/1");
  EXPECT_EQ(json.at(1).at("known").at("side"), "guest-linux");
}

TEST_F(VfqualProgram, TriageOfWhatIsNoLogIsAWrongArgument) {
  std::filesystem::create_directories(folder_.Path("empty"));
  const std::string journal = Log("system.journal", std::string("LPKSHHRH\0\0\0", 11));
  for (const auto& [log, says] : {std::pair(folder_.Path("none"), std::string("cannot read")),
                                  {folder_.Path("empty"), "holds no events.jsonl"},
                                  {VFQUAL_PROGRAM, "is a program, not a log"},
                                  {journal, "journalctl --file " + journal},
                                  {Log("broken.gz", "\x1f\x8bgarbage"), "cannot unpack"}}) {
    const Completed triage = Vfqual({"triage", log});
    EXPECT_EQ(triage.exit_code, 2) << log;
    EXPECT_THAT(triage.err, AllOf(StartsWith("vfqual: "), HasSubstr(says), HasSubstr("\n  fix: "))) << log;
    EXPECT_EQ(triage.out, "") << log;
  }
  EXPECT_EQ(Vfqual({"triage"}).exit_code, 2);
  EXPECT_EQ(Vfqual({"triage", "--side", "moon", "-"}, "").exit_code, 2);
}

TEST_F(VfqualProgram, ReportsAreFoldedMergedShownAndCompared) {
  const std::string passing = RunFolder("passing");
  const std::string failing = RunFolder("failing");
  EXPECT_EQ(Vfqual({"report", "fold", passing}).exit_code, 0);
  const Completed fold = Vfqual({"report", "fold", failing});
  EXPECT_EQ(fold.exit_code, 1);
  EXPECT_THAT(fold.out, HasSubstr("report   " + failing + "/report.html"));
  for (const char* file : {"report.json", "report.html", "summary.md", "junit.xml", "kcidb.json"})
    EXPECT_NE(folder_.Read(std::string("failing/") + file), "") << file;
  EXPECT_EQ(folder_.Read("failing/report.json"), reports::ReadSourceFile("reports/testdata/failing.report.json"));

  const Completed show = Vfqual({"report", "show", failing});
  EXPECT_EQ(show.exit_code, 0);
  EXPECT_THAT(show.out, AllOf(HasSubstr("FAIL  boot"), Not(HasSubstr("\x1b"))));  // a pipe has no colours

  const std::string merged = folder_.Path("merged");
  const Completed merge = Vfqual({"report", "merge", passing, failing, "--baseline", passing, "--out", merged});
  EXPECT_EQ(merge.exit_code, 1) << merge.err;
  EXPECT_NE(folder_.Read("merged/report.html"), "");
  EXPECT_EQ(Vfqual({"report", "compare", passing, merged}).exit_code, 0);
}

TEST_F(VfqualProgram, CompareExitsWithOneOnARegressionInEachFormat) {
  const std::string base = RunFolder("passing");
  std::string journal = reports::ReadSourceFile("reports/testdata/passing.jsonl");
  const std::string good = R"("stage":"compute","verdict":"PASS")";
  const std::size_t at = journal.find(good);
  ASSERT_NE(at, std::string::npos);
  std::filesystem::create_directories(folder_.Path("worse"));
  folder_.Write("worse/events.jsonl", journal.replace(at, good.size(), R"("stage":"compute","verdict":"FAIL")"));
  const std::string worse = folder_.Path("worse");
  for (const auto& [option, begin] :
       {std::pair("--alpha=0.05", "20261122-"), {"--markdown", "# 20261122"}, {"--json", "{"}}) {
    const Completed compare = Vfqual({"report", "compare", base, worse, option});
    EXPECT_EQ(compare.exit_code, 1) << option << compare.err;
    EXPECT_THAT(compare.out, AllOf(StartsWith(begin), HasSubstr("stage.compute"))) << option;
    EXPECT_EQ(Vfqual({"report", "compare", worse, base, option}).exit_code, 0) << option;
  }
}

TEST_F(VfqualProgram, ACutJournalIsNoSuccess) {
  const std::string run = RunFolder("passing");
  const std::string journal = folder_.Read("passing/events.jsonl");
  folder_.Write("passing/events.jsonl", journal.substr(0, journal.size() / 2));
  const Completed fold = Vfqual({"report", "fold", run});
  EXPECT_EQ(fold.exit_code, 3);
  EXPECT_THAT(fold.out, HasSubstr("the run ended here"));
}

TEST_F(VfqualProgram, WrongArgumentsAreToldAndNothingIsWritten) {
  const std::string merged = folder_.Path("merged");
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"report", "fold", folder_.Path("none")},
                                             {"report", "show", folder_.Path()},
                                             {"report", "merge", folder_.Path(), "--out", merged},
                                             {"report", "compare", folder_.Path()},
                                             {"report"},
                                             {"report", "none"}}) {
    const Completed completed = Vfqual(arguments);
    EXPECT_EQ(completed.exit_code, 2) << ::testing::PrintToString(arguments);
    EXPECT_NE(completed.err, "");
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.Path()));
}

TEST_F(VfqualProgram, EachReportCommandHasHelpWithAnExample) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"triage"},
                                                                     {"report"},
                                                                     {"report", "fold"},
                                                                     {"report", "merge"},
                                                                     {"report", "compare"},
                                                                     {"report", "show"}}) {
    std::vector<std::string> with_help = arguments;
    with_help.emplace_back("--help");
    const Completed help = Vfqual(with_help);
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.out, HasSubstr("Example: ")) << ::testing::PrintToString(arguments);
  }
}

}  // namespace
}  // namespace vfqual
