// Installs a module on a host, and takes it off again.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/base/changes/change_log.h"
#include "harness/base/host.h"
#include "harness/base/result.h"
#include "module/dkms_conf.h"
#include "module/install/install_route.h"

namespace vfqual {

struct InstallRequest {
  InstallRoute route = InstallRoute::kDkms;
  DkmsConf conf;                     // of the source
  std::string package;               // dpkg, pacman: the file, on the host
  std::string folder;                // dkms: the sources' folder, on the host
  std::vector<std::string> kernels;  // releases; empty: the running one
};

struct InstallPlan {
  InstallRequest request;
  std::string package_name;  // dpkg, pacman: as the package names itself
  std::string package_version;
  std::vector<std::string> kernels;
  std::vector<std::vector<std::string>> refresh;  // makes the initramfs anew where one holds a module of this name

  std::string Id() const { return request.conf.name + "/" + request.conf.version; }
};

// Reads only. Errors: kInput where the module is there already (or another version of it), no such kernel, no such
// package; kHarness where the host lacks the headers, dkms or the package manager. Each with its fix.
Result<InstallPlan> PrepareInstall(Host& host, const InstallRequest& request);

// An error of blame kSubject where the module does not build or install; what was done by then is taken back first,
// and what could not be is told. `print` gets one line a step.
Status Install(Host& host, ChangeLog& changes, const InstallPlan& plan,
               const std::function<void(const std::string&)>& print);

struct RemovePlan {
  std::string name;
  std::vector<std::string> versions;  // DKMS'
  std::vector<std::vector<std::string>> commands;
  std::vector<std::string> folders;  // that nobody else removes: /usr/src/NAME-VERSION of `dkms add FOLDER`
};

// What takes every version of the module named `name` (as DKMS or its package names it) off the host. kInput where
// there is none.
Result<RemovePlan> PrepareRemove(Host& host, const std::string& name);

// Goes on where an earlier call was cut short. An error tells what is left.
Status Remove(Host& host, ChangeLog& changes, const RemovePlan& plan,
              const std::function<void(const std::string&)>& print);

// For a NixOS configuration: the releases are flakes that bring the module as an overlay (flake.nix of
// strongtz/i915-sriov-dkms: nixosModules.default, pkgs.i915-sriov and, where the release has it, pkgs.xe-sriov). Not
// run here. `source` is a URL with a revision, or a folder.
std::string NixosExpression(const DkmsConf& conf, const std::string& source);

}  // namespace vfqual
