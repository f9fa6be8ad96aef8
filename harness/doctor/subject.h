// The host that is examined, and what all checks want to know of it: read once.
#pragma once

#include <optional>
#include <string>

#include "harness/base/host.h"
#include "harness/doctor/check.h"
#include "harness/facts/host_facts.h"
#include "harness/facts/pf_facts.h"
#include "harness/facts/platform.h"
#include "module/releases.h"

namespace vfqual::doctor {

struct ExaminedModule {
  std::string name;
  std::string version;
  std::string found_in;          // a folder; where its dkms.conf is
  std::string exclusive_kernel;  // BUILD_EXCLUSIVE_KERNEL of dkms.conf, a regular expression; empty where there is none
};

struct Subject {
  Host& host;
  bool is_root = false;
  HostFacts facts;
  ModuleReleases releases;
  std::optional<ExaminedModule> module;  // given, or what DKMS holds
  std::optional<PfFacts> pf;
  std::string no_pf;  // why there is none
  std::optional<Platform> platform;
  std::string driver = "i915";

  // "apt-get install linux-headers-6.12.1-amd64", by the distribution. `nixos` is a setting; empty: Arch's package is
  // called so in nixpkgs too.
  std::string InstallFix(const std::string& debian, const std::string& arch, const std::string& nixos = "") const;
};

// The groups, in the order in which they are shown.
Checks CheckKernel(const Subject& subject);          // kernel, headers, compiler
Checks CheckIommu(const Subject& subject);           // iommu-firmware, iommu-kernel
Checks CheckGpu(const Subject& subject);             // gpu, total-vfs, vf-bars
Checks CheckFirmware(const Subject& subject);        // guc-firmware
Checks CheckDriver(const Subject& subject);          // parameters, drivers, secure-boot
Checks CheckVirtualization(const Subject& subject);  // libvirt, qemu, kvm, vfio
Checks CheckHolders(const Subject& subject);         // vf-holders, gpu-users

}  // namespace vfqual::doctor
