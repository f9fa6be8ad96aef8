#include "module/secure_boot/machine_key.h"

#include <vector>

#include "module/shell_lines.h"

namespace vfqual::secure_boot {

namespace {

constexpr const char* kConf = "/etc/dkms/framework.conf";
constexpr const char* kUbuntuFolder = "/var/lib/shim-signed/mok/";

void TakeSettings(const std::string& text, const std::string& file, MachineKey& found) {
  for (const auto& line : ReadShellLines(text)) {
    if (!line.assignment) continue;
    const auto& [name, value] = *line.assignment;
    if (name != "mok_signing_key" && name != "mok_certificate") continue;
    // A path that only a shell could tell is as good as none; so is one that is relative.
    const auto path = ExpandShellValue(value, {});
    if (!path || !path->starts_with('/') || path->find('$') != std::string::npos) continue;
    (name == "mok_signing_key" ? found.key : found.certificate) = *path;
    found.told_by = file;
  }
}

}  // namespace

MachineKey FindMachineKey(Host& host) {
  MachineKey found;
  std::vector<std::string> files = {kConf};
  for (const auto& name : host.List(std::string(kConf) + ".d").value_or(std::vector<std::string>())) {
    if (name.ends_with(".conf")) files.push_back(std::string(kConf) + ".d/" + name);
  }
  for (const auto& file : files) {
    if (const auto text = host.Read(file)) TakeSettings(*text, file, found);
  }
  const bool ubuntu = host.Exists(std::string(kUbuntuFolder) + "MOK.der").value_or(false);
  if (found.told_by.empty()) found.told_by = ubuntu ? "Ubuntu's shim-signed" : "DKMS' default";
  if (found.key.empty()) found.key = ubuntu ? std::string(kUbuntuFolder) + "MOK.priv" : "/var/lib/dkms/mok.key";
  if (found.certificate.empty()) {
    found.certificate = ubuntu ? std::string(kUbuntuFolder) + "MOK.der" : "/var/lib/dkms/mok.pub";
  }
  found.key_exists = host.Exists(found.key).value_or(false);
  found.certificate_exists = host.Exists(found.certificate).value_or(false);
  return found;
}

}  // namespace vfqual::secure_boot
