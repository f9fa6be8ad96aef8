// A module's file on a host, packed or not. The signature is inside what is packed.
#pragma once

#include <string>

#include "harness/base/host.h"
#include "harness/base/result.h"

namespace vfqual::secure_boot {

// Unpacked, by xz(1), zstd(1) or gzip(1) of that host. kSubject where the file is damaged.
Result<std::string> ReadModule(Host& host, const std::string& path);

// Packed as the path's ending says, in a form that the kernel itself can unpack (scripts/Makefile.modinst).
Result<std::string> PackModule(Host& host, const std::string& path, const std::string& module);

// Whether the name is one of a module: .ko, .ko.xz, .ko.zst, .ko.gz.
bool IsModuleFile(const std::string& path);

}  // namespace vfqual::secure_boot
