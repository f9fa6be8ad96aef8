#include "module/host_config/config_target.h"

#include <fmt/format.h>

#include "module/host_config/command_line_files.h"
#include "module/host_config/grub_config.h"
#include "module/host_config/kernel_command_line.h"
#include "module/host_config/load_at_boot.h"
#include "module/host_config/modprobe_config.h"
#include "module/host_config/nixos_expression.h"
#include "module/host_config/vf_rule.h"
#include "module/host_config/vfs_at_boot.h"

namespace vfqual::host_config {

namespace {

Status ConfigureBootLoader(ConfigFiles& files, const ConfigRequest& request, Method loader, Method method) {
  switch (loader) {
    case Method::kGrub:
      return ConfigureGrub(files, request, method);
    case Method::kProxmox:
      return ConfigureKernelCmdline(files, request, method);
    case Method::kSystemdBoot: {
      VFQUAL_TRY(const auto entries, HandWrittenEntries(files), "");
      return entries.empty() ? ConfigureKernelCmdline(files, request, method)
                             : ConfigureEntries(files, entries, request, method);
    }
    case Method::kNixos:
    case Method::kModprobe:
      break;
  }
  return {};
}

// Kernels with CONFIG_INTEL_IOMMU_DEFAULT_ON need no parameter.
bool IommuIsOnByItself(Host& host) {
  const auto iommus = host.List("/sys/class/iommu");
  if (!iommus || iommus->empty()) return false;
  return !ParameterValue(host.ReadTrimmed("/proc/cmdline").value_or(""), "intel_iommu");
}

// modprobe.d cannot switch the IOMMU on: that is left to the boot loader.
Result<std::vector<Argv>> ConfigureIommuForModprobe(ConfigFiles& files, const ConfigRequest& request,
                                                    ConfigTarget& target) {
  if (IommuIsOnByItself(files.OnHost())) {
    target.notes.emplace_back("the kernel uses the IOMMU by itself: intel_iommu=on is not needed");
    return std::vector<Argv>{};
  }
  auto loader = DetectBootLoader(files.OnHost());
  if (!loader) {
    const auto running = ParameterValue(files.OnHost().ReadTrimmed("/proc/cmdline").value_or(""), "intel_iommu");
    const bool serves = running && ParameterServes("intel_iommu", "on", *running);
    target.notes.push_back(
        fmt::format("intel_iommu=on must {} on the kernel's command line; where it is configured cannot be told: {}",
                    serves ? "stay" : "be put by hand", loader.error().what));
    return std::vector<Argv>{};
  }
  VFQUAL_CHECK(ConfigureBootLoader(files, request, loader->method, Method::kModprobe), "");
  target.evidence = loader->evidence;
  return RefreshBootLoader(files, loader->method);
}

}  // namespace

Result<ConfigTarget> MakeTarget(ConfigFiles& files, const ConfigRequest& request) {
  ConfigTarget target;
  if (request.method) {
    target.method = *request.method;
    target.evidence = {"as asked for"};
  } else {
    VFQUAL_TRY(auto loader, DetectBootLoader(files.OnHost()), "");
    target.method = loader.method;
    target.evidence = std::move(loader.evidence);
  }
  if (target.method == Method::kNixos) {
    VFQUAL_TRY(target.nixos_expression, NixosExpression(request), "");
    target.vfs_at_boot = request.vfs_at_boot.value_or(VfsAtBoot::kTmpfiles);
    return target;
  }
  VFQUAL_CHECK(UnblockDriver(files, request), "");
  std::vector<Argv> refresh;
  if (target.method == Method::kModprobe) {
    VFQUAL_CHECK(ConfigureModprobe(files, request), "");
    VFQUAL_TRY(refresh, ConfigureIommuForModprobe(files, request, target), "");
  } else {
    VFQUAL_CHECK(ConfigureBootLoader(files, request, target.method, target.method), "");
    VFQUAL_TRY(refresh, RefreshBootLoader(files, target.method), "");
  }
  VFQUAL_TRY(target.vfs_at_boot, ChooseVfsAtBoot(files, request), "");
  VFQUAL_CHECK(ConfigureVfsAtBoot(files, request, target.vfs_at_boot), "");
  VFQUAL_CHECK(LoadDriverBeforeVfs(files, request, target.vfs_at_boot), "");
  if (request.keep_vfs_from_host) VFQUAL_CHECK(ConfigureVfRule(files, request), "");
  VFQUAL_TRY(target.commands, RefreshInitramfs(files.OnHost()), "");
  if (target.commands.empty()) {
    target.notes.emplace_back("no tool that makes the initramfs was found: make it anew by hand, if there is one");
  }
  // The boot loader comes last: it lists what the initramfs tool wrote.
  target.commands.insert(target.commands.end(), refresh.begin(), refresh.end());
  return target;
}

}  // namespace vfqual::host_config
