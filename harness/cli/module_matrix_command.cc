#include "harness/cli/module_matrix_command.h"

#include <memory>

#include "harness/cli/module_matrix_output.h"

namespace vfqual {

void AddModuleMatrixCommand(CLI::App& module, CommandOutcome& outcome) {
  auto* command = module.add_subcommand("matrix", "Builds releases × kernels and reports which go together");
  command->footer(
      "Every release is built for every kernel, several at once; what was built before comes from the cache. A kernel\n"
      "outside the range that a release declares is SKIP, one inside it for which it does not build is FAIL. Exit "
      "code: 0\n"
      "no FAIL, 1 at least one, 2 wrong arguments, source or kernel, 3 the machine is to blame.\n\n"
      "Example: vfqual module matrix --source v1.tar.gz --source driver.git#v2 --kernel-package "
      "linux-headers-amd64@bookworm\n"
      "           --kernel-package linux-headers-amd64@trixie-backports --out ./matrix");
  auto options = std::make_shared<MatrixCommandOptions>();
  command->add_option("--source", options->request.sources, "a module's source, as `vfqual module build` takes it")
      ->required();
  AddMatrixOptions(*command, *options);
  command->callback([options, &outcome] { RunMatrixCommand(*options, outcome); });
}

}  // namespace vfqual
