// A build for a kernel that comes by Ubuntu's names and layout, whole: lookup, build root, compiler, dkms. Ubuntu's
// archive cannot be reached from where this was written, so the test makes one: Debian 12's headers and tools, packaged
// as Ubuntu 22.04 has its 6.8 HWE kernel, which is built with gcc-12 too. No machine is booted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/base/folders.h"
#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"
#include "module/build/build_root.h"
#include "module/build/kernel_tree.h"
#include "module/build/testing_apt_repository.h"

namespace vfqual {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRelease = "6.8.0-45-generic";
constexpr const char* kCommon = "linux-hwe-6.8-headers-6.8.0-45";

Completed RunTool(std::vector<std::string> argv, const std::map<std::string, std::string>& environment = {}) {
  Command command;
  command.argv = std::move(argv);
  command.timeout = std::chrono::minutes(9);
  command.max_output_bytes = std::size_t{8} << 20U;
  for (const auto& [name, value] : environment) command.environment.emplace_back(name, value);
  const auto completed = RunProcess(command);
  EXPECT_TRUE(completed) << command.argv.front();
  EXPECT_TRUE(completed && completed->Ok()) << command.argv.front() << ": " << completed->Describe();
  return completed.value_or(Completed{});
}

// Ubuntu's flavour folder: what is only in the common package is a link into it, folders of both are made of both.
void Merge(const fs::path& common, const fs::path& flavour) {
  fs::create_directories(flavour);
  for (const auto& entry : fs::directory_iterator(common)) {
    const auto own = flavour / entry.path().filename();
    if (!fs::exists(fs::symlink_status(own))) {
      fs::create_symlink(fs::relative(entry.path(), flavour), own);
    } else if (fs::is_directory(own) && entry.is_directory()) {
      Merge(entry.path(), own);
    }
  }
}

void Replace(const fs::path& file, const std::string& from, const std::string& to) {
  auto text = LocalHost().Read(file.string()).value_or("");
  ASSERT_NE(text.find(from), std::string::npos) << file;
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  testing_apt::WriteFile(file, text);
}

class PackagedKernelTest : public testing::Test {
 protected:
  const fs::path& Here() const { return folder_->Path(); }

  // What mmdebstrap said.
  std::string RootLog() const {
    std::string all;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(Here() / "cache/build-roots", error)) {
      if (entry.path().extension() == ".log") all += LocalHost().Read(entry.path().string()).value_or("");
    }
    return all.substr(all.size() - std::min<std::size_t>(all.size(), 3000));
  }

  // The real headers as two trees of Ubuntu's layout below `root`.
  void MakeTrees(const KernelTree& debian, const fs::path& root) {
    const auto src = root / "usr/src";
    fs::create_directories(src);
    const auto base = debian.release.substr(0, debian.release.rfind("-amd64"));
    RunTool({"cp", "-a", (debian.root / "usr/src" / ("linux-headers-" + base + "-common")).string(),
             (src / kCommon).string()});
    const auto flavour = src / (std::string("linux-headers-") + kRelease);
    RunTool({"cp", "-a", (debian.root / "usr/src" / ("linux-headers-" + debian.release)).string(), flavour.string()});
    for (const auto* name : {"scripts", "tools"}) {
      fs::remove(flavour / name);
      for (const auto& entry : fs::directory_iterator(debian.root / "usr/lib")) {
        if (entry.path().filename().string().starts_with("linux-kbuild-")) {
          RunTool({"cp", "-aL", (entry.path() / name).string(), (flavour / name).string()});
        }
      }
      // Debian's common part links into linux-kbuild.
      fs::remove_all(src / kCommon / name);
    }
    fs::remove(flavour / "Makefile");
    Merge(src / kCommon, flavour);
    testing_apt::WriteFile(flavour / "include/config/kernel.release", std::string(kRelease) + "\n");
    testing_apt::WriteFile(flavour / "include/generated/utsrelease.h",
                           fmt::format("#define UTS_RELEASE \"{}\"\n", kRelease));
    Replace(flavour / ".kernelvariables", debian.release, kRelease);
    Replace(flavour / ".config", "CONFIG_CC_VERSION_TEXT=\"gcc-12 (Debian",
            "CONFIG_CC_VERSION_TEXT=\"x86_64-linux-gnu-gcc-12 (Ubuntu");
  }

  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("ubuntu");
};

