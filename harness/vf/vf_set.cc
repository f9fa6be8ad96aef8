#include "harness/vf/vf_set.h"

#include <fmt/format.h>

#include <cerrno>
#include <vector>

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

Status JournalVfsBefore(Host& host, ChangeLog& changes, const PfFacts& pf) {
  if (pf.num_vfs == 0) return {};
  const std::string folder = pf.address.SysfsPath();
  const auto journal = [&](const std::string& what, const std::string& target, Undo undo) -> Status {
    return changes.Announce(what, target, std::move(undo)).map([](int) {});
  };
  // Undone from the last to the first: VFs that no driver takes, each one's override, the drivers. A VF without an
  // override gets a driver while the switch is on alone, also through drivers_probe (pci_device_can_probe).
  const std::string autoprobe = folder + "/sriov_drivers_autoprobe";
  VFQUAL_TRY(const auto switched, host.ReadTrimmed(autoprobe), "");
  VFQUAL_CHECK(journal("the autoprobe switch of before comes back", autoprobe, Undo::Attribute(autoprobe, switched)),
               "");
  std::vector<GuardedVf> vfs;
  for (int number = 1; number <= pf.num_vfs; ++number) {
    VFQUAL_TRY(const auto vf, GuardVf(pf, number), "");
    vfs.push_back(vf);
  }
  for (const auto& vf : vfs) {
    if (DriverOf(host, vf).empty()) continue;
    VFQUAL_CHECK(journal(fmt::format("VF {} gets a driver again", vf.Number()), vf.Address().SysfsPath(),
                         Undo::Attribute(kDriversProbe, vf.Bdf())),
                 "");
  }
  VFQUAL_CHECK(journal("drivers may take VFs", autoprobe, Undo::Attribute(autoprobe, "1")), "");
  for (const auto& vf : vfs) {
    const std::string file = vf.Address().SysfsPath() + "/driver_override";
    VFQUAL_TRY(const auto chosen, host.ReadTrimmed(file), "");
    VFQUAL_CHECK(journal(fmt::format("the driver_override of VF {} comes back", vf.Number()), file,
                         Undo::Attribute(file, chosen == "(null)" ? "\n" : chosen)),
                 "");
  }
  const std::string num_vfs = folder + "/sriov_numvfs";
  VFQUAL_CHECK(journal(fmt::format("the {} VFs of before come back", pf.num_vfs), num_vfs,
                       Undo::Attribute(num_vfs, std::to_string(pf.num_vfs))),
               "");
  return journal("they come back without a driver", autoprobe, Undo::Attribute(autoprobe, "0"));
}

Status RemoveVfs(ChangeLog& changes, const PfFacts& pf) {
  if (pf.num_vfs == 0) return {};
  return changes.WriteAttribute(fmt::format("remove the {} VFs that exist", pf.num_vfs),
                                pf.address.SysfsPath() + "/sriov_numvfs", "0", Undo::Nothing());
}

Status CreateVfs(Host& host, ChangeLog& changes, const PfFacts& pf, int count) {
  const std::string folder = pf.address.SysfsPath();
  const std::string num_vfs = folder + "/sriov_numvfs";
  VFQUAL_CHECK(RemoveVfs(changes, pf), "");
  VFQUAL_CHECK(changes.WriteAttribute("keep the host's driver off the VFs", folder + "/sriov_drivers_autoprobe", "0"),
               "");
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
  const std::string held_by = changes.IsDryRun() ? std::string() : DriverOf(host, vf);
  if (!held_by.empty()) {
    // Undone last: while driver_override is set, vfio-pci would take the VF again.
    VFQUAL_CHECK(changes
                     .Announce(fmt::format("VF {} goes back to {}", vf.Number(), held_by), folder,
                               Undo::Attribute(kDriversProbe, vf.Bdf()))
                     .map([](int) {}),
                 "");
  }
  VFQUAL_CHECK(changes.WriteAttribute(fmt::format("choose vfio-pci for VF {}", vf.Number()),
                                      folder + "/driver_override", "vfio-pci"),
               "");
  if (!held_by.empty()) {
    VFQUAL_CHECK(changes.WriteAttribute(fmt::format("take VF {} from {}", vf.Number(), held_by),
                                        folder + "/driver/unbind", vf.Bdf(), Undo::Nothing()),
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
