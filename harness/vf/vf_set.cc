#include "harness/vf/vf_set.h"

#include <fmt/format.h>

#include <cerrno>

#include "harness/facts/open_files.h"

namespace vfqual {

namespace {

constexpr const char* kDriversProbe = "/sys/bus/pci/drivers_probe";

std::string DriverOf(Host& host, const GuardedVf& vf) {
  const auto link = host.ReadLink(vf.Address().SysfsPath() + "/driver");
  return link ? link->substr(link->find_last_of('/') + 1) : std::string();
}

Error Explained(Error error) {
  const std::string meaning = ExplainNumVfsErrno(error.sys_errno);
  if (meaning.empty()) return error;
  error.blame = Blame::kSubject;
  error.what += ": " + meaning;
  return error;
}

}  // namespace

std::string ExplainNumVfsErrno(int sys_errno) {
  switch (sys_errno) {
    case ENOENT:
      return "the bound driver offers no SR-IOV: the stock driver is loaded, or none";
    case ERANGE:
      return "more than the driver's max_vfs parameter or the device's total";
    case ENOMEM:
      return "no room for the VFs' BARs: the firmware reserved too little address space";
    case EBUSY:
      return "VFs exist already";
    default:
      return {};
  }
}

Status CreateVfs(Host& host, ChangeLog& changes, const PfFacts& pf, int count) {
  const std::string folder = pf.address.SysfsPath();
  const std::string num_vfs = folder + "/sriov_numvfs";
  VFQUAL_CHECK(changes.WriteAttribute("keep the host's driver off the VFs", folder + "/sriov_drivers_autoprobe", "0"),
               "");
  if (pf.num_vfs != 0) {
    VFQUAL_CHECK(changes.WriteAttribute(fmt::format("remove the {} VFs that exist", pf.num_vfs), num_vfs, "0"), "");
  }
  auto created = changes.WriteAttribute(fmt::format("create {} VFs", count), num_vfs, std::to_string(count),
                                        Undo::Attribute(num_vfs, "0"));
  if (!created) return tl::unexpected<Error>(Explained(std::move(created).error()));
  if (changes.IsDryRun()) return {};
  VFQUAL_TRY(const auto now, ReadPfFacts(host, pf.address), "");
  if (now.num_vfs != count) {
    return FailSubject(fmt::format("the driver took {} VFs without an error, but {} exist", count, now.num_vfs));
  }
  return {};
}

Status BindToVfio(Host& host, ChangeLog& changes, const GuardedVf& vf) {
  const std::string folder = vf.Address().SysfsPath();
  if (!changes.IsDryRun()) {
    if (DriverOf(host, vf) == "vfio-pci") return {};
  }
  VFQUAL_CHECK(
      changes.WriteAttribute(fmt::format("choose vfio-pci for VF {}", vf.Number()), folder + "/driver_override",
                             "vfio-pci", Undo::Attribute(folder + "/driver_override", "\n")),
      "");
  if (!changes.IsDryRun() && !DriverOf(host, vf).empty()) {
    VFQUAL_CHECK(changes.WriteAttribute(fmt::format("take VF {} from {}", vf.Number(), DriverOf(host, vf)),
                                        folder + "/driver/unbind", vf.Bdf(), Undo::Attribute(kDriversProbe, vf.Bdf())),
                 "");
  }
  VFQUAL_CHECK(changes.WriteAttribute(fmt::format("bind VF {} to vfio-pci", vf.Number()), kDriversProbe, vf.Bdf(),
                                      Undo::Attribute("/sys/bus/pci/drivers/vfio-pci/unbind", vf.Bdf())),
               "");
  if (changes.IsDryRun()) return {};
  const std::string driver = DriverOf(host, vf);
  if (driver != "vfio-pci") {
    return Fail(fmt::format("VF {} is bound to '{}', not to vfio-pci", vf.Bdf(), driver),
                "load the module vfio-pci (modprobe vfio-pci), and look at the kernel's log");
  }
  return {};
}

Result<std::string> HolderOfVf(Host& host, const GuardedVf& vf) {
  if (DriverOf(host, vf) != "vfio-pci") return std::string();
  const auto group = host.ReadLink(vf.Address().SysfsPath() + "/iommu_group");
  if (!group) return std::string();
  VFQUAL_TRY(const auto holders, ProcessesHolding(host, {"/dev/vfio/" + group->substr(group->find_last_of('/') + 1)}),
             "");
  return holders.empty() ? std::string() : holders.front();
}

}  // namespace vfqual