TEST_F(PackagedKernelTest, UbuntusBuildsInARootOfItsOwnArchive) {
  const testing_apt::SigningKey key(Here() / "key");
  ASSERT_TRUE(key.IsMade());
  fs::create_directories(Here() / "repository");
  testing_apt::Repository repository(Here() / "repository", key);

  LocalHost local;
  KernelOptions options;
  options.cache = CacheFolder().value();
  options.archives = FindKernelArchives(local);
  const auto debian = PackagedKernel("linux-headers-amd64@bookworm", options);
  if (!debian) GTEST_SKIP() << "Debian's archive is not to be had: " << debian.error().Message();
  MakeTrees(*debian, Here() / "tree");
  const auto tree = Here() / "tree/usr/src";
  repository.Add(
      "jammy-updates",
      {.name = kCommon, .version = "6.8.0-45.45~22.04.1", .architecture = "all", .fill = [&](const fs::path& root) {
         fs::create_directories(root / "usr/src");
         RunTool({"cp", "-a", (tree / kCommon).string(), (root / "usr/src").string()});
       }});
  repository.Add("jammy-updates", {.name = std::string("linux-headers-") + kRelease,
                                   .version = "6.8.0-45.45~22.04.1",
                                   .depends = std::string(kCommon) + ", libc6, libelf1",
                                   .fill = [&](const fs::path& root) {
                                     const auto own = std::string("linux-headers-") + kRelease;
                                     fs::create_directories(root / "usr/src");
                                     fs::create_directories(root / "lib/modules" / kRelease);
                                     RunTool({"cp", "-a", (tree / own).string(), (root / "usr/src").string()});
                                     fs::create_symlink("/usr/src/" + own, root / "lib/modules" / kRelease / "build");
                                   }});
  repository.Publish("jammy-updates", "Ubuntu", "22.04");

  // The tools: what mmdebstrap installs for it, and no pahole, as where universe is not named.
  fs::create_directories(repository.Pool("jammy") / "partial");
  const auto downloads = repository.Pool("jammy").string();
  RunTool({"apt-get",
           "--quiet",
           "--yes",
           "--no-install-recommends",
           "--download-only",
           "-o",
           "Debug::NoLocking=1",
           "-o",
           "Dir::Cache::archives=" + downloads + "/",
           "install",
           "?essential",
           "apt",
           "dkms",
           "gcc-12",
           "make",
           "libc6-dev",
           "libelf1",
           "xz-utils",
           "zstd",
           "usr-is-merged"},
          {{"APT_CONFIG", (options.cache / "apt/bookworm/apt.conf").string()}});
  repository.Publish("jammy", "Ubuntu", "22.04");

  std::string sources;
  for (const auto* suite : {"jammy", "jammy-updates"}) sources += repository.Source(suite) + "\n";
  testing_apt::WriteFile(Here() / "jammy.list", sources);
  const auto run = [&](std::vector<std::string> more) {
    Command command;
    command.argv = {VFQUAL_PROGRAMS_DIR "/vfqual",
                    "module",
                    "build",
                    VFQUAL_SOURCE_DIR "/module/lab-gpu",
                    "--kernel-package",
                    kRelease,
                    "--apt-source",
                    (Here() / "jammy.list").string(),
                    "--json"};
    command.argv.insert(command.argv.end(), more.begin(), more.end());
    command.environment = {{"VFQUAL_CACHE", (Here() / "cache").string()}};
    command.timeout = std::chrono::minutes(15);
    return RunProcess(command).value();
  };
  const auto built = run({"--out", (Here() / "out").string()});
  EXPECT_EQ(built.exit_code, 0) << built.out << built.err << RootLog();
  const auto json = nlohmann::json::parse(built.out, nullptr, false);
  ASSERT_TRUE(json.is_object());
  const auto& cell = json.at("cells").at(0);
  EXPECT_EQ(cell.at("kernel"), kRelease);
  EXPECT_EQ(cell.at("outcome"), "built") << cell.dump(2);
  ASSERT_EQ(cell.at("modules").size(), 1U);
  const auto vermagic = RunTool({"modinfo", "-F", "vermagic", cell.at("modules").at(0).at("file").get<std::string>()});
  EXPECT_TRUE(vermagic.out.starts_with(std::string(kRelease) + " ")) << vermagic.out;
  const auto report = LocalHost().Read((Here() / "out/report.json").string()).value_or("");
  EXPECT_THAT(report, testing::HasSubstr("ubuntu 22.04"));

  // Again: all from the cache, without the archive.
  fs::remove_all(repository.Folder());
  const auto again = run({"--out", (Here() / "again").string()});
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
  EXPECT_THAT(again.out, testing::HasSubstr("\"cached\": true"));
}

