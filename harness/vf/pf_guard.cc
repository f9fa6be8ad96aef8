#include "harness/vf/pf_guard.h"

#include <fmt/format.h>

namespace vfqual {

Result<GuardedVf> GuardVf(const PfFacts& pf, const PciAddress& address) {
  if (address == pf.address) {
    return FailInput(fmt::format("{} is the physical function; it is never passed to a guest or bound to vfio-pci",
                                 address.ToString()),
                     fmt::format("name one of its virtual functions, {} to {}",
                                 VfAddress(pf.address, 1, pf.vf_offset, pf.vf_stride).ToString(),
                                 VfAddress(pf.address, pf.total_vfs, pf.vf_offset, pf.vf_stride).ToString()));
  }
  for (int number = 1; number <= pf.total_vfs; ++number) {
    const PciAddress candidate = VfAddress(pf.address, number, pf.vf_offset, pf.vf_stride);
    if (candidate == address && candidate != pf.address) return GuardedVf(address, number);
  }
  return FailInput(fmt::format("{} is no virtual function of {}", address.ToString(), pf.address.ToString()),
                   fmt::format("name a VF number from 1 to {}", pf.total_vfs));
}

Result<GuardedVf> GuardVf(const PfFacts& pf, int vf_number) {
  if (vf_number < 1 || vf_number > pf.total_vfs) {
    return FailInput(fmt::format("there is no VF {}: {} has {}", vf_number, pf.address.ToString(), pf.total_vfs),
                     fmt::format("name a VF number from 1 to {}", pf.total_vfs));
  }
  return GuardVf(pf, VfAddress(pf.address, vf_number, pf.vf_offset, pf.vf_stride));
}

Status VerifyVf(Host& host, const PfFacts& pf, const GuardedVf& vf) {
  const std::string folder = vf.Address().SysfsPath();
  const auto physfn = host.ReadLink(folder + "/physfn");
  if (!physfn) return AddContext(physfn.error(), fmt::format("VF {} is not there", vf.Bdf()));
  if (physfn->substr(physfn->find_last_of('/') + 1) != pf.address.ToString()) {
    return Fail(fmt::format("{} is a VF of {}, not of {}", vf.Bdf(), *physfn, pf.address.ToString()));
  }
  VFQUAL_TRY(const bool is_pf, host.Exists(folder + "/sriov_totalvfs"), "");
  if (is_pf) return Fail(fmt::format("{} has an SR-IOV capability of its own: it is no VF", vf.Bdf()));
  return {};
}

}  // namespace vfqual
