#include "harness/lab/lab_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "harness/vf/pf_guard.h"
#include "module/source/source_spec.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr int kDefaultGuests = 2;

std::vector<PlanGuest> NumberedGuests(const PlanGuest& model, int count) {
  std::vector<PlanGuest> guests;
  for (int number = 1; number <= count; ++number) {
    PlanGuest guest = model;
    guest.name = fmt::format("vf{}", number);
    guest.vf = number;
    guest.device.reset();
    guests.push_back(std::move(guest));
  }
  return guests;
}

Plan DefaultPlan(const PlanRequest& request) {
  Plan plan;
  plan.file = "default plan";
  plan.module.source = request.default_module.string();
  plan.guests = NumberedGuests({}, kDefaultGuests);
  // Isolation takes a minute and a half in the lab: only where it is asked for.
  for (const auto& stage : ImplementedStages()) {
    if (stage != "isolation") plan.stages.push_back(stage);
  }
  return plan;
}

Status CheckVfNumber(const Plan& plan, const std::string& place, int number) {
  if (number >= 0 && number <= kLabTotalVfs) return {};
  return FailInput(fmt::format("{}: {}: {} is not within the lab's {} VFs", plan.file, place, number, kLabTotalVfs),
                   fmt::format("ask for 1 to {}", kLabTotalVfs));
}

// The PF as it will be in the lab: the guard judges a plan before the machine is there.
Result<PfFacts> LabPf() {
  PfFacts pf;
  VFQUAL_TRY(pf.address, ParsePciAddress(kLabPf), "");
  pf.total_vfs = kLabTotalVfs;
  pf.vf_offset = 1;
  pf.vf_stride = 1;
  return pf;
}

Status CheckGuests(const Plan& plan) {
  for (const auto& guest : plan.guests) {
    const std::string place = fmt::format("guest {}", guest.name);
    if (guest.vf) VFQUAL_CHECK(CheckVfNumber(plan, place, *guest.vf), "");
    if (!guest.disk.empty() || !guest.kernel.empty()) {
      return FailInput(
          fmt::format("{}: {}: names a disk or kernel of its own; the lab takes them from images", plan.file, place),
          fmt::format("leave all but \"image\": \"{}\" out", guest.image));
    }
    if (!guest.device) continue;
    const auto guarded = ParsePciAddress(*guest.device).and_then([](const PciAddress& address) {
      return LabPf().and_then([&](const PfFacts& pf) { return GuardVf(pf, address); });
    });
    if (!guarded) {
      return FailInput(fmt::format("{}: {}: {}", plan.file, place, guarded.error().what), guarded.error().fix);
    }
  }
  return {};
}

// Whether the source can be opened shows when it is; here what costs nothing is looked at. Relative paths become
// absolute.
Status CheckModule(Plan& plan) {
  const auto spec = ParseSourceSpec(plan.module.source, "");
  if (!spec) return AddContext(spec.error(), plan.file + ": /module/source");
  if (spec->kind == SourceKind::kFolder && !fs::is_regular_file(fs::path(spec->place) / "dkms.conf")) {
    return FailInput(fmt::format("{}: /module/source: no dkms.conf in {}", plan.file, spec->place),
                     "point it to a DKMS module's folder");
  }
  std::error_code error;
  if (fs::exists(plan.module.source, error)) {
    plan.module.source = fs::absolute(plan.module.source).lexically_normal().string();
  }
  return {};
}

}  // namespace

Result<Plan> MakeLabPlan(const PlanRequest& request) {
  Plan plan = DefaultPlan(request);
  if (request.plan_file) {
    VFQUAL_TRY(plan, LoadPlan(*request.plan_file), "");
  }
  if (request.module) plan.module.source = *request.module;
  if (request.stages) plan.stages = *request.stages;
  if (request.vfs) {
    if (*request.vfs < 1 || *request.vfs > kLabTotalVfs) {
      return FailInput(fmt::format("--vfs: {} is not within the lab's {} VFs", *request.vfs, kLabTotalVfs),
                       fmt::format("ask for 1 to {}", kLabTotalVfs));
    }
    plan.guests = NumberedGuests(plan.guests.empty() ? PlanGuest() : plan.guests.front(), *request.vfs);
    plan.vfs = *request.vfs;
  }
  if (plan.vfs) VFQUAL_CHECK(CheckVfNumber(plan, "/vfs", *plan.vfs), "");
  VFQUAL_CHECK(CheckGuests(plan), "");
  VFQUAL_CHECK(CheckModule(plan), "");
  return plan;
}

std::vector<std::string> GuestImages(const Plan& plan) {
  std::vector<std::string> names;
  for (const auto& guest : plan.guests) {
    if (std::find(names.begin(), names.end(), guest.image) == names.end()) names.push_back(guest.image);
  }
  return names;
}

fs::path PayloadKernel(const Image& image) {
  return fs::path("guests") / (image.name + "+" + image.kernel) / "vmlinuz";
}

fs::path PayloadInitrd(const Image& image) {
  return fs::path("guests") / (image.name + "+" + image.kernel) / "initrd";
}

fs::path PayloadModule(const Plan& plan) {
  fs::path folder = plan.module.source;
  if (!folder.has_filename()) folder = folder.parent_path();
  return fs::path("module") / folder.filename();
}

Plan PlanInLab(Plan plan, const std::map<std::string, GuestImageInLab>& images, bool emulated, bool nested_kvm) {
  const fs::path payload = kPayloadFolder;
  plan.module.source = (payload / PayloadModule(plan)).string();
  plan.accelerator = nested_kvm ? "kvm" : "qemu";
  for (auto& guest : plan.guests) {
    const auto found = images.find(guest.image);
    if (found == images.end()) continue;
    const auto& [image, disk] = found->second;
    guest.disk = DiskPathInLab(disk);
    guest.disk_format = "raw";
    guest.kernel = (payload / PayloadKernel(image)).string();
    guest.initrd = (payload / PayloadInitrd(image)).string();
    guest.command_line = emulated || !nested_kvm ? image.command_line_emulated : image.command_line;
    guest.kernel_release = image.kernel_release;
    guest.memory_mib = std::max(guest.memory_mib, image.memory_mib);
  }
  return plan;
}

}  // namespace vfqual
