// The guest agent's answers, bounded and checked for their types before anything of them is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace vfqual {

// libvirt's own limit for a text it carries is 4 MiB (REMOTE_STRING_MAX); more is not looked at.
inline constexpr std::size_t kMaxAgentReplyBytes = std::size_t{8} << 20U;

struct ExecStatus {
  bool exited = false;
  int exit_code = 0;  // 128 + signal number when a signal ended it
  std::string out;
  std::string err;
  bool truncated = false;
};

struct FilePiece {
  std::string bytes;
  bool end_of_file = false;
};

// Each takes the whole answer, {"return": …}; the error says what was expected, and quotes nothing of the guest.
Result<std::int64_t> ParseExecStarted(std::string_view reply);                    // guest-exec: the pid
Result<ExecStatus> ParseExecStatus(std::string_view reply);                       // guest-exec-status
Result<std::int64_t> ParseFileHandle(std::string_view reply);                     // guest-file-open
Result<FilePiece> ParseFilePiece(std::string_view reply, std::size_t max_bytes);  // guest-file-read
Result<std::size_t> ParseWritten(std::string_view reply);                         // guest-file-write: how many bytes
Result<std::int64_t> ParseTime_ns(std::string_view reply);                        // guest-get-time
Status ParseEmpty(std::string_view reply);                                        // guest-ping, guest-file-close

}  // namespace vfqual
