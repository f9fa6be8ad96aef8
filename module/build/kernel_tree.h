// A kernel to build for: its headers, wherever they come from, unpacked and not installed.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "module/build/kernel_archives.h"

namespace vfqual {

struct KernelTree {
  std::string release;       // "6.12.107+deb13-amd64"
  std::string distribution;  // "debian 13", "ubuntu 24.04"; empty: not known
  std::string compiler;      // "gcc-14", from CONFIG_CC_VERSION_TEXT
  std::string config;        // text of its .config
  // Where the headers lie under this folder as they would under /: usr/src/linux-headers-…, usr/lib/linux-kbuild-…,
  // usr/lib/modules/RELEASE. Empty: this machine's own headers.
  std::filesystem::path root;
  std::filesystem::path folder;  // of a kernel that was given as a folder: what RELEASE/build links to
  std::string suite;             // of its archive: decides which build root it is built in; empty: this machine's tools
  std::string identity;          // changes when the content does: for the cache's keys
};

struct KernelOptions {
  std::filesystem::path cache;
  KernelArchives archives;  // FindKernelArchives
  bool refresh = false;     // ask the archive again for what the cache has
  std::function<bool()> cancelled;
};

// A kernel whose headers are installed here: /lib/modules/RELEASE/build. kInput where they are not.
Result<KernelTree> InstalledKernel(const std::string& release);

// `spec` is one of
//   PACKAGE@SUITE        headers of Debian's or Ubuntu's archive, also a metapackage:
//   linux-headers-amd64@trixie-backports RELEASE@SUITE        6.8.0-45-generic@noble-updates: the same as
//   linux-headers-6.8.0-45-generic@noble-updates PACKAGE, RELEASE     looked for in all suites of AllSources
//   FILE.pkg.tar.*       an Arch linux-headers package, from pacman's cache (not tried on Arch here)
//   FOLDER               a kernel's build folder, prepared for modules
// Downloaded and unpacked into the cache; nothing is installed. The same spec again takes no network.
Result<KernelTree> PackagedKernel(const std::string& spec, const KernelOptions& options);

// "gcc-14" of "gcc-14 (Debian 14.2.0-19) 14.2.0"; "gcc-13" of "gcc (GCC) 13.2.1"; "clang" where it is Clang.
std::string CompilerOfConfig(std::string_view config);

}  // namespace vfqual