// By the machine's own dkms, as on Arch.
TEST_F(PackagedKernelTest, ArchsOfPacmansCache) {
  LocalHost local;
  KernelOptions options;
  options.cache = CacheFolder().value();
  options.archives = FindKernelArchives(local);
  const auto debian = PackagedKernel("linux-headers-amd64@bookworm", options);
  if (!debian) GTEST_SKIP() << "Debian's archive is not to be had: " << debian.error().Message();
  const auto dkms = EnsureBuildRoot(*debian, {options.cache, options.archives, {}, {}});
  ASSERT_TRUE(dkms) << dkms.error().Message();
  MakeTrees(*debian, Here() / "tree");
  // Arch's package is one folder, and a link to it (archlinux.org/packages/core/x86_64/linux-headers, "files").
  const std::string release = "6.12.1-arch1-1";
  const auto package = Here() / "package";
  const auto build = package / "usr/lib/modules" / release / "build";
  fs::create_directories(build.parent_path());
  fs::create_directories(package / "usr/src");
  RunTool(
      {"cp", "-aL", (Here() / "tree/usr/src" / (std::string("linux-headers-") + kRelease)).string(), build.string()});
  fs::create_symlink("../lib/modules/" + release + "/build", package / "usr/src/linux");
  testing_apt::WriteFile(build / "version", "1\n");
  testing_apt::WriteFile(build / "include/config/kernel.release", release + "\n");
  testing_apt::WriteFile(build / "include/generated/utsrelease.h",
                         fmt::format("#define UTS_RELEASE \"{}\"\n", release));
  Replace(build / ".kernelvariables", kRelease, release);
  Replace(build / ".config", "CONFIG_CC_VERSION_TEXT=\"x86_64-linux-gnu-gcc-12 (Ubuntu",
          "CONFIG_CC_VERSION_TEXT=\"gcc (GCC) 12.2.0 20220819\"\n#\"");
  testing_apt::WriteFile(package / ".PKGINFO", "pkgname = linux-headers\npkgver = 6.12.1.arch1-1\narch = x86_64\n");
  testing_apt::WriteFile(package / ".MTREE", "x");
  const auto file = (Here() / "linux-headers-6.12.1.arch1-1-x86_64.pkg.tar.zst").string();
  RunTool({"tar", "--zstd", "-C", package.string(), "-cf", file, ".PKGINFO", ".MTREE", "usr"});

  Command command;
  command.argv = {VFQUAL_SOURCE_DIR "/harness/labtests/with_dkms.sh",
                  dkms->folder.string(),
                  VFQUAL_PROGRAMS_DIR "/vfqual",
                  "module",
                  "build",
                  VFQUAL_SOURCE_DIR "/module/lab-gpu",
                  "--kernel-package",
                  file,
                  "--json",
                  "--out",
                  (Here() / "out").string()};
  command.environment = {{"VFQUAL_CACHE", (Here() / "cache").string()}};
  command.timeout = std::chrono::minutes(10);
  const auto run = RunProcess(command).value();
  if (run.exit_code == 77) GTEST_SKIP() << "no dkms can be laid over this machine: needs root and overlayfs";
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  const auto json = nlohmann::json::parse(run.out, nullptr, false);
  ASSERT_TRUE(json.is_object());
  const auto& cell = json.at("cells").at(0);
  EXPECT_EQ(cell.at("kernel"), release);
  EXPECT_EQ(cell.at("outcome"), "built") << cell.dump(2);
  ASSERT_EQ(cell.at("modules").size(), 1U);
  const auto vermagic = RunTool({"modinfo", "-F", "vermagic", cell.at("modules").at(0).at("file").get<std::string>()});
  EXPECT_TRUE(vermagic.out.starts_with(release + " ")) << vermagic.out;
  EXPECT_THAT(LocalHost().Read((Here() / "out/report.json").string()).value_or(""), testing::HasSubstr("\"arch\""));
}

}  // namespace
}  // namespace vfqual
