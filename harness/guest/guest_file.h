// An open file in a guest, through its agent: read or written from its start to its end, and closed when it is left. An
// answer that was lost is asked for again until the time is over.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/guest/agent_call.h"
#include "harness/guest/agent_reply.h"
#include "harness/guest/domain.h"

namespace vfqual {

class GuestFile {
 public:
  // `mode` as fopen's; `doing` opens the errors. The domain must outlive the file. A second try after a lost answer
  // leaves the first handle open in the guest: harmless.
  static Result<GuestFile> Open(Domain& domain, const std::string& path, const char* mode, AgentClock::time_point until,
                                const std::string& doing);
  GuestFile(GuestFile&& other) noexcept;
  GuestFile& operator=(GuestFile&&) = delete;
  GuestFile(const GuestFile&) = delete;
  GuestFile& operator=(const GuestFile&) = delete;
  ~GuestFile();

  // At most `max_bytes` from where the last piece ended.
  Result<FilePiece> Read(std::size_t max_bytes);

  // How many bytes of it were written: at least one.
  Result<std::size_t> Write(std::string_view piece);

  // Closing flushes: its error is the file's.
  Status Close();

 private:
  GuestFile(Domain& domain, std::int64_t handle, AgentClock::time_point until, std::string doing);

  Status Close(std::chrono::milliseconds timeout);
  Result<std::string> CallAtOffset(const char* name, nlohmann::json arguments);

  Domain& domain_;
  std::int64_t handle_;
  AgentClock::time_point until_;
  std::string doing_;
  std::size_t offset_bytes_ = 0;
};

}  // namespace vfqual
