// Reads and writes the small text files of sysfs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "suites/support/result.h"

namespace vfqual::suites {

// At most one page, which is what sysfs gives; without the newline at its end.
Result<std::string> ReadText(const std::filesystem::path& path);

// A whole number; `base` 16 takes it with or without 0x.
Result<std::uint64_t> ReadNumber(const std::filesystem::path& path, int base = 10);

// 0, or the errno of the open or of the one write(2) that sysfs expects.
int WriteText(const std::filesystem::path& path, std::string_view text);

}  // namespace vfqual::suites
