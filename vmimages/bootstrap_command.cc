#include "vmimages/bootstrap_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <string_view>

namespace vfqual {

namespace {

constexpr auto kBuildTimeout = std::chrono::minutes(30);
// Debian's kernels want some initramfs generator installed; ours is made by build-hooks/finish, so theirs never runs.
constexpr std::string_view kNoInitramfsTools = "/etc/kernel/postinst.d/initramfs-tools";

std::string FromSuite(const std::string& package, const ImageDefinition& definition, const std::string& suite) {
  return suite == definition.suites.front() ? package : package + "/" + suite;
}

}  // namespace

Command BootstrapCommand(const ImageDefinition& definition, const KernelSource& kernel,
                         const std::vector<std::string>& sources, const BootstrapPlaces& places) {
  const auto hooks = definition.folder / "build-hooks";
  std::vector<std::string> packages{"busybox-static", FromSuite(kernel.package, definition, kernel.suite)};
  if (!kernel.headers.empty()) packages.push_back(FromSuite(kernel.headers, definition, kernel.suite));
  packages.insert(packages.end(), definition.packages.begin(), definition.packages.end());

  const bool extract = definition.bootstrap == Bootstrap::kExtract;
  // mmdebstrap is done after the extract hooks where nothing is installed.
  const std::string last_hook = extract ? "--extract-hook=" : "--customize-hook=";
  Command command;
  command.argv = {
      "mmdebstrap",
      extract ? "--variant=extract" : "--variant=essential",
      "--format=null",
      "--verbose",
      // The root is thrown away: the hooks take out what is wanted. Packages are kept for the next build.
      "--skip=essential/unlink,cleanup",
      "--components=" + fmt::format("{}", fmt::join(definition.components, ",")),
      "--setup-hook=" + (hooks / "prepare").string(),
      last_hook + (hooks / "customise").string(),
      last_hook + (hooks / "finish").string(),
      last_hook + (hooks / "make-disk").string(),
      "--aptopt=APT::Install-Recommends \"false\"",
      "--aptopt=Acquire::Languages \"none\"",
      "--aptopt=Acquire::Retries \"2\"",
      "--dpkgopt=force-unsafe-io",
      fmt::format("--dpkgopt=path-exclude={}", kNoInitramfsTools),
  };
  for (const auto& list : definition.exclude_lists) {
    command.argv.push_back("--dpkgopt=" + (definition.folder / "excludes" / list).string());
  }
  for (const auto& pattern : definition.exclude) command.argv.push_back("--dpkgopt=path-exclude=" + pattern);
  command.argv.push_back(fmt::format("--include={}", fmt::join(packages, ",")));
  command.argv.push_back(definition.suites.front());
  command.argv.emplace_back("-");
  command.argv.insert(command.argv.end(), sources.begin(), sources.end());

  command.environment = {
      // Debian's own programs, also where a user has other ones first (pyenv's python3 slows mmtarfilter down tenfold).
      {"PATH", "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"},
      {"TMPDIR", (places.work / "tmp").string()},
      {"VFQUAL_WORK", places.work.string()},
      {"VFQUAL_DEBS", places.debs.string()},
      {"VFQUAL_BOOTSTRAP", extract ? "extract" : "install"},
      {"VFQUAL_HOSTNAME", definition.name},
      {"VFQUAL_SIZE_MIB", std::to_string(definition.size_mib)},
      {"VFQUAL_INIT", (definition.folder / "initramfs/init").string()},
      {"VFQUAL_INITRAMFS_MODULES", fmt::format("{}", fmt::join(definition.initramfs_modules, " "))},
      {"VFQUAL_AUTHORIZED_KEY", places.authorized_key.string()},
  };
  command.timeout = kBuildTimeout;
  return command;
}

}  // namespace vfqual
