// What `vfqual host configure` is asked for: plain data, the same for every way of configuring.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace vfqual::host_config {

// Where the driver's parameters go. With kModprobe only intel_iommu=on is left to the boot loader.
enum class Method { kGrub, kSystemdBoot, kProxmox, kNixos, kModprobe };
enum class VfsAtBoot { kSysfsutils, kTmpfiles, kNone };

const char* Word(Method method);  // "grub", "systemd-boot", "proxmox", "nixos", "modprobe"
const char* Word(VfsAtBoot how);  // "sysfsutils", "tmpfiles", "none"
Result<Method> ParseMethod(const std::string& word);
Result<VfsAtBoot> ParseVfsAtBoot(const std::string& word);

struct ConfigRequest {
  std::string driver = "i915";           // or "xe"; the other one is kept from loading
  std::optional<Method> method;          // none: as detected
  std::optional<VfsAtBoot> vfs_at_boot;  // none: as found on the host
  int vfs = 0;                           // made at boot
  int max_vfs = 0;                       // the driver's parameter: as many as the device offers
  bool keep_vfs_from_host = false;
  std::string device_id;                  // of the PF, hex without 0x: "a7a0"
  std::string pf;                         // "0000:00:02.0"
  std::string pf_device_folder;           // "/sys/devices/pci0000:00/0000:00:02.0"
  std::vector<std::string> vf_addresses;  // of all VFs that the PF can have; never the PF's own
};

nlohmann::ordered_json ToJson(const ConfigRequest& request);
Result<ConfigRequest> RequestFromJson(const nlohmann::json& value, const std::string& source);

}  // namespace vfqual::host_config
