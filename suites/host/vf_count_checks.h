// The errno that a wrong VF count must give. The checks write to sriov_numvfs, but only values that the kernel must
// refuse; should one be accepted, the old count is put back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "suites/pci/pci_function.h"
#include "suites/support/result.h"

namespace vfqual::suites {

struct VfCountState {
  std::uint64_t total = 0;    // sriov_totalvfs
  std::uint64_t current = 0;  // sriov_numvfs
};

Result<VfCountState> ReadVfCountState(const PciFunction& pf);

// What sriov_numvfs_store (drivers/pci/iov.c) answers before it asks the driver: above the total ERANGE, and to a
// change of one non-zero count into another EBUSY. 0 where it may go on.
int ExpectedErrno(const VfCountState& state, std::uint64_t wanted);

// Writes a value to a file; 0 or the errno.
using AttributeWriter = std::function<int(const std::filesystem::path&, std::string_view)>;

// Writing `wanted` is refused with the expected errno, and the count is what it was.
Status CheckVfCountIsRefused(const PciFunction& pf, const VfCountState& state, std::uint64_t wanted,
                             const AttributeWriter& write);

}  // namespace vfqual::suites
