// What a throw-away machine is to load, and where it lies in that machine.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "harness/loadvm/load_kernel.h"

namespace vfqual {

// A module that was built for this kernel.
struct JobModule {
  std::string name;                               // as modprobe takes it
  std::filesystem::path file;                     // .ko, packed or not
  std::map<std::string, std::string> parameters;  // to load it with
};

// A UEFI variable that the machine writes before it loads anything: a value signed for the firmware.
struct EfiWrite {
  std::string variable;  // as efivarfs names it: "db-d719b2cb-…"
  std::string file;      // in the machine, with the value
};

struct LoadJob {
  LoadKernel kernel;
  std::vector<std::string> kernel_modules;  // of the kernel's own, by name; loaded first, where it has them
  std::vector<EfiWrite> efi_variables;
  std::vector<std::string> tell_files;  // whose content the machine tells before it loads the modules
  std::vector<JobModule> modules;       // in the order in which they are loaded
  // Below /lib/modules/RELEASE: where DKMS installs to on Debian and Ubuntu, whatever DEST_MODULE_LOCATION says
  // (dkms(8)).
  std::filesystem::path install_folder = "updates/dkms";
  // Which folder's module wins (depmod.d(5), "search"); kmod's own default. The calling machine's depmod.d says nothing
  // about that kernel.
  std::string search_order = "updates built-in";
};

// Names and values are words that can be put on modprobe's command line and into JSON. Blame kInput.
Status CheckLoadJob(const LoadJob& job);

// /job.json of the machine.
std::string LoadJobJson(const LoadJob& job);

// A file as modinfo(8) and readelf(1) tell it.
struct ModuleIdentity {
  std::string srcversion;  // these are empty where the file carries none
  std::string vermagic;
  std::string signer;
  std::string build_id;  // hex digits; readelf may be missing on this machine: empty then
};
Result<ModuleIdentity> ReadModuleIdentity(Host& local, const std::filesystem::path& file);

// Which file modprobe takes, with the tree that StageModules made: kSubject where there is none.
struct StagedModules {
  std::filesystem::path modules;                // STAGE/lib/modules/RELEASE
  std::map<std::string, std::string> resolved;  // of each module of the job, below `modules`; empty: none
};

// Makes STAGE/lib/modules/RELEASE: the modules of the job, what they may need of the kernel's own, and what depmod(8)
// makes of them. Nothing is left packed: the machine need not unpack it.
Result<StagedModules> StageModules(Host& local, const LoadJob& job, const std::filesystem::path& stage);

}  // namespace vfqual
