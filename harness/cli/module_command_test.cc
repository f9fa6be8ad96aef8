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
#include "module/build/testing_apt_repository.h"

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
      {{"build", kStandIn, "--kernel-package", "6.8.0-45-generic", "--apt-source", "/nowhere.sources"},
       "--apt-source: "},
      {{"build", kStandIn, "--kernel-package", "6.8.0-45-generic", "--apt-source", "deb [trusted=yes] http://x y main"},
       "'trusted' is set"},
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

// The lookup alone: what the module excludes by itself needs no build root. (A build: labtests/ubuntu_kernel_test.cc.)
TEST_F(ModuleCommand, AKernelOfAnUbuntuArchiveThatTheUserNames) {
  const testing_apt::SigningKey key(folder_->Path() / "key");
  if (!key.IsMade()) GTEST_SKIP() << "gpg makes no key here";
  std::filesystem::create_directories(folder_->Path() / "repository");
  testing_apt::Repository repository(folder_->Path() / "repository", key);
  testing_apt::AddUbuntuHeaders(repository, "noble-updates", "6.8.0-45-generic", "linux-headers-6.8.0-45",
                                "6.8.0-45.45");
  repository.Publish("noble-updates");
  const auto sources = folder_->Path() / "noble.sources";
  testing_apt::WriteFile(
      sources, fmt::format("Types: deb\nURIs: copy:{}\nSuites: noble-updates\nComponents: main\nSigned-By: {}\n",
                           repository.Folder().string(), key.File().string()));
  const auto module = folder_->Path() / "m-1.0";
  testing_apt::WriteFile(
      module / "dkms.conf",
      "PACKAGE_NAME=m\nPACKAGE_VERSION=1.0\nBUILT_MODULE_NAME[0]=m\nDEST_MODULE_LOCATION[0]=/updates\n"
      "BUILD_EXCLUSIVE_KERNEL=\"^(6\\.1[0-9])\"\n");
  const std::vector<std::string> build = {"build",        module.string(), "--kernel-package", "6.8.0-45-generic",
                                          "--apt-source", sources.string()};
  auto dry = build;
  dry.emplace_back("--dry-run");
  EXPECT_THAT(Module(dry).out, HasSubstr("look for kernels and compilers in: deb [arch=amd64 signed-by="));
  EXPECT_FALSE(std::filesystem::exists(folder_->Path() / "cache/kernel-headers"));
  auto real = build;
  real.insert(real.end(), {"--json", "--out", (folder_->Path() / "out").string()});
  const auto run = Module(real);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const auto json = nlohmann::json::parse(run.out, nullptr, false);
  ASSERT_TRUE(json.is_object()) << run.out << run.err;
  EXPECT_EQ(json.at("cells").at(0).at("kernel"), "6.8.0-45-generic");
  EXPECT_EQ(json.at("cells").at(0).at("verdict"), "SKIP");
  const auto unknown = Module({"build", module.string(), "--kernel-package", "6.8.0-46-generic@noble-updates",
                               "--apt-source", sources.string()});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("it has linux-headers-6.8.0-45-generic"));
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
