// The uncompressed kernel inside a bzImage. QEMU starts it by its PVH entry (CONFIG_PVH), which spares the machine the
// unpacking: under emulation that is a fifth of the time to SSH.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

struct KernelPayload {
  std::size_t offset_bytes = 0;
  std::size_t size_bytes = 0;
  std::vector<std::string> unpack_argv;  // unpacks it from standard input to standard output
};

// From the setup header, boot protocol 2.08 and newer (Documentation/arch/x86/boot.rst: setup_sects, payload_offset,
// payload_length), and from the payload's first bytes.
Result<KernelPayload> FindKernelPayload(std::string_view bzimage);

// Writes the ELF file `vmlinux`.
Status UnpackKernel(const std::filesystem::path& bzimage, const std::filesystem::path& vmlinux);

}  // namespace vfqual
