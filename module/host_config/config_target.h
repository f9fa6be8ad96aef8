// What the host's files are to become for a request, worked out without changing anything.
#pragma once

#include <string>
#include <vector>

#include "module/host_config/boot_loader.h"
#include "module/host_config/config_files.h"
#include "module/host_config/config_request.h"

namespace vfqual::host_config {

struct ConfigTarget {
  Method method = Method::kGrub;
  std::vector<std::string> evidence;  // why this method
  VfsAtBoot vfs_at_boot = VfsAtBoot::kNone;
  std::vector<Argv> commands;      // to be run after the files are written
  std::vector<std::string> notes;  // what a person has to know or do besides
  std::string nixos_expression;    // for NixOS, where no file is changed
};

// Changes `files` (not the host). Errors are kInput: files too unusual to change without guessing.
Result<ConfigTarget> MakeTarget(ConfigFiles& files, const ConfigRequest& request);

}  // namespace vfqual::host_config
