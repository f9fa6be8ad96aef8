#include "module/build/kernel_tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/local_host.h"
#include "harness/base/sha256.h"
#include "module/build/headers_cache.h"
#include "module/build/release_series.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

std::string Trimmed(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
  return text;
}

bool IsRelease(const std::string& text) {
  return !text.empty() && text.size() < 128 && text.front() != '.' && text.front() != '-' &&
         std::ranges::all_of(text, [](unsigned char letter) {
           return std::isalnum(letter) != 0 ||
                  std::string_view("._+~-").find(static_cast<char>(letter)) != std::string_view::npos;
         });
}

// What a build folder says of itself.
Status ReadBuildFolder(const fs::path& build, KernelTree& kernel) {
  LocalHost host;
  const auto release = host.Read((build / "include/config/kernel.release").string());
  const auto config = host.Read((build / ".config").string());
  if (!release || !config) {
    return FailInput(fmt::format("{} is no kernel's build folder: include/config/kernel.release or .config is missing",
                                 build.string()),
                     "prepare it with: make modules_prepare");
  }
  kernel.release = Trimmed(*release);
  if (!IsRelease(kernel.release))
    return FailInput(fmt::format("{}: '{}' is no release", build.string(), kernel.release));
  kernel.config = *config;
  kernel.compiler = CompilerOfConfig(*config);
  return {};
}

}  // namespace

std::string CompilerOfConfig(std::string_view config) {
  constexpr std::string_view kKey = "CONFIG_CC_VERSION_TEXT=\"";
  const auto at = config.find(kKey);
  if (at == std::string_view::npos) return {};
  auto text = config.substr(at + kKey.size());
  text = text.substr(0, text.find('"'));
  if (text.find("clang") != std::string_view::npos) return "clang";
  const auto name = text.substr(0, text.find(' '));
  for (const std::string_view prefix : {"x86_64-linux-gnu-", ""}) {
    if (name.starts_with(prefix) && name.substr(prefix.size()).starts_with("gcc-"))
      return std::string(name.substr(prefix.size()));
  }
  // "gcc (GCC) 15.2.1 20260103", as Arch and kernel.org's builds have it: the first word with a number and a dot.
  for (std::size_t space = text.find(' '); space != std::string_view::npos; space = text.find(' ', space + 1)) {
    const auto word = text.substr(space + 1, text.find(' ', space + 1) - space - 1);
    if (!word.empty() && std::isdigit(static_cast<unsigned char>(word.front())) != 0 &&
        word.find('.') != std::string_view::npos) {
      return fmt::format("gcc-{}", word.substr(0, word.find('.')));
    }
  }
  return std::string(name);
}

Result<KernelTree> InstalledKernel(const std::string& release) {
  if (!IsRelease(release)) return FailInput(fmt::format("'{}' is no kernel's release", release), "see: uname -r");
  const fs::path build = fs::path("/lib/modules") / release / "build";
  std::error_code error;
  if (!fs::exists(build / "Makefile", error)) {
    return FailInput(
        fmt::format("the headers of the kernel {} are not on this machine (no {})", release, build.string()),
        fmt::format("install linux-headers-{0}, or take them from an archive without installing: "
                    "--kernel-package linux-headers-{0}@SUITE",
                    release));
  }
  KernelTree kernel;
  VFQUAL_CHECK(ReadBuildFolder(build, kernel), "");
  kernel.release = release;
  const auto version = LocalHost().Read((build / "include/generated/compile.h").string());
  kernel.identity = Sha256OfText(release + kernel.config + version.value_or(""));
  return kernel;
}

Result<KernelTree> PackagedKernel(const std::string& spec, const KernelOptions& options) {
  std::error_code error;
  KernelTree kernel;
  if (fs::is_directory(spec, error)) {
    kernel.folder = fs::canonical(spec, error);
    VFQUAL_CHECK(ReadBuildFolder(kernel.folder, kernel), "");
    const auto version = LocalHost().Read((kernel.folder / "include/generated/compile.h").string());
    const auto symbols = LocalHost().Read((kernel.folder / "Module.symvers").string());
    kernel.identity = Sha256OfText(kernel.release + kernel.config + version.value_or("") + symbols.value_or(""));
    return kernel;
  }
  VFQUAL_TRY(const auto headers,
             fs::is_regular_file(spec, error) ? HeadersOfFile(spec, options) : HeadersOfArchive(spec, options), "");
  VFQUAL_CHECK(ReadBuildFolder(headers.build, kernel), spec);
  kernel.root = headers.root;
  // Debian's kernel.release lacks what CONFIG_LOCALVERSION is at build time: the folder's name is what uname -r says.
  for (const auto& entry : fs::directory_iterator(kernel.root / "usr/lib/modules", error)) {
    kernel.release = entry.path().filename().string();
  }
  if (!IsRelease(kernel.release)) return FailInput(fmt::format("{}: '{}' is no release", spec, kernel.release));
  kernel.suite = headers.suite;
  kernel.identity = headers.identity;
  kernel.distribution = headers.suite.empty() ? "arch" : DistributionOfSuite(headers.suite);
  return kernel;
}

}  // namespace vfqual
