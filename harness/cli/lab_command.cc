#include "harness/cli/lab_command.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/folders.h"
#include "harness/base/interrupt_watch.h"
#include "harness/base/local_host.h"
#include "harness/lab/accelerator.h"
#include "harness/lab/kernel_choice.h"
#include "harness/lab/lab_fault.h"
#include "harness/lab/lab_run.h"
#include "harness/loadvm/load_run.h"
#include "harness/plan/guest_fault.h"

namespace vfqual {

namespace {

struct LabCommandOptions {
  std::string plan;
  std::vector<std::string> kernels;
  int vfs = 0;
  std::string module;
  std::string stages;
  std::string fault;
  std::string accelerator = "auto";
  std::string secure_boot;
  std::string out;
  bool keep = false;
  bool dry_run = false;
  bool images_only = false;
  std::string build_programs;
};

Result<LabRequest> MakeRequest(const LabCommandOptions& options, bool vfs_given) {
  LabRequest request;
  VFQUAL_TRY(request.accelerator, ParseAccelerator(options.accelerator), "");
  if (!options.stages.empty()) {
    VFQUAL_TRY(request.plan.stages, ParseStages(options.stages, "--stages"), "");
  }
  VFQUAL_TRY(request.data_folder, DataFolder(), "");
  VFQUAL_TRY(request.cache, CacheFolder(), "");
  request.plan.default_module = request.data_folder / "module/lab-gpu";
  if (!options.plan.empty()) request.plan.plan_file = options.plan;
  if (vfs_given) request.plan.vfs = options.vfs;
  if (!options.module.empty()) request.plan.module = options.module;
  request.kernels = options.kernels;
  request.fault = options.fault;
  request.keep = options.keep;
  request.dry_run = options.dry_run;
  request.images_only = options.images_only;
  request.out = options.out;
  request.programs_folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  if (!options.build_programs.empty()) {
    if (access(options.build_programs.c_str(), X_OK) != 0) {
      return FailInput(fmt::format("--build-programs: {} cannot be executed", options.build_programs),
                       "give a program, or make the script executable");
    }
    request.programs_builder = std::filesystem::absolute(options.build_programs);
  }
  request.tool = "vfqual " VFQUAL_VERSION;
  request.print = [](const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
  };
  return request;
}

// What of a lab run is left where no lab host is booted.
Result<LoadRunRequest> LoadRequest(const LabRequest& lab, const LabCommandOptions& options, bool vfs_given) {
  if (vfs_given || options.keep || options.images_only || !options.fault.empty()) {
    return FailInput(
        fmt::format("--stages {}: needs no lab host, so --vfs, --keep, --fault and --images-only say nothing",
                    options.stages),
        "leave them out, or add a stage after load");
  }
  LoadRunRequest request;
  Plan plan;
  if (!options.plan.empty()) {
    VFQUAL_TRY(plan, LoadPlan(options.plan), "");
  }
  request.source = !options.module.empty()       ? options.module
                   : !plan.module.source.empty() ? plan.module.source
                                                 : lab.plan.default_module.string();
  request.driver = plan.module.driver;
  request.parameters = plan.module.parameters;
  request.kernels = !lab.kernels.empty() ? lab.kernels : plan.kernels;
  if (request.kernels.empty()) request.kernels.emplace_back(kDefaultKernel);
  request.stages = *lab.plan.stages;
  request.accelerator = lab.accelerator;
  if (!options.secure_boot.empty()) {
    VFQUAL_TRY(request.secure_boot, ParseSecureBootMode(options.secure_boot), "");
  }
  request.dry_run = lab.dry_run;
  request.out = lab.out;
  request.cache = lab.cache;
  request.programs_folder = lab.programs_folder;
  request.tool = lab.tool;
  request.print = lab.print;
  request.cancelled = lab.cancelled;
  return request;
}

Result<int> Run(const LabCommandOptions& options, bool vfs_given) {
  VFQUAL_TRY(auto request, MakeRequest(options, vfs_given), "");
  const InterruptWatch interrupts;
  request.cancelled = [&interrupts] { return interrupts.Interrupted(); };
  LocalHost local;
  if (request.plan.stages && EndsAtLoad(*request.plan.stages)) {
    VFQUAL_TRY(const auto load, LoadRequest(request, options, vfs_given), "");
    return RunLoads(local, load);
  }
  if (!options.secure_boot.empty()) {
    return FailInput("--secure-boot goes with a machine that loads the module, and no more",
                     "add --stages build,install,load");
  }
  return RunLab(local, request);
}

std::string FaultHelp() {
  std::string help = "inject a fault on purpose:";
  for (const auto& fault : LabFaults()) help += fmt::format(" {} ({});", fault.name, fault.meaning);
  help += " or in guests, as in vf1=guest-no-icd,vf2=guest-va-hang (without a guest's name: in all):";
  for (const auto& fault : GuestFaults()) help += fmt::format(" {} ({});", fault.name, fault.meaning);
  help.pop_back();
  return help;
}

}  // namespace

void AddLabCommand(CLI::App& app, CommandOutcome& outcome) {
  auto* command = app.add_subcommand("lab", "Runs the whole job in a virtual machine, with a stand-in for the GPU");
  command->footer(
      "Boots a host with an SR-IOV device, and runs a plan in it as `vfqual run` does on a real host: the module is\n"
      "built by DKMS and loaded, VFs are created, nested guests boot with a VF each. Needs neither an Intel GPU nor\n"
      "hardware virtualization. Exit code: 0 pass, 1 fail, 2 wrong plan or arguments, 3 the harness broke.\n\n"
      "Where the stages end at load, no lab host is needed: the module is built here in a sandbox, and loaded in a "
      "machine of\n"
      "a kernel and an initramfs. --kernel is then any kernel of Debian's suites, or PACKAGE@SUITE; --module may be a "
      "git\n"
      "repository, tarball, .deb or .pkg.tar.zst too.\n\n"
      "Example: vfqual lab\n         vfqual lab --kernel 6.1 --kernel 7.3 --vfs 7 --out ./kernels\n"
      "         vfqual lab --stages build,install,load --kernel 6.1.0-50-amd64 --kernel 7.3\n"
      "         vfqual lab --stages build,install,load --kernel 6.12 --secure-boot signed");
  auto options = std::make_shared<LabCommandOptions>();
  command->add_option("--plan", options->plan, "the plan, a JSON file (default: two guests with a VF each)");
  command
      ->add_option("--kernel", options->kernels,
                   "a kernel series or release, repeatable (default: the plan's, or 6.12)")
      ->take_all()
      ->expected(1);
  auto* vfs = command->add_option("--vfs", options->vfs, "this many VFs, with a guest each, whatever the plan says");
  command->add_option("--module", options->module,
                      "a DKMS module: a folder, PATH#REV, URL#REV, a tarball, a .deb or an Arch\npackage (default: the "
                      "lab's own stand-in driver)");
  command->add_option("--stages", options->stages, "only these stages, separated by commas");
  command->add_option("--secure-boot", options->secure_boot,
                      "where the stages end at load: boot by OVMF with Secure Boot and a test key enrolled, with the\n"
                      "modules 'unsigned' (the kernel has to refuse them: FAIL) or 'signed' with that key");
  command->add_option("--fault", options->fault, FaultHelp());
  command->add_option("--accel", options->accelerator, "auto, kvm or tcg (emulation); auto tries whether KVM works");
  command->add_option("--out", options->out,
                      "the run's folder; of several kernels, the folder of their folders "
                      "(default ./vfqual-out/<time>-lab-<kernel>)");
  command->add_flag("--keep", options->keep, "leave the machine running, and print how to log in");
  command->add_flag("--images-only", options->images_only,
                    "find or build the images that the run needs, find out whether KVM works, and do no more");
  command
      ->add_option(
          "--build-programs", options->build_programs,
          "a program that builds what guests run, beside vfqual; it runs while the machine boots, and ends the\n"
          "lab where it fails (default: all is built)")
      ->check(CLI::ExistingFile);
  command->add_flag("--dry-run", options->dry_run, "print what would be done, and touch nothing");
  command->callback([options, vfs, &outcome] {
    const auto code = Run(*options, vfs->count() > 0);
    if (code) {
      outcome.exit_code = *code;
    } else {
      ReportError(code.error(), outcome);
    }
  });
}

}  // namespace vfqual
