// Archives that apt itself reads: made here, in Ubuntu's layout, and signed with a key of the test.
#include "module/build/kernel_archives.h"

#include <gmock/gmock.h>
#include <sys/mount.h>

#include <fstream>

#include "harness/base/fake_host.h"
#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"
#include "module/build/kernel_tree.h"
#include "module/build/private_apt.h"
#include "module/build/testing_apt_repository.h"

namespace vfqual {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kDebianKeys = "/usr/share/keyrings/debian-archive-keyring.gpg";

Completed Says(std::string text) {
  Completed completed;
  completed.exit_code = 0;
  completed.out = std::move(text);
  return completed;
}

TEST(KernelArchives, OfADebianMachineEverySuiteOfItsArchive) {
  FakeHost host;
  host.SetFile(kDebianKeys, "");
  host.Answer("apt-get indextargets",
              Says("nodistro|https://other.example|x|main|/etc/a:1\n"
                   "Debian-Security|http://s.example/sec|bookworm-security|main|/etc/d.sources:2\n"
                   "Debian|http://m.example/debian|bookworm|main|/etc/d.sources:1\n"
                   "Debian|http://m.example/debian|bookworm|contrib|/etc/d.sources:1\n|\nx\n"));
  const auto archives = FindKernelArchives(host);
  EXPECT_EQ(SourcesOfSuite(archives, "trixie").Lines(),
            "deb [arch=amd64 signed-by=" + kDebianKeys + "] http://m.example/debian trixie main\n");
  EXPECT_EQ(SourcesOfSuite(archives, "trixie-security").Lines(),
            "deb [arch=amd64 signed-by=" + kDebianKeys + "] http://s.example/sec trixie-security main\n");
  EXPECT_EQ(SourcesOfSuite(archives, "trixie").cache_name, "trixie");
  EXPECT_THAT(SourcesOfSuite(archives, "noble").sources, IsEmpty());
  EXPECT_EQ(AllSources(archives).sources.size(), 2U);
  EXPECT_THAT(SourcesOfSuite({}, "sid").sources, IsEmpty());
  FakeHost without_apt;
  EXPECT_THAT(FindKernelArchives(without_apt).machine, IsEmpty());
}

TEST(KernelArchives, OfAnUbuntuMachineWithTheKeysOfItsSources) {
  FakeHost host;
  host.SetFile("/etc/apt/sources.list.d/ubuntu.sources",
               "Types: deb\nURIs: http://m.example/ubuntu/\nSuites: noble noble-updates\nComponents: main universe\n"
               "Signed-By: /k/u.gpg\n\nTypes: deb\nURIs: http://x.example/ubuntu\nSuites: plucky\nComponents: main\n"
               "Trusted: yes\n");
  const std::string at = "|/etc/apt/sources.list.d/ubuntu.sources:1\n";
  host.Answer(
      "apt-get indextargets",
      Says("Ubuntu|http://m.example/ubuntu|noble|main" + at + "Ubuntu|http://m.example/ubuntu|noble|universe" + at +
           "Ubuntu|http://x.example/ubuntu|plucky|main" + at + "LP-PPA-x|http://p.example/x/ubuntu|noble|main" + at));
  const auto archives = FindKernelArchives(host);
  EXPECT_THAT(archives.machine,
              ElementsAre(AptSource{"http://m.example/ubuntu", "noble", {"main", "universe"}, "/k/u.gpg", "ubuntu"}));
  EXPECT_EQ(SourcesOfSuite(archives, "noble-security").Lines(),
            "deb [arch=amd64 signed-by=/k/u.gpg] http://m.example/ubuntu noble-security main universe\n");
}

TEST(KernelArchives, WhatTheUserNamesComesFirst) {
  KernelArchives archives;
  archives.machine = {{"http://m.example/debian", "bookworm", {"main"}, "/d.gpg", "debian"}};
  archives.named = {{"http://u.example/ubuntu", "noble", {"main"}, "/u.gpg", "ubuntu"},
                    {"http://s.example/ubuntu", "noble-security", {"main"}, "/u.gpg", "ubuntu"}};
  const auto uri = [&archives](const std::string& suite) {
    const auto found = SourcesOfSuite(archives, suite);
    return found.sources.size() == 1 ? found.sources.front().uri + " " + found.sources.front().suite : std::string();
  };
  EXPECT_EQ(uri("noble-updates"), "http://u.example/ubuntu noble-updates");
  EXPECT_EQ(uri("noble-security"), "http://s.example/ubuntu noble-security");
  EXPECT_EQ(uri("trixie"), "http://m.example/debian trixie");
  EXPECT_EQ(uri("jammy"), "");
  EXPECT_EQ(AllSources(archives).Describe(), "noble/noble-security");
  EXPECT_NE(SourcesOfSuite(archives, "noble").cache_name, "noble");
}

TEST(PrivateApt, TellsTheSuiteOfAVersion) {
  const std::string madison =
      "linux-headers-6.8.0-45-generic | 6.8.0-45.45 | copy:/r noble-updates/main amd64 Packages\n"
      "linux-headers-6.8.0-45-generic | 6.8.0-45.44 | copy:/r noble/main amd64 Packages\n";
  EXPECT_EQ(SuiteOfMadison(madison, "6.8.0-45.44"), "noble");
  EXPECT_EQ(SuiteOfMadison(madison, "6.8.0-45.45"), "noble-updates");
  EXPECT_EQ(SuiteOfMadison(madison, "1"), "");
}

class UbuntuArchive : public testing::Test {
 protected:
  void SetUp() override {
    if (!key_.IsMade()) GTEST_SKIP() << "gpg makes no key here";
    fs::create_directories(repository_.Folder());
    AddUbuntuHeaders(repository_, "noble", "6.8.0-31-generic", "linux-headers-6.8.0-31", "6.8.0-31.31");
    AddUbuntuHeaders(repository_, "noble-updates", "6.8.0-45-generic", "linux-headers-6.8.0-45", "6.8.0-45.45");
    AddUbuntuHeaders(repository_, "noble-updates", "6.14.0-24-generic", "linux-hwe-6.14-headers-6.14.0-24",
                     "6.14.0-24.24~24.04.3");
    AddUbuntuHeaders(repository_, "noble-updates", "6.11.0-1016-oem", "linux-oem-6.11-headers-6.11.0-1016",
                     "6.11.0-1016.16");
    AddUbuntuHeaders(repository_, "noble-security", "6.8.0-44-lowlatency", "linux-lowlatency-headers-6.8.0-44",
                     "6.8.0-44.44.1");
    repository_.Add("noble-updates", {.name = "linux-headers-generic-hwe-24.04",
                                      .version = "6.14.0-24.24~24.04.3",
                                      .depends = "linux-headers-6.14.0-24-generic"});
    for (const auto* suite : {"noble", "noble-updates", "noble-security"}) repository_.Publish(suite);
    options_.cache = Here() / "cache";
    for (const auto* suite : {"noble", "noble-updates", "noble-security"}) Name(repository_.Source(suite));
  }
  void Name(const std::string& source) {
    const auto opened = OpenAptSource(source);
    ASSERT_TRUE(opened) << opened.error().Message();
    options_.archives.named.insert(options_.archives.named.end(), opened->begin(), opened->end());
  }
  const fs::path& Here() const { return folder_->Path(); }
  // What a failed call left in the cache, but for the lists of archives.
  std::vector<std::string> Left(const char* place) const {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(options_.cache / place, error))
      names.push_back(entry.path().filename());
    return names;
  }
  Error Refused(const std::string& spec) {
    const auto kernel = PackagedKernel(spec, options_);
    EXPECT_FALSE(kernel) << spec;
    return kernel ? Error{} : kernel.error();
  }

  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("ubuntu");
  testing_apt::SigningKey key_{Here() / "key"};
  testing_apt::Repository repository_{Here() / "repository", key_};
  KernelOptions options_;
};

