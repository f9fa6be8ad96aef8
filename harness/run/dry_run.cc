#include "harness/run/dry_run.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "harness/base/changes/change_log.h"
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
      VFQUAL_CHECK(DkmsBuild(host, changes, prepared.module, kernel).map([](const DkmsStep&) {}), "");
    }
  }
  if (prepared.Wants("install")) {
    VFQUAL_CHECK(DkmsInstall(changes, prepared.module, release).map([](const DkmsStep&) {}), "");
  }
  if (prepared.Wants("load")) {
    VFQUAL_CHECK(
        LoadModule(host, changes, prepared.plan.module.driver, ModuleParameters(prepared)).map([](const Completed&) {}),
        "");
  }
  return {};
}

}  // namespace

Status DescribeRun(Host& host, const PreparedRun& prepared, std::ostream& out) {
  fmt::print(out, "{} on {} ({}), {} VFs, {} guests; nothing is changed now\n", prepared.module.Id(),
             prepared.pf.address.ToString(), prepared.platform.name, prepared.vfs, prepared.guests.size());
  ChangeLog changes = ChangeLog::DryRun(host, out);
  VFQUAL_CHECK(DescribeModule(host, changes, prepared), "");
  if (prepared.Wants("vfs")) VFQUAL_CHECK(CreateVfs(host, changes, prepared.pf, prepared.vfs), "");
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
  fmt::print(out, "and at the end, in reverse order, everything back to what it was\n");
  return {};
}

}  // namespace vfqual
