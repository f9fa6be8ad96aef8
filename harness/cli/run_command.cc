#include "harness/cli/run_command.h"

#include <fmt/core.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "harness/base/interrupt_watch.h"
#include "harness/base/local_host.h"
#include "harness/run/run.h"

namespace vfqual {

namespace {

struct RunCommandOptions {
  std::string plan;
  std::string out;
  std::string programs;
  std::string opencl_cache;
  std::string ccache;
  bool no_ccache = false;
  bool dry_run = false;
  bool force = false;
  bool no_summary = false;
  bool await_programs = false;
};

Result<int> Run(const RunCommandOptions& options) {
  VFQUAL_TRY(const auto plan, LoadPlan(options.plan), "");
  const InterruptWatch interrupts;
  LocalHost host;
  RunOptions run;
  run.out_folder = options.out;
  run.programs_folder = options.programs.empty()
                            ? std::filesystem::read_symlink("/proc/self/exe").parent_path().string()
                            : std::filesystem::absolute(options.programs).string();
  if (!options.opencl_cache.empty()) run.opencl_cache = std::filesystem::absolute(options.opencl_cache).string();
  if (!options.ccache.empty()) run.compiler_cache = std::filesystem::absolute(options.ccache).string();
  run.use_ccache = !options.no_ccache;
  run.tool = "vfqual " VFQUAL_VERSION;
  run.await_programs = options.await_programs;
  run.force = options.force;
  run.dry_run = options.dry_run;
  run.live_progress = isatty(STDOUT_FILENO) == 1;
  run.cancelled = [&interrupts] { return interrupts.Interrupted(); };
  VFQUAL_TRY(const auto outcome, RunPlan(host, plan, run, std::cout), "");
  if (options.dry_run) return kExitOk;
  if (!options.no_summary) fmt::print("verdict  {}\nreport   {}/report.html\n", Word(outcome.verdict), outcome.folder);
  return ExitCode(outcome.unexpected);
}

}  // namespace

void AddRunCommand(CLI::App& app, CommandOutcome& outcome) {
  auto* command = app.add_subcommand("run", "Runs a plan on this host, as root");
  command->footer(
      "Builds, installs and loads the module, creates VFs, boots the guests, runs the suites and benches in them, and\n"
      "puts every change back. Exit code: 0 pass, 1 fail, 2 wrong plan or arguments, 3 the harness broke.\n\n"
      "Example: vfqual run plan.json --out ./run-1\n         vfqual run plan.json --dry-run");
  auto options = std::make_shared<RunCommandOptions>();
  command->add_option("PLAN", options->plan, "the plan, a JSON file")->required();
  command->add_option("--out", options->out, "the run's folder (default ./vfqual-out/<time>-<host>-<kernel>)");
  command->add_option("--programs", options->programs,
                      "the folder with the suites and benches (default: vfqual's own)");
  command->add_flag("--await-programs", options->await_programs,
                    "that folder may still be missing: wait for it when the module is loaded");
  command->add_option(
      "--opencl-cache", options->opencl_cache,
      "a file with kernels that PoCL compiled in an earlier guest, given to the guests; where there is\n"
      "none it is made from the first guest's (for emulated guests, where compiling takes long)");
  command->add_option("--ccache", options->ccache,
                      "the folder of ccache, with which the module is built where the host has it\n"
                      "(default: ccache in vfqual's cache folder)");
  command->add_flag("--no-ccache", options->no_ccache, "build the module without ccache");
  command->add_flag("--dry-run", options->dry_run, "print what would be changed, and touch nothing");
  command->add_flag("--no-summary", options->no_summary,
                    "leave out the last lines, with the verdict and the report's path");
  command->add_flag("--force", options->force, "go on although the GPU is in use");
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
