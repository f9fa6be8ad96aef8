// The one gate between an address that somebody named and a device that vfqual touches: the PF is never passed to a
// guest, unbound or bound to vfio-pci (design.md section 7).
#pragma once

#include <string>

#include "harness/facts/pf_facts.h"
#include "harness/vf/pci_address.h"

namespace vfqual {

// A virtual function that went through the guard. Whatever binds, unbinds or passes through a device takes this type,
// and only GuardVf makes one.
class GuardedVf {
 public:
  const PciAddress& Address() const { return address_; }
  int Number() const { return number_; }  // from 1
  std::string Bdf() const { return address_.ToString(); }

 private:
  friend Result<GuardedVf> GuardVf(const PfFacts& pf, const PciAddress& address);
  GuardedVf(PciAddress address, int number) : address_(address), number_(number) {}

  PciAddress address_;
  int number_ = 0;
};

// Errors are kInput: the PF itself, or an address that is none of this PF's VFs 1 … total_vfs.
Result<GuardedVf> GuardVf(const PfFacts& pf, const PciAddress& address);
Result<GuardedVf> GuardVf(const PfFacts& pf, int vf_number);

// Once the VF exists: sysfs must say the same (physfn leads to the PF, and it has no SR-IOV capability of its own).
Status VerifyVf(Host& host, const PfFacts& pf, const GuardedVf& vf);

}  // namespace vfqual
