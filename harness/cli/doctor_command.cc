#include "harness/cli/doctor_command.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "harness/cli/host_option.h"
#include "harness/doctor/doctor.h"

namespace vfqual {

namespace {

struct DoctorOptions {
  HostOption host;
  doctor::DoctorOptions doctor;
  bool json = false;
};

bool WantsColours() {
  const char* no_color =
      std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): nothing in the program sets variables
  return isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

Result<int> Run(const DoctorOptions& options) {
  VFQUAL_TRY(const auto host, OpenHost(options.host), "");
  VFQUAL_TRY(const auto checks, doctor::Examine(*host, options.doctor), "");
  if (options.json) {
    fmt::print(
        "{}\n",
        doctor::ChecksJson(checks, host->Name()).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else {
    fmt::print("{}", doctor::ChecksText(checks, WantsColours()));
  }
  return doctor::IsReady(checks) ? kExitOk : kExitFail;
}

}  // namespace

void AddDoctorCommand(CLI::App& app, CommandOutcome& outcome) {
  auto* command =
      app.add_subcommand("doctor", "Tells whether this host is ready, with the evidence and fix of every check");
  command->footer(
      "Reads only. Each line: ok, warn, bad or unknown (could not be checked), what was found where, and the fix.\n"
      "Exit code: 0 ready, 1 something is bad, 2 wrong arguments, 3 the host cannot be reached.\n\n"
      "Example: sudo vfqual doctor\n"
      "         vfqual doctor --module ./i915-sriov-dkms --host ssh://root@10.0.0.5 --json");
  auto options = std::make_shared<DoctorOptions>();
  command->add_option("--module", options->doctor.module_folder,
                      "the module's folder on that host (default: what DKMS holds)");
  command->add_option("--driver", options->doctor.driver, "i915 or xe (default: i915 where its SR-IOV serves this GPU)")
      ->check(CLI::IsMember({"i915", "xe"}));
  command->add_flag("--json", options->json, "print it as JSON");
  AddHostOption(*command, options->host);
  command->callback([options, &outcome] {
    const auto code = Run(*options);
    if (code) {
      outcome.exit_code = *code;
    } else {
      ReportError(code.error(), outcome);
    }
  });
}

}  // namespace vfqual