TEST_F(UbuntuArchive, HasKernelsOfEverySuiteAndFlavour) {
  struct Wanted {
    const char* spec;
    const char* release;
    const char* suite;
    const char* common;
  };
  for (const auto& wanted : std::vector<Wanted>{
           {"6.8.0-45-generic", "6.8.0-45-generic", "noble-updates", "linux-headers-6.8.0-45"},
           {"linux-headers-6.8.0-31-generic@noble", "6.8.0-31-generic", "noble", "linux-headers-6.8.0-31"},
           {"6.14.0-24-generic@noble-updates", "6.14.0-24-generic", "noble-updates",
            "linux-hwe-6.14-headers-6.14.0-24"},
           {"6.11.0-1016-oem", "6.11.0-1016-oem", "noble-updates", "linux-oem-6.11-headers-6.11.0-1016"},
           {"6.8.0-44-lowlatency", "6.8.0-44-lowlatency", "noble-security", "linux-lowlatency-headers-6.8.0-44"},
           {"linux-headers-generic-hwe-24.04", "6.14.0-24-generic", "noble-updates",
            "linux-hwe-6.14-headers-6.14.0-24"}}) {
    const auto kernel = PackagedKernel(wanted.spec, options_);
    ASSERT_TRUE(kernel) << wanted.spec << ": " << kernel.error().Message();
    EXPECT_EQ(kernel->release, wanted.release);
    EXPECT_EQ(kernel->suite, wanted.suite);
    EXPECT_EQ(kernel->distribution, "ubuntu 24.04");
    EXPECT_EQ(kernel->compiler, "gcc-13");
    EXPECT_THAT(kernel->identity, HasSubstr(wanted.common));
    EXPECT_TRUE(fs::is_regular_file(kernel->root / "usr/src" / wanted.common / "Makefile"));
    EXPECT_TRUE(fs::exists(kernel->root / "usr/src" / ("linux-headers-" + kernel->release) / "include/linux/kernel.h"));
    EXPECT_EQ(fs::read_symlink(kernel->root / "usr/lib/modules" / kernel->release / "build"),
              "/usr/src/linux-headers-" + kernel->release);
  }
  // Again without the archive.
  fs::remove_all(repository_.Folder());
  EXPECT_TRUE(PackagedKernel("6.8.0-45-generic", options_));
}

