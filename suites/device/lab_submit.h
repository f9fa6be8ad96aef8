// Work for the lab's stand-in driver: one ioctl that reads a register of the VF across PCI.
#pragma once

#include <cstdint>

#include "suites/support/result.h"

namespace vfqual::suites {

struct LabWork {
  std::uint64_t seqno = 0;  // how much work this function has done
  std::uint32_t value = 0;  // the register
};

// Fails with "the device is wedged" where the driver answers EIO.
Result<LabWork> SubmitLabWork(int render_node);

// The value is what a VF of the lab's device holds in that register.
Status CheckLabValue(const LabWork& work);
// Later work has a higher number; others may have submitted in between.
Status CheckLabOrder(const LabWork& earlier, const LabWork& later);

}  // namespace vfqual::suites
