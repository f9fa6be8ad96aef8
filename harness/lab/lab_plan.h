// From what the person asked for to the plan that `vfqual run` gets in the lab.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/lab/lab_spec.h"
#include "harness/plan/plan.h"
#include "vmimages/image.h"

namespace vfqual {

inline constexpr int kLabTotalVfs = 7;
inline constexpr const char* kLabPf = "0000:00:02.0";
// Where the payload disk is mounted in the lab's machine.
inline constexpr const char* kPayloadFolder = "/run/vfqual/payload";

struct PlanRequest {
  std::optional<std::string> plan_file;  // else the default plan: two guests on two VFs
  std::filesystem::path default_module;  // the stand-in driver's folder
  std::optional<int> vfs;                // so many VFs, with a guest each
  std::optional<std::string> module;     // another module folder
  std::optional<std::vector<std::string>> stages;
};

// The plan with the request's changes. All that can be told before a machine is booted is an error here, blame kInput:
// no such module folder, more VFs than the lab's PF has, the PF as a guest's device.
Result<Plan> MakeLabPlan(const PlanRequest& request);

// The names of the guest images of a plan, once each.
std::vector<std::string> GuestImages(const Plan& plan);

struct GuestImageInLab {
  Image image;
  LabDisk disk;  // as attached to the lab's machine
};

// Where the payload disk keeps a guest image's kernel and initrd, and the module.
std::filesystem::path PayloadKernel(const Image& image);
std::filesystem::path PayloadInitrd(const Image& image);
std::filesystem::path PayloadModule(const Plan& plan);

// The plan with all paths as they are in the lab's machine. `emulated`: some layer below the guests is QEMU's software
// emulation. `nested_kvm`: guests run under KVM, else emulated.
Plan PlanInLab(Plan plan, const std::map<std::string, GuestImageInLab>& images, bool emulated, bool nested_kvm);

}  // namespace vfqual
