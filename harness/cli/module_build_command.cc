#include "harness/cli/module_build_command.h"

#include <memory>

#include "harness/cli/module_matrix_output.h"

namespace vfqual {

void AddModuleBuildCommand(CLI::App& module, CommandOutcome& outcome) {
  auto* command = module.add_subcommand("build", "Builds a module for kernels, by DKMS in a tree of its own");
  command->footer(
      "Nothing on this machine changes: headers, build roots, logs and modules are kept in the cache. It needs "
      "mmdebstrap\n"
      "and bwrap, and no root where user namespaces are allowed. Exit code: 0 built or outside the module's range, 1 "
      "it\n"
      "does not build, 2 wrong arguments, source or kernel, 3 the machine is to blame.\n\n"
      "SOURCE is a folder, a git repository (PATH#REV, URL#REV or --rev), a tarball, a .deb, an Arch .pkg.tar.zst, or\n"
      "dkms:NAME/VERSION.\n\n"
      "Example: vfqual module build module/lab-gpu --kernel-package linux-headers-amd64@trixie\n"
      "         vfqual module build module/lab-gpu --kernel-package 6.8.0-45-generic --apt-source noble.sources\n"
      "         vfqual module build https://example.org/driver.git#2026.03.05 --kernel $(uname -r)");
  auto options = std::make_shared<MatrixCommandOptions>();
  options->request.sources.resize(1);
  command->add_option("SOURCE", options->request.sources.front(), "where the module's source is")->required();
  command->add_option("--rev", options->request.revision, "of a git repository: commit, tag or branch");
  AddMatrixOptions(*command, *options);
  command->callback([options, &outcome] { RunMatrixCommand(*options, outcome); });
}

}  // namespace vfqual
