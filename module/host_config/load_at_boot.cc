#include "module/host_config/load_at_boot.h"

#include <fmt/format.h>

#include "module/host_config/config_text.h"

namespace vfqual::host_config {

Status LoadAtBoot(ConfigFiles& files, const std::string& module) {
  VFQUAL_TRY(const auto names, files.List(kModulesLoadFolder, ".conf"), "");
  for (const auto& name : names) {
    VFQUAL_TRY(const auto text, files.Read(fmt::format("{}/{}", kModulesLoadFolder, name)), "");
    for (const auto& line : SplitLines(text.value_or(""))) {
      if (NormalName(line.text) == NormalName(module)) return {};
    }
  }
  VFQUAL_TRY(const auto own, files.Read(kOwnModulesLoadFile), "");
  auto lines = SplitLines(own.value_or(""));
  AppendLine(lines, module);
  return files.Set(kOwnModulesLoadFile, JoinLines(lines));
}

Status LoadDriverBeforeVfs(ConfigFiles& files, const ConfigRequest& request, VfsAtBoot how) {
  if (how == VfsAtBoot::kNone) return {};
  VFQUAL_CHECK(LoadAtBoot(files, request.driver), "");
  if (how != VfsAtBoot::kTmpfiles) return {};
  return files.Set(kOwnTmpfilesOrderFile,
                   "# The VFs' line in tmpfiles.d needs the GPU's driver; written by vfqual host configure\n"
                   "[Unit]\n"
                   "After=systemd-modules-load.service\n");
}

}  // namespace vfqual::host_config
