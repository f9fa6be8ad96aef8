// `vfqual module …` as its users run it: help, wrong input, dry runs. What the commands do is tested in the lab
// (harness/labtests/boot_test.cc) and where it is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/base/process.h"
#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

using ::testing::HasSubstr;

constexpr const char* kStandIn = VFQUAL_SOURCE_DIR "/module/lab-gpu";

class ModuleCommand : public ::testing::Test {
 protected:
  Completed Module(std::vector<std::string> arguments) {
    Command command;
    command.argv = {VFQUAL_PROGRAM, "module"};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    command.environment = {{"VFQUAL_CACHE", (folder_->Path() / "cache").string()}};
    command.working_directory = folder_->Path();
    const auto completed = RunProcess(command);
    EXPECT_TRUE(completed) << completed.error().Message();
    return completed.value_or(Completed{});
  }

  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-module-command");
};

TEST_F(ModuleCommand, EachHasHelpWithAnExample) {
  for (const char* name : {"build", "matrix", "install", "remove", "status"}) {
    const auto help = Module({name, "--help"});
    EXPECT_EQ(help.exit_code, 0) << name;
    EXPECT_THAT(help.out, HasSubstr(std::string("Example: vfqual module ") + name));
  }
}

TEST_F(ModuleCommand, WrongInputIsOneErrorAndLeavesNothing) {
  const std::string out = (folder_->Path() / "matrix").string();
  struct Wrong {
    std::vector<std::string> arguments;
    const char* told;
  };
  const std::vector<Wrong> all = {
      {{}, "subcommand"},
      {{"build"}, "SOURCE"},
      {{"build", "/nowhere", "--kernel", "6.12"}, "/nowhere"},
      {{"build", kStandIn, "--kernel", "../x"}, "'../x' is no kernel's release"},
      {{"build", kStandIn, "--kernel-package", "nothing-of-that-name"}, "nothing-of-that-name"},
      {{"matrix", "--source", "/nowhere", "--kernel", "6.12", "--out", out}, "/nowhere"},
      {{"install"}, "SOURCE"},
      {{"install", "/nowhere", "--dry-run"}, "/nowhere"},
      {{"install", kStandIn, "--route", "rpm"}, "none of dpkg, pacman, dkms, nixos"},
      {{"install", kStandIn, "--route", "dpkg"}, "give a .deb"},
      {{"remove", "../x", "--dry-run"}, "'../x' is no module's name"},
      {{"remove", "--", "-x"}, "'-x' is no module's name"},
      {{"remove", "no-such-module", "--dry-run"}, "no module no-such-module is installed"},
      {{"status", "--dry-run"}, "--dry-run"},
  };
  for (const auto& wrong : all) {
    const auto run = Module(wrong.arguments);
    EXPECT_EQ(run.exit_code, 2) << wrong.told << run.out << run.err;
    EXPECT_THAT(run.err, HasSubstr(wrong.told));
  }
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(ModuleCommand, InstallByNixosPrintsAnExpressionThatNamesTheFolder) {
  const auto run = Module({"install", kStandIn, "--route", "nixos"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr(std::string("builtins.getFlake \"") + kStandIn + "\""));
}

TEST_F(ModuleCommand, StatusIsReadAnywhere) {
  const auto json = nlohmann::json::parse(Module({"status", "no_such_module", "--json"}).out, nullptr, false);
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(json.at("schema"), "vfqual/module-status/1");
  EXPECT_EQ(json.at("loaded").at(0).at("loaded"), false);
  EXPECT_THAT(Module({"status", "no_such_module"}).out, HasSubstr("loaded   no_such_module: no"));
}

}  // namespace
}  // namespace vfqual
