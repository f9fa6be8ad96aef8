// The errno that a wrong VF count must give. The checks write to sriov_numvfs, but only values that the kernel must
// refuse; should one be accepted, the old count is put back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "suites/pci/pci_function.h"
#include "suites/support/result.h"

namespace vfqual::suites {

struct VfCountState {
  std::uint64_t total = 0;               // sriov_totalvfs
  std::uint64_t current = 0;             // sriov_numvfs
  std::optional<std::uint64_t> max_vfs;  // the driver's parameter, where it has one
};

Result<VfCountState> ReadVfCountState(const PciFunction& pf, std::string_view driver);

// What sriov_numvfs_store (drivers/pci/iov.c) answers: above the total ERANGE, a change of one non-zero count into
// another EBUSY, both before the driver is asked; the driver then refuses with ERANGE what is above its max_vfs.
// 0 where the write would be accepted.
int ExpectedErrno(const VfCountState& state, std::uint64_t wanted);

// Writes a value to a file; 0 or the errno.
using AttributeWriter = std::function<int(const std::filesystem::path&, std::string_view)>;

// Writing `wanted` is refused with the expected errno, and the count is what it was.
Status CheckVfCountIsRefused(const PciFunction& pf, const VfCountState& state, std::uint64_t wanted,
                             const AttributeWriter& write);

}  // namespace vfqual::suites
