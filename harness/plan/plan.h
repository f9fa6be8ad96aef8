// What to qualify: the plan of a run, as read from its JSON file (harness/plan/plan.schema.json).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/plan/provisioning.h"

namespace vfqual {

// What a module's folder was made from, where the plan named something else; the lab tells it to the run inside.
struct PlanOrigin {
  std::string source;  // as the user gave it
  std::string kind;    // "git", "tarball", "deb", "pacman" or "dkms"; "folder"
  std::string revision;
  std::string fingerprint;
};

struct PlanModule {
  std::string source;                             // as OpenModuleSource takes it; a folder where it was opened
  std::optional<PlanOrigin> origin;               // set once it was opened
  std::string driver = "i915";                    // "i915" or "xe"
  std::map<std::string, std::string> parameters;  // for modprobe; max_vfs and enable_guc get defaults
};

struct PlanGuest {
  std::string name;                   // "vf1"; letters, digits, '-' and '_'
  std::optional<int> vf;              // VF number, from 1
  std::optional<std::string> device;  // or its PCI address
  std::string image = "debian-13";    // an image's name; where it lies is filled in by the lab, or given:
  std::string disk;                   // its root disk on the host under test
  std::string disk_format = "raw";    // "raw" or "qcow2"
  std::string kernel;                 // direct kernel boot: kernel, initrd and command line
  std::string initrd;
  std::string command_line;
  std::string kernel_release;  // the kernel the guest runs; the module must be built for it
  int memory_mib = 512;
  int vcpus = 1;
};

struct Plan {
  std::string file;  // where it was read, for messages
  PlanModule module;
  std::vector<std::string> kernels;  // series or releases, for `lab` and `qualify`
  std::optional<std::string> pf;     // PCI address; the only SR-IOV GPU when absent
  std::optional<int> vfs;            // how many; as many as the guests need when absent
  std::vector<PlanGuest> guests;
  PlanProvisioning provisioning;    // before guests boot; restored after the run
  std::vector<std::string> stages;  // in design.md's order; all implemented ones when absent
  std::string accelerator = "kvm";  // how guests run: "kvm" or "qemu" (emulated)
  int agent_timeout_s = 300;        // domain start to the agent's first answer
};

// The stages this version can run; a plan that asks for another is told so.
const std::vector<std::string>& ImplementedStages();

// Errors are kInput: malformed JSON, unknown fields, values out of range, two guests with one name or one VF.
Result<Plan> ParsePlan(const std::string& text, const std::string& file);
Result<Plan> LoadPlan(const std::string& path);

// The whole plan as JSON again, for the journal and for a host under test.
std::string PlanToJson(const Plan& plan);

// "build,install" as given to --stages.
Result<std::vector<std::string>> ParseStages(const std::string& list, const std::string& source);

}  // namespace vfqual
