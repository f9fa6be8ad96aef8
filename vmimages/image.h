// A built image: what a machine is booted from. Made and found by EnsureImage (vmimages/image_builder.h).
#pragma once

#include <filesystem>
#include <string>

#include "vmimages/image_definition.h"

namespace vfqual {

struct Image {
  std::string name;            // of the definition
  std::string kernel;          // its name in the definition: "6.12"
  std::string kernel_release;  // as uname -r prints it: "6.12.107+deb13-amd64"
  ImageRole role = ImageRole::kGuest;
  std::string distribution;
  std::filesystem::path folder;  // all files below lie in it
  // Raw ext4 file system without a partition table, to be the machine's first virtio disk (/dev/vda). Never written by
  // a run: attach it with a throw-away overlay (QEMU: -drive file=…,format=raw,if=none,snapshot=on).
  std::filesystem::path disk;
  std::filesystem::path vmlinuz;
  // The same kernel unpacked: QEMU's -kernel starts it by its PVH entry, under emulation two seconds sooner than
  // vmlinuz.
  std::filesystem::path vmlinux;
  std::filesystem::path initrd;
  std::string command_line;           // kernel command line
  std::string command_line_emulated;  // the same where the machine runs under software emulation
  int memory_mib = 0;
  // Lab and boot hosts only: the private key that root's login accepts, and the host's public key as a known_hosts file
  // wants it
  // ("ssh-ed25519 AAAA…", without the host's name).
  std::filesystem::path ssh_identity;
  std::string ssh_host_key;
};

}  // namespace vfqual
