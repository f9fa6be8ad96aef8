// Archives for tests, as the distribution's own tools make them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "harness/base/process.h"

namespace vfqual::testing_archives {

inline void RunTool(const std::filesystem::path& folder, std::vector<std::string> argv) {
  Command command;
  command.argv = std::move(argv);
  command.working_directory = folder;
  command.environment = {{"GIT_CONFIG_GLOBAL", "/dev/null"}};
  const auto completed = RunProcess(command);
  ASSERT_TRUE(completed) << completed.error().Message();
  ASSERT_TRUE(completed->Ok()) << command.argv.front() << ": " << completed->Describe();
}

// A module's folder `folder`/NAME: dkms.conf, a file, a program and a link.
inline std::filesystem::path MakeModule(const std::filesystem::path& folder, const std::string& name = "m-1.0") {
  const auto module = folder / name;
  std::filesystem::create_directories(module / "src");
  std::ofstream(module / "dkms.conf") << "PACKAGE_NAME=m\nPACKAGE_VERSION=1.0\nBUILT_MODULE_NAME[0]=m\n";
  std::ofstream(module / "src/m.c") << "int m;\n";
  std::ofstream(module / "configure") << "#!/bin/sh\n";
  std::filesystem::permissions(module / "configure", std::filesystem::perms::owner_all);
  std::filesystem::create_symlink("src/m.c", module / "m.c");
  return module;
}

// deb(5), of a folder that becomes its root.
inline void MakeDeb(const std::filesystem::path& work, const std::filesystem::path& root,
                    const std::filesystem::path& deb) {
  std::ofstream(work / "debian-binary") << "2.0\n";
  std::ofstream(work / "control") << "Package: m-dkms\n";
  RunTool(work, {"tar", "--xz", "-cf", "control.tar.xz", "./control"});
  RunTool(work, {"tar", "--xz", "-C", root.string(), "-cf", (work / "data.tar.xz").string(), "."});
  RunTool(work, {"ar", "rc", deb.string(), "debian-binary", "control.tar.xz", "data.tar.xz"});
}

}  // namespace vfqual::testing_archives
