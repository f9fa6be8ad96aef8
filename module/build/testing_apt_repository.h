// For tests: an archive in a folder, as apt reads it: packages made by dpkg-deb, indexes by dpkg-scanpackages, a
// Release file signed by a key that is made for it.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "harness/base/process.h"
#include "harness/base/sha256.h"
#include "harness/base/temporary_folder.h"

namespace vfqual::testing_apt {

// Throw-away: it ends with the object, and so does the agent that gpg started for it.
class SigningKey {
 public:
  explicit SigningKey(std::filesystem::path home) : home_(std::move(home)) {
    std::filesystem::create_directories(home_);
    std::filesystem::permissions(home_, std::filesystem::perms::owner_all);
    made_ = Gpg({"--quick-generate-key", "vfqual test archive", "ed25519", "sign", "1d"}) &&
            Gpg({"--output", File().string(), "--export"});
  }
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  ~SigningKey() {
    Command command;
    command.argv = {"gpgconf", "--homedir", home_.string(), "--kill", "all"};
    static_cast<void>(RunProcess(command));
  }
  bool IsMade() const { return made_; }
  std::filesystem::path File() const { return home_ / "archive-keyring.gpg"; }
  bool ClearSign(const std::filesystem::path& text, const std::filesystem::path& out) const {
    return Gpg({"--yes", "--output", out.string(), "--clear-sign", text.string()});
  }

 private:
  bool Gpg(std::vector<std::string> arguments) const {
    Command command;
    command.argv = {"gpg",      "--homedir",       home_.string(), "--batch",      "--quiet",
                    "--no-tty", "--pinentry-mode", "loopback",     "--passphrase", ""};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    const auto completed = RunProcess(command);
    return completed && completed->Ok();
  }

  std::filesystem::path home_;
  bool made_ = false;
};

struct TestPackage {
  std::string name;
  std::string version;
  std::string architecture = "amd64";
  std::string depends = {};
  // Fills the package's root.
  std::function<void(const std::filesystem::path& root)> fill = [](const std::filesystem::path&) {};
};

class Repository {
 public:
  Repository(std::filesystem::path folder, const SigningKey& key) : folder_(std::move(folder)), key_(key) {}

  const std::filesystem::path& Folder() const { return folder_; }
  std::string Source(const std::string& suite) const {
    return fmt::format("deb [signed-by={}] copy:{} {} main", key_.File().string(), folder_.string(), suite);
  }
  std::filesystem::path Pool(const std::string& suite) const { return folder_ / "pool" / suite; }
  std::filesystem::path Index(const std::string& suite) const { return folder_ / "dists" / suite; }

  void Add(const std::string& suite, const TestPackage& package) {
    const auto root = folder_ / "work" / package.name;
    std::filesystem::create_directories(root / "DEBIAN");
    std::filesystem::create_directories(Pool(suite));
    package.fill(root);
    std::ofstream control(root / "DEBIAN/control");
    control << fmt::format(
        "Package: {}\nVersion: {}\nArchitecture: {}\nMaintainer: test <test@example.org>\nDescription: test\n",
        package.name, package.version, package.architecture);
    if (!package.depends.empty()) control << "Depends: " << package.depends << '\n';
    control.close();
    Run({"dpkg-deb", "--build", "--root-owner-group", "-Znone", root.string(), Pool(suite).string()});
    std::filesystem::remove_all(folder_ / "work");
  }

  // The indexes of a suite, and their signature.
  void Publish(const std::string& suite, const std::string& label = "Ubuntu", const std::string& version = "24.04") {
    std::filesystem::create_directories(Pool(suite));
    const auto binary = Index(suite) / "main/binary-amd64";
    std::filesystem::create_directories(binary);
    const auto packages = Run({"dpkg-scanpackages", "--multiversion", "pool/" + suite}).out;
    std::ofstream(binary / "Packages") << packages;
    const auto release = Index(suite) / "Release";
    std::ofstream(release) << fmt::format(
        "Origin: {0}\nLabel: {0}\nSuite: {1}\nVersion: {2}\nCodename: {3}\nDate: {4}\nArchitectures: amd64\n"
        "Components: main\nSHA256:\n {5} {6} main/binary-amd64/Packages\n",
        label, suite, version, suite.substr(0, suite.find('-')), Run({"date", "-u", "+%a, %d %b %Y %H:%M:%S UTC"}).out,
        Sha256OfText(packages), packages.size());
    EXPECT_TRUE(key_.ClearSign(release, Index(suite) / "InRelease"));
  }

 private:
  Completed Run(std::vector<std::string> argv) const {
    Command command;
    command.argv = std::move(argv);
    command.working_directory = folder_;
    command.environment = {{"LC_ALL", "C"}};
    command.max_output_bytes = std::size_t{8} << 20U;
    auto completed = RunProcess(command);
    EXPECT_TRUE(completed && completed->Ok())
        << command.argv.front() << ": " << (completed ? completed->Describe() : completed.error().Message());
    auto answer = completed.value_or(Completed{});
    while (answer.out.ends_with('\n') && answer.out.find('\n') == answer.out.size() - 1) answer.out.pop_back();
    return answer;
  }

  std::filesystem::path folder_;
  const SigningKey& key_;
};

inline void WriteFile(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

// Ubuntu's two packages of a kernel's headers (packages.ubuntu.com, linux-headers-6.8.0-45-generic): the flavour's,
// whose folder is full of links into the other's, and the common one of the source `common` ("linux-headers-6.8.0-45").
inline void AddUbuntuHeaders(
    Repository& repository, const std::string& suite, const std::string& release, const std::string& common,
    const std::string& version,
    const std::string& compiler = "x86_64-linux-gnu-gcc-13 (Ubuntu 13.3.0-6ubuntu2~24.04) 13.3.0") {
  namespace fs = std::filesystem;
  repository.Add(suite, {.name = common,
                         .version = version,
                         .architecture = "all",
                         .depends = "coreutils",
                         .fill = [&](const fs::path& root) {
                           const auto folder = root / "usr/src" / common;
                           WriteFile(folder / "Makefile", "# the kernel's\n");
                           WriteFile(folder / "include/linux/kernel.h", "");
                         }});
  repository.Add(suite, {.name = "linux-headers-" + release,
                         .version = version,
                         .depends = common + ", libc6 (>= 2.38), libelf1t64 (>= 0.144), libssl3t64 (>= 3.0.0), zlib1g",
                         .fill = [&](const fs::path& root) {
                           const auto folder = root / "usr/src" / ("linux-headers-" + release);
                           WriteFile(folder / "include/config/kernel.release", release + "\n");
                           WriteFile(folder / ".config", fmt::format("CONFIG_CC_VERSION_TEXT=\"{}\"\n", compiler));
                           WriteFile(folder / "Module.symvers", "");
                           fs::create_symlink("../" + common + "/Makefile", folder / "Makefile");
                           fs::create_symlink("../../" + common + "/include/linux", folder / "include/linux");
                           fs::create_directories(root / "lib/modules" / release);
                           fs::create_symlink("/usr/src/linux-headers-" + release,
                                              root / "lib/modules" / release / "build");
                         }});
}

}  // namespace vfqual::testing_apt