TEST_F(UbuntuArchive, OfTheMachinesOwnApt) {
  const auto machine = Here() / "machine";
  const auto source =
      fmt::format("Types: deb\nURIs: copy:{}\nSuites: noble noble-updates\nComponents: main\nSigned-By: {}\n",
                  repository_.Folder().string(), key_.File().string());
  testing_apt::WriteFile(machine / "etc/sources.list.d/ubuntu.sources", source);
  fs::create_directories(machine / "state/lists/partial");
  testing_apt::WriteFile(
      machine / "apt.conf",
      fmt::format("Dir::Etc::SourceList \"/dev/null\";\nDir::Etc::SourceParts \"{0}/etc/sources.list.d\";\n"
                  "Dir::State \"{0}/state\";\nDir::Cache \"{0}/cache\";\nAPT::Architectures \"amd64\";\n"
                  "APT::Sandbox::User \"\";\n",
                  machine.string()));
  setenv("APT_CONFIG", (machine / "apt.conf").c_str(), 1);
  LocalHost local;
  Command update;
  update.argv = {"apt-get", "-qq", "update"};
  const auto updated = local.Run(update);
  options_.archives = FindKernelArchives(local);
  unsetenv("APT_CONFIG");
  ASSERT_TRUE(updated && updated->Ok()) << updated->Describe();
  ASSERT_EQ(options_.archives.machine.size(), 2U);
  for (const auto* spec : {"6.8.0-45-generic", "6.8.0-31-generic@noble", "6.8.0-44-lowlatency@noble-security"}) {
    const auto kernel = PackagedKernel(spec, options_);
    EXPECT_TRUE(kernel) << spec << ": " << kernel.error().Message();
  }
}

TEST_F(UbuntuArchive, UnknownKernelAndSuite) {
  const auto unknown = Refused("6.8.0-46-generic");
  EXPECT_EQ(unknown.blame, Blame::kInput);
  EXPECT_EQ(unknown.what, "noble/noble-updates/noble-security has no package 'linux-headers-6.8.0-46-generic'");
  EXPECT_THAT(unknown.fix, HasSubstr("linux-headers-6.8.0-45-generic"));
  EXPECT_THAT(unknown.fix, testing::Not(HasSubstr("oem")));
  EXPECT_THAT(Left("kernel-headers"), IsEmpty());
  const auto suite = Refused("6.8.0-45-generic@noble-proposed");
  EXPECT_EQ(suite.blame, Blame::kInput);
  EXPECT_THAT(suite.what, HasSubstr("the archive has no suite 'noble-proposed'"));
  EXPECT_THAT(Left("apt"), testing::Each(testing::StartsWith("all-")));
}

