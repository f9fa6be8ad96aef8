#include "harness/cell/prepared_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/cell/device_users.h"
#include "harness/vf/vf_set.h"

namespace vfqual {

namespace {

Result<PfFacts> ChoosePf(Host& host, const Plan& plan, const std::vector<Platform>& platforms) {
  if (plan.pf) {
    auto address = ParsePciAddress(*plan.pf);
    if (!address) return AddContext(std::move(address).error(), plan.file + ": /pf");
    return ReadPfFacts(host, *address);
  }
  VFQUAL_TRY(auto found, FindPfs(host, AllDeviceIds(platforms)), "");
  if (found.empty()) {
    return Fail("no Intel GPU with SR-IOV on this host",
                "use a GPU that has it (12th generation and newer), enable SR-IOV and VT-d in the firmware's set-up, "
                "or try the lab: vfqual lab");
  }
  if (found.size() > 1) {
    std::vector<std::string> addresses;
    for (const auto& pf : found) addresses.push_back(pf.address.ToString());
    return FailInput(fmt::format("{}: several GPUs have SR-IOV: {}", plan.file, fmt::join(addresses, ", ")),
                     "name one in /pf");
  }
  return found.front();
}

int HighestVf(const std::vector<PreparedGuest>& guests) {
  int highest = 0;
  for (const auto& guest : guests) highest = std::max(highest, guest.vf.Number());
  return highest;
}

Result<std::vector<PreparedGuest>> GuardGuests(const Plan& plan, const PfFacts& pf) {
  std::vector<PreparedGuest> guests;
  for (const auto& guest : plan.guests) {
    const std::string place = fmt::format("{}: guest '{}'", plan.file, guest.name);
    if (guest.device) {
      VFQUAL_TRY(const auto address, ParsePciAddress(*guest.device), place);
      VFQUAL_TRY(const auto vf, GuardVf(pf, address), place);
      guests.push_back({guest, vf});
    } else {
      VFQUAL_TRY(const auto vf, GuardVf(pf, *guest.vf), place);
      guests.push_back({guest, vf});
    }
  }
  for (std::size_t index = 0; index < guests.size(); ++index) {
    for (std::size_t other = 0; other < index; ++other) {
      if (guests[index].vf.Number() == guests[other].vf.Number()) {
        return FailInput(fmt::format("{}: VF {} is given to '{}' and '{}'", plan.file, guests[index].vf.Number(),
                                     guests[other].plan.name, guests[index].plan.name));
      }
    }
  }
  return guests;
}

Result<int> ChooseVfCount(const PreparedRun& run) {
  const int needed = HighestVf(run.guests);
  const int limit = run.pf.total_vfs;
  if (!run.plan.vfs) {
    if (needed > 0) return needed;
    return std::min(run.platform.default_vfs, limit);
  }
  if (*run.plan.vfs > limit) {
    return FailInput(fmt::format("{}: /vfs: {} VFs are asked for, {} offers {}", run.plan.file, *run.plan.vfs,
                                 run.pf.address.ToString(), limit),
                     fmt::format("ask for at most {}", limit));
  }
  if (needed > *run.plan.vfs) {
    return FailInput(
        fmt::format("{}: a guest takes VF {}, but only {} VFs are asked for", run.plan.file, needed, *run.plan.vfs),
        "raise /vfs");
  }
  return *run.plan.vfs;
}

// Nobody may be using what is about to change.
Status CheckIdle(Host& host, const PreparedRun& run, bool force) {
  for (int number = 1; number <= run.pf.num_vfs; ++number) {
    VFQUAL_TRY(const auto vf, GuardVf(run.pf, number), "");
    VFQUAL_TRY(const auto holder, HolderOfVf(host, vf), "");
    if (!holder.empty()) {
      return Fail(fmt::format("VF {} is in use by {}", vf.Bdf(), holder), "shut that guest down first");
    }
  }
  VFQUAL_TRY(const auto users, UsersOfDrmDevice(host, run.pf.address), "");
  if (!users.empty() && !force) {
    return Fail(fmt::format("the GPU {} is in use by {}", run.pf.address.ToString(), fmt::join(users, ", ")),
                "stop them, or go on all the same with --force");
  }
  return {};
}

}  // namespace

bool PreparedRun::Wants(const std::string& stage) const {
  return std::find(plan.stages.begin(), plan.stages.end(), stage) != plan.stages.end();
}

Result<PreparedRun> PrepareRun(Host& host, const Plan& plan, const PrepareOptions& options) {
  PreparedRun run;
  run.plan = plan;
  VFQUAL_TRY(run.module, ReadDkmsModule(host, plan.module.source), plan.file + ": /module/source");
  VFQUAL_TRY(const auto platforms, LoadPlatforms(), "");
  VFQUAL_TRY(run.pf, ChoosePf(host, plan, platforms), "");
  const Platform* platform = FindPlatform(platforms, run.pf.device);
  if (platform == nullptr) {
    return FailInput(fmt::format("{}: {} ({}:{}) is no platform that vfqual knows", plan.file,
                                 run.pf.address.ToString(), run.pf.vendor, run.pf.device));
  }
  run.platform = *platform;
  for (const auto& guest : plan.guests) {
    if (platform->hardware && !guest.lab_fault.empty()) {
      return FailInput(
          fmt::format("{}: guest '{}': /lab_fault is for the lab, and this is hardware", plan.file, guest.name),
          "leave it out");
    }
  }
  VFQUAL_TRY(run.guests, GuardGuests(plan, run.pf), "");
  VFQUAL_TRY(run.vfs, ChooseVfCount(run), "");
  if (!plan.provisioning.vf.empty() && plan.provisioning.vf.rbegin()->first > run.vfs) {
    return FailInput(fmt::format("{}: /provisioning/vf: VF {} is provisioned, but only {} VFs are made", plan.file,
                                 plan.provisioning.vf.rbegin()->first, run.vfs),
                     "raise /vfs, or leave it out");
  }
  const bool guests_run = run.Wants("boot");
  for (const auto& guest : run.guests) {
    if (guests_run && guest.plan.disk.empty()) {
      return FailInput(fmt::format("{}: guest '{}' has no disk", plan.file, guest.plan.name),
                       "give the path of its image in /guests/N/disk");
    }
  }

  if (!options.is_root) {
    return Fail("a run changes drivers and devices and needs root", "run it as root: sudo vfqual run …");
  }
  VFQUAL_TRY(run.host, ReadHostFacts(host), "");
  if (!run.host.iommu) {
    return Fail("no IOMMU is in use on this host",
                "enable VT-d in the firmware's set-up and add intel_iommu=on to the kernel's command line");
  }
  if (run.Wants("build")) VFQUAL_CHECK(CheckNotInDkms(host, run.module), "");
  VFQUAL_CHECK(CheckIdle(host, run, options.force), "");
  return run;
}

}  // namespace vfqual
