#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "module/build/build_finding.h"

namespace vfqual {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

BuildFinding Classify(std::string_view make, int exit_code = 10, std::string_view dkms = "") {
  return ClassifyBuild({exit_code, dkms, make, "/tmp/vfqual/work/tree/m/1.0/build"});
}

std::string ReadText(const fs::path& file) {
  std::ifstream input(file);
  std::ostringstream text;
  text << input.rdbuf();
  return text.str();
}

// testdata/NAME.log is what BuildModule keeps of a real build (dkms' output, then make.log), NAME.json what it is: made
// by building Debian's packages and deliberately broken sources for Debian's kernels; only long lists are cut.
class BuildLogCorpus : public testing::TestWithParam<std::string> {};

TEST_P(BuildLogCorpus, IsClassified) {
  const fs::path base = fs::path(VFQUAL_SOURCE_DIR) / "module/build/testdata" / GetParam();
  const auto expected = nlohmann::json::parse(ReadText(base.string() + ".json"));
  const auto log = ReadText(base.string() + ".log");
  const auto make_at = log.find("\nDKMS ");
  const auto finding = ClassifyBuild({expected.at("exit_code").get<int>(), std::string_view(log).substr(0, make_at),
                                      make_at == std::string::npos ? "" : std::string_view(log).substr(make_at),
                                      expected.at("package").get<std::string>()});
  EXPECT_EQ(Word(finding.outcome), expected.at("outcome").get<std::string>());
  EXPECT_THAT(finding.reason, HasSubstr(expected.at("reason").get<std::string>()));
  EXPECT_EQ(finding.file, expected.at("file").get<std::string>());
  EXPECT_EQ(finding.line, expected.at("line").get<int>());
  EXPECT_EQ(finding.header, expected.at("header").get<std::string>());
  EXPECT_EQ(finding.symbols, expected.at("symbols").get<std::vector<std::string>>());
}

std::vector<std::string> CorpusNames() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(VFQUAL_SOURCE_DIR) / "module/build/testdata")) {
    if (entry.path().extension() == ".log") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, BuildLogCorpus, testing::ValuesIn(CorpusNames()), [](const auto& test) {
  std::string name = test.param;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char letter) { return std::isalnum(letter) == 0; }, '_');
  return name;
});

TEST(ClassifyBuild, WhatTheMachineIsToBlameForIsNoFailureOfTheModule) {
  EXPECT_EQ(Classify("x.c:1:2: error: y\ngcc: fatal error: Killed signal terminated program cc1\n").outcome,
            BuildOutcome::kBroken);
  EXPECT_EQ(Classify("x.c:1:2: fatal error: error writing to /tmp/x.s: No space left on device\n").outcome,
            BuildOutcome::kBroken);
  EXPECT_EQ(Classify("/bin/sh: 1: gcc-14: not found\n").outcome, BuildOutcome::kCompilerWrong);
  EXPECT_EQ(Classify("  BTF [M] /tmp/m.ko\n/bin/sh: 1: pahole: not found\n").outcome, BuildOutcome::kCompilerWrong);
  EXPECT_EQ(Classify("gcc-12: error: unrecognized command-line option '-fmin-function-alignment=16'\n").outcome,
            BuildOutcome::kCompilerWrong);
  EXPECT_EQ(
      Classify("scripts/mod/modpost: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by "
               "scripts/mod/modpost)\n")
          .outcome,
      BuildOutcome::kCompilerWrong);
  EXPECT_EQ(Classify("make[1]: *** /lib/modules/7.3.4/build: No such file or directory.  Stop.\n").outcome,
            BuildOutcome::kHeadersMissing);
}

TEST(ClassifyBuild, SymbolsAreGatheredFromTheLinkerAndFromModpost) {
  const auto modpost = Classify(
      "  MODPOST /tmp/vfqual/work/tree/m/1.0/build/Module.symvers\n"
      "ERROR: modpost: \"drm_foo\" [/tmp/vfqual/work/tree/m/1.0/build/m.ko] undefined!\n"
      "ERROR: modpost: \"bar\" [/tmp/vfqual/work/tree/m/1.0/build/m.ko] undefined!\n"
      "ERROR: modpost: \"bar\" [/tmp/vfqual/work/tree/m/1.0/build/n.ko] undefined!\n");
  EXPECT_EQ(modpost.outcome, BuildOutcome::kLinkError);
  EXPECT_THAT(modpost.symbols, ElementsAre("bar", "drm_foo"));
  EXPECT_THAT(
      Classify("ERROR: modpost: module m uses symbol dma_buf_get from namespace DMA_BUF, but does not import it.\n")
          .symbols,
      ElementsAre("dma_buf_get"));
  EXPECT_THAT(Classify("ERROR: modpost: GPL-incompatible module m.ko uses GPL-only symbol 'x_gpl'\n").outcome,
              BuildOutcome::kLinkError);
}

TEST(ClassifyBuild, AHeaderThatTheKernelHasLostIsNamed) {
  const auto finding = Classify(
      "/tmp/vfqual/work/tree/m/1.0/build/m.c:9:10: fatal error: asm/unaligned.h: No such file or directory\n"
      "    9 | #include <asm/unaligned.h>\n");
  EXPECT_EQ(finding.outcome, BuildOutcome::kCompileError);
  EXPECT_EQ(finding.file, "m.c");
  EXPECT_EQ(finding.line, 9);
  EXPECT_EQ(finding.header, "include/asm/unaligned.h");
  // One of the module's own was not packed.
  EXPECT_EQ(
      Classify("m.c:9:10: fatal error: m_own.h: No such file or directory\n    9 | #include \"m_own.h\"\n").outcome,
      BuildOutcome::kPackagingError);
}

TEST(ClassifyBuild, DkmsOwnWordsCountWhereMakeNeverRan) {
  EXPECT_EQ(Classify("", 77).outcome, BuildOutcome::kExcluded);
  EXPECT_EQ(Classify("", 21, "Error! Your kernel headers for kernel 7.3.4 cannot be found at x or y.\n").outcome,
            BuildOutcome::kHeadersMissing);
  const auto missing = Classify("", 7, "Error! Build of m.ko failed for: 6.1.0-56-amd64 (x86_64)\nMake sure …\n");
  EXPECT_EQ(missing.outcome, BuildOutcome::kPackagingError);
  EXPECT_THAT(missing.reason, StartsWith("Error! Build of m.ko failed"));
  EXPECT_EQ(Classify("", 0).outcome, BuildOutcome::kBuilt);
}

TEST(ClassifyBuild, EveryOutcomeHasAWordAndBack) {
  for (int at = 0; at <= static_cast<int>(BuildOutcome::kBroken); ++at) {
    const auto outcome = static_cast<BuildOutcome>(at);
    EXPECT_EQ(BuildOutcomeFromWord(Word(outcome)), outcome);
  }
}

}  // namespace
}  // namespace vfqual