TEST_F(UbuntuArchive, WhatIsNotSignedByTheKeyIsNotTaken) {
  const testing_apt::SigningKey other(Here() / "other");
  ASSERT_TRUE(other.IsMade());
  options_.archives.named = OpenAptSource(fmt::format("deb [signed-by={}] copy:{} noble main", other.File().string(),
                                                      repository_.Folder().string()))
                                .value();
  auto refused = Refused("6.8.0-31-generic");
  EXPECT_EQ(refused.blame, Blame::kInput) << refused.Message();
  EXPECT_THAT(refused.what, HasSubstr("is not signed by a trusted key"));
  EXPECT_THAT(refused.fix, HasSubstr("ubuntu-archive-keyring"));
  EXPECT_THAT(Left("apt"), IsEmpty());

  fs::remove(repository_.Index("noble") / "InRelease");
  options_.archives.named = OpenAptSource(repository_.Source("noble")).value();
  refused = Refused("6.8.0-31-generic");
  EXPECT_EQ(refused.blame, Blame::kInput) << refused.Message();
  EXPECT_THAT(refused.what, HasSubstr("is not signed by a trusted key"));
  EXPECT_THAT(Left("apt"), IsEmpty());
  EXPECT_THAT(Left("kernel-headers"), IsEmpty());
}

TEST_F(UbuntuArchive, WhatIsNotWhatWasSignedIsNotTaken) {
  for (const auto& entry : fs::directory_iterator(repository_.Pool("noble"))) {
    std::fstream(entry.path(), std::ios::in | std::ios::out | std::ios::binary).seekp(2000).write("x", 1);
  }
  const auto refused = Refused("6.8.0-31-generic");
  EXPECT_EQ(refused.blame, Blame::kHarness);
  EXPECT_THAT(refused.what, HasSubstr("is not what it has signed"));
  EXPECT_THAT(Left("kernel-headers"), testing::Each(testing::EndsWith(".lock")));
}

TEST_F(UbuntuArchive, NoNetwork) {
  // Nothing listens at the port "discard".
  options_.archives.named =
      OpenAptSource(fmt::format("deb [signed-by={}] http://127.0.0.1:9/ubuntu noble main", key_.File().string()))
          .value();
  const auto refused = Refused("6.8.0-31-generic");
  EXPECT_EQ(refused.blame, Blame::kHarness);
  EXPECT_THAT(refused.what, HasSubstr("the archive of noble cannot be reached: "));
  EXPECT_THAT(Left("apt"), IsEmpty());
}

TEST_F(UbuntuArchive, FullDisk) {
  repository_.Add("noble", {.name = "linux-headers-6.8.0-99-generic", .version = "1", .fill = [](const fs::path& root) {
                              testing_apt::WriteFile(root / "usr/src/large", std::string(std::size_t{512} << 10U, 'x'));
                            }});
  repository_.Publish("noble");
  fs::create_directories(options_.cache);
  // Full with the lists, and with the package.
  for (const char* size : {"size=24k", "size=256k"}) {
    if (mount("tmpfs", options_.cache.c_str(), "tmpfs", 0, size) != 0) GTEST_SKIP() << "needs root to mount";
    const auto refused = Refused("6.8.0-99-generic");
    EXPECT_EQ(refused.blame, Blame::kHarness);
    EXPECT_THAT(refused.Message(), testing::AnyOf(HasSubstr("No space left"), HasSubstr("disk is full"))) << size;
    EXPECT_THAT(refused.fix, HasSubstr("free some space")) << refused.Message();
    EXPECT_THAT(Left("kernel-headers"), testing::Each(testing::EndsWith(".lock")));
    umount(options_.cache.c_str());
  }
}

}  // namespace
}  // namespace vfqual
