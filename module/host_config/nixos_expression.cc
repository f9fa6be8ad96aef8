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
  std::string modules;
  if (request.vfs_at_boot != VfsAtBoot::kNone) {
    // load_at_boot.h: the driver must be there before the line is carried out.
    modules += fmt::format(" \"{}\"", request.driver);
    text += fmt::format(
        "  systemd.tmpfiles.rules = [ \"{}\" ];\n"
        "  systemd.services.systemd-tmpfiles-setup.after = [ \"systemd-modules-load.service\" ];\n",
        TmpfilesLine(request));
  }
  if (request.keep_vfs_from_host) {
    VFQUAL_TRY(const auto rule, RuleText(request), "");
    modules += " \"vfio-pci\"";
    text += fmt::format("  services.udev.extraRules = ''\n{}  '';\n", rule);
  }
  if (!modules.empty()) text += fmt::format("  boot.kernelModules = [{} ];\n", modules);
  return text + "}\n";
}

}  // namespace vfqual::host_config
