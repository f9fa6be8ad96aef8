// For this room's tests: a host in memory that can also copy attributes and rename, as the file tools do.
#pragma once

#include <map>
#include <string>

#include "harness/base/fake_host.h"
#include "module/host_config/config_request.h"

namespace vfqual::host_config {

inline void AnswerFileTools(FakeHost& host) {
  host.Answer("cp --attributes-only", Completed{});
  host.Answer("mv -fT --", [&host](const Command& command) {
    Completed completed;
    const auto& from = command.argv.at(3);
    const auto text = host.Read(from);
    if (text) {
      host.SetFile(command.argv.at(4), *text);
      static_cast<void>(host.Remove(from));
    }
    completed.exit_code = text ? 0 : 1;
    return completed;
  });
  for (const char* tool : {"update-grub", "grub-mkconfig", "update-initramfs", "mkinitcpio",
                           "proxmox-boot-tool refresh", "kernel-install"}) {
    host.Answer(tool, Completed{});
  }
}

inline ConfigRequest TestRequest() {
  ConfigRequest request;
  request.method = Method::kGrub;
  request.vfs_at_boot = VfsAtBoot::kNone;
  request.vfs = 7;
  request.max_vfs = 7;
  request.device_id = "a780";
  request.pf = "0000:00:02.0";
  request.pf_device_folder = "/sys/devices/pci0000:00/0000:00:02.0";
  for (char function = '1'; function <= '7'; ++function)
    request.vf_addresses.push_back(std::string("0000:00:02.") + function);
  return request;
}

}  // namespace vfqual::host_config
