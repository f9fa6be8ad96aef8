#include "harness/cli/program.h"

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"
#include "harness/cli/doctor_command.h"
#include "harness/cli/guest_command.h"
#include "harness/cli/host_command.h"
#include "harness/cli/image_command.h"
#include "harness/cli/lab_command.h"
#include "harness/cli/module_command.h"
#include "harness/cli/recover_command.h"
#include "harness/cli/report_command.h"
#include "harness/cli/run_command.h"
#include "harness/cli/triage_command.h"

namespace vfqual {

int RunProgram(int argc, char** argv) {
  CLI::App app{
      "Qualifies the SR-IOV driver for Intel integrated GPUs: builds and loads the module, creates VFs, boots guests "
      "with a VF each, runs media, compute and bench work in them, and writes a compatibility report."};
  app.require_subcommand(1);
  app.set_version_flag("--version", "vfqual " VFQUAL_VERSION);
  CommandOutcome outcome;
  AddLabCommand(app, outcome);
  AddRunCommand(app, outcome);
  AddDoctorCommand(app, outcome);
  AddHostCommand(app, outcome);
  AddGuestCommand(app, outcome);
  AddImageCommand(app, outcome);
  AddModuleCommand(app, outcome);
  AddRecoverCommand(app, outcome);
  AddReportCommand(app, outcome);
  AddTriageCommand(app, outcome);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? kExitOk : kExitUsage;
  }
  return outcome.exit_code;
}

}  // namespace vfqual
