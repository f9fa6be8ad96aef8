// Kernel log records, of the host and of guests, from the text of /dev/kmsg or `dmesg --raw`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/process.h"

namespace vfqual {

struct KernelRecord {
  int level = 6;               // 0 emergency … 7 debug
  std::int64_t uptime_us = 0;  // the record's own time stamp, since that kernel's boot
  std::string message;         // unescaped, one line; bytes that are not printable UTF-8 stay escaped as \xNN
  friend bool operator==(const KernelRecord&, const KernelRecord&) = default;
};

// Takes both forms, line by line, mixed if need be:
//   "6,339,5140900,-;message" with " KEY=value" continuation lines, which are skipped
//   (Documentation/ABI/testing/dev-kmsg), and "<6>[    5.140900] message".
// Lines that are neither are skipped. At most 100,000 records and 4 KiB a message are kept.
std::vector<KernelRecord> ParseKernelLog(std::string_view text);

// What prints the whole kernel log without waiting for more: `dmesg --raw`, for Host::Run and GuestAgent::Exec.
Command ReadKernelLogCommand();

}  // namespace vfqual
