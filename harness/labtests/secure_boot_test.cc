// Secure Boot for real: OVMF with a key of our own enrolled, a kernel signed with it and locked down by that. Unsigned
// modules are refused, signed ones load, and `vfqual module secure-boot` would have said so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/base/temporary_folder.h"
#include "harness/labtests/lab_command.h"

namespace vfqual {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

class SecureBootTest : public testing::TestWithParam<const char*> {
 protected:
  // The cell of a run, with its tests as "VERDICT reason" by their paths.
  json Run(const std::string& modules, int exit_code) {
    const auto out = folder_->Path() / modules;
    const auto run = RunLab(
        {"--stages", "build,install,load", "--kernel", GetParam(), "--secure-boot", modules, "--out", out.string()});
    EXPECT_EQ(run.exit_code, exit_code) << run.out << run.err;
    std::ifstream stream(out / "report.json");
    const auto report = json::parse(stream, nullptr, false);
    tests_.clear();
    for (const auto& test : report.at("cells")[0].at("host_tests")) {
      tests_[test.at("path")] = test.at("verdict").get<std::string>() + " " + test.at("reason").get<std::string>();
    }
    return report.at("cells")[0];
  }

  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-secure");
  std::map<std::string, std::string> tests_;
};

TEST_P(SecureBootTest, UnsignedIsRejectedAndSignedLoads) {
  const auto rejected = Run("unsigned", 1);
  EXPECT_EQ(rejected.at("first_failure"), "load");
  EXPECT_THAT(tests_["secure_boot.enforced"], StartsWith("PASS"));
  EXPECT_THAT(tests_["load.i915.loads"], HasSubstr("FAIL exit 1"));
  EXPECT_THAT(tests_["load.i915.loads"], HasSubstr("Key was rejected by service"));
  EXPECT_THAT(tests_["load.i915.loads"], HasSubstr("Loading of unsigned module is rejected"));
  EXPECT_THAT(tests_["load.i915.secure_boot_verdict"], StartsWith("PASS"));

  const auto accepted = Run("signed", 0);
  EXPECT_EQ(accepted.at("verdict"), "PASS");
  for (const char* path : {"secure_boot.enforced", "load.i915.loads", "load.i915.signature", "load.i915.unloads",
                           "load.i915.runs_what_was_built", "load.i915.secure_boot_verdict"}) {
    EXPECT_THAT(tests_[path], StartsWith("PASS")) << path;
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, SecureBootTest, testing::Values("6.1", "6.12", "7.3"), [](const auto& instance) {
  std::string name = instance.param;
  name[name.find('.')] = '_';
  return name;
});

}  // namespace
}  // namespace vfqual
