#include "module/host_config/nixos_expression.h"

#include <fmt/format.h>

#include "module/host_config/kernel_command_line.h"
#include "module/host_config/vf_rule.h"
#include "module/host_config/vfs_at_boot.h"

namespace vfqual::host_config {

Result<std::string> NixosExpression(const ConfigRequest& request) {
  if (request.vfs_at_boot == VfsAtBoot::kSysfsutils) {
    return FailInput("NixOS has no sysfsutils", "leave out --vfs-at-boot, or name tmpfiles");
  }
  std::string text =
      "# Import this file in configuration.nix: imports = [ ./sriov.nix ];\n{ ... }:\n{\n  boot.kernelParams = [\n";
  for (const auto& [name, value] : WantedKernelParameters(request, Method::kNixos)) {
    text += fmt::format("    \"{}={}\"\n", name, value);
  }
  text += "  ];\n";
  if (request.vfs_at_boot != VfsAtBoot::kNone) {
    text += fmt::format("  systemd.tmpfiles.rules = [ \"{}\" ];\n", TmpfilesLine(request));
  }
  if (request.keep_vfs_from_host) {
    VFQUAL_TRY(const auto rule, RuleText(request), "");
    text += fmt::format("  boot.kernelModules = [ \"vfio-pci\" ];\n  services.udev.extraRules = ''\n{}  '';\n", rule);
  }
  return text + "}\n";
}

}  // namespace vfqual::host_config
