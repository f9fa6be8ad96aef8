// A DKMS module in a source folder, and what it takes to build, install and remove it on a host.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "harness/base/changes/change_log.h"
#include "harness/base/host.h"
#include "module/compiler_cache.h"
#include "module/dkms_conf.h"

namespace vfqual {

struct DkmsModule {
  std::string source_folder;  // on the host, holds dkms.conf
  DkmsConf conf;

  std::string Id() const { return conf.name + "/" + conf.version; }  // as dkms names it
  std::string SourceTree() const { return "/usr/src/" + conf.name + "-" + conf.version; }
  std::string DkmsTree() const { return "/var/lib/dkms/" + conf.name + "/" + conf.version; }
};

// Errors are kInput: no such folder, no dkms.conf in it.
Result<DkmsModule> ReadDkmsModule(Host& host, const std::string& source_folder);

// The module must not be in DKMS yet: what the user has installed is not replaced.
Status CheckNotInDkms(Host& host, const DkmsModule& module);

struct DkmsStep {
  Completed completed;
  std::string log;  // dkms' own output, then make.log where the build failed
};

// Makes the module known to DKMS. That it fails is no Error: completed tells.
Result<DkmsStep> DkmsAdd(ChangeLog& changes, const DkmsModule& module);
// Builds it for one kernel whose headers are on the host, by ccache where one is given.
Result<DkmsStep> DkmsBuild(Host& host, ChangeLog& changes, const DkmsModule& module, const std::string& kernel_release,
                           const std::optional<CompilerCache>& ccache);
Result<DkmsStep> DkmsInstall(ChangeLog& changes, const DkmsModule& module, const std::string& kernel_release);

// Where DKMS keeps what it built for a kernel.
std::string DkmsModuleFolder(const DkmsModule& module, const std::string& kernel_release);

// The first compiler, linker or modpost error of a build log; empty when none is found.
std::string FirstBuildError(std::string_view log);

}  // namespace vfqual
