#include "harness/run/dry_run.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "harness/base/changes/change_log.h"
#include "harness/cell/driver_before.h"
#include "harness/cell/module_parameters.h"
#include "harness/vf/vf_set.h"
#include "module/loaded_module.h"

namespace vfqual {

namespace {

Status DescribeModule(Host& host, ChangeLog& changes, const PreparedRun& prepared) {
  const std::string& release = prepared.host.kernel_release;
  if (prepared.Wants("build")) {
    VFQUAL_CHECK(DkmsAdd(changes, prepared.module).map([](const DkmsStep&) {}), "");
    for (const auto& kernel : KernelsToBuildFor(prepared)) {
      VFQUAL_CHECK(DkmsBuild(host, changes, prepared.module, kernel, std::nullopt).map([](const DkmsStep&) {}), "");
    }
  }
  if (prepared.Wants("install")) {
    VFQUAL_CHECK(DkmsInstall(changes, prepared.module, release).map([](const DkmsStep&) {}), "");
  }
  if (prepared.Wants("load")) {
    VFQUAL_CHECK(MakeRoomForModule(host, changes, prepared), "");
    VFQUAL_CHECK(
        LoadModule(host, changes, prepared.plan.module.driver, ModuleParameters(prepared)).map([](const Completed&) {}),
        "");
  }
  return {};
}

// The driver makes the files only once it is loaded, so that cards and GTs are not known yet.
Status DescribeProvisioning(ChangeLog& changes, const PreparedRun& prepared) {
  const auto& plan = prepared.plan;
  const bool xe = plan.module.driver == "xe";
  const std::string pf = prepared.pf.address.SysfsPath();
  const auto announce = [&](const std::string& function, const std::string& name, const std::string& value) {
    const std::string file = xe ? fmt::format("{}/sriov_admin/{}/profile/{}", pf, function, name)
                                : fmt::format("{}/drm/card*/prelim_iov/{}/gt*/{}", pf, function, name);
    return changes.Announce(fmt::format("set {} of {} to {}", name, function, value), file, Undo::Nothing())
        .map([](int) {});
  };
  if (plan.provisioning.sched_if_idle && xe) {
    VFQUAL_CHECK(
        changes
            .Announce(fmt::format("set everyone's priority to {}", *plan.provisioning.sched_if_idle ? "normal" : "low"),
                      pf + "/sriov_admin/.bulk_profile/sched_priority", Undo::Nothing())
            .map([](int) {}),
        "");
  } else if (plan.provisioning.sched_if_idle) {
    VFQUAL_CHECK(announce("pf", "policies/sched_if_idle", *plan.provisioning.sched_if_idle ? "1" : "0"), "");
  }
  for (const auto& [name, value] : plan.provisioning.pf) VFQUAL_CHECK(announce("pf", name, std::to_string(value)), "");
  for (int number = 1; number <= prepared.vfs; ++number) {
    for (const auto& [name, value] : plan.provisioning.Of(number)) {
      VFQUAL_CHECK(announce(fmt::format("vf{}", number), name, std::to_string(value)), "");
    }
  }
  return {};
}

}  // namespace

Status DescribeRun(Host& host, const PreparedRun& prepared, std::ostream& out) {
  fmt::print(out, "{} on {} ({}), {} VFs, {} guests; nothing is changed now\n", prepared.module.Id(),
             prepared.pf.address.ToString(), prepared.platform.name, prepared.vfs, prepared.guests.size());
  ChangeLog changes = ChangeLog::DryRun(host, out);
  VFQUAL_CHECK(DescribeModule(host, changes, prepared), "");
  if (prepared.Wants("vfs")) {
    VFQUAL_CHECK(CreateVfs(host, changes, prepared.pf, prepared.vfs), "");
    VFQUAL_CHECK(DescribeProvisioning(changes, prepared), "");
  }
  for (const auto& guest : prepared.guests) {
    if (prepared.Wants("bind")) VFQUAL_CHECK(BindToVfio(host, changes, guest.vf), "");
  }
  for (const auto& guest : prepared.guests) {
    if (!prepared.Wants("boot")) break;
    VFQUAL_CHECK(changes
                     .Announce(fmt::format("guest '{}' with VF {}", guest.plan.name, guest.vf.Bdf()),
                               "libvirt domain vfqual-<run>-" + guest.plan.name, Undo::Nothing())
                     .map([](int) {}),
                 "");
  }
  if (prepared.Wants("isolation") && prepared.guests.size() > 1) {
    VFQUAL_CHECK(changes
                     .Announce("reset the last guest's VF while it runs",
                               prepared.guests.back().vf.Address().SysfsPath() + "/reset", Undo::Nothing())
                     .map([](int) {}),
                 "");
  }
  fmt::print(out, "and at the end, in reverse order, everything back to what it was\n");
  return {};
}

}  // namespace vfqual
