#include "harness/guest/guest_file.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/guest/base64.h"

namespace vfqual {

namespace {

// A file that was read, or that failed: nobody waits for it.
constexpr std::chrono::milliseconds kLeaveTimeout = std::chrono::seconds(5);
// A second try would find no such handle, so the one has longer.
constexpr std::chrono::milliseconds kCloseTimeout = std::chrono::minutes(1);

}  // namespace

Result<GuestFile> GuestFile::Open(Domain& domain, const std::string& path, const char* mode,
                                  AgentClock::time_point until, const std::string& doing) {
  const std::string request = AgentRequest("guest-file-open", {{"path", path}, {"mode", mode}});
  VFQUAL_TRY(const std::string reply, CallAgentUntil(domain, request, until, doing), "");
  VFQUAL_TRY(const std::int64_t handle, ParseFileHandle(reply), doing);
  return GuestFile(domain, handle, until, doing);
}

GuestFile::GuestFile(Domain& domain, std::int64_t handle, AgentClock::time_point until, std::string doing)
    : domain_(domain), handle_(handle), until_(until), doing_(std::move(doing)) {}

GuestFile::GuestFile(GuestFile&& other) noexcept
    : domain_(other.domain_),
      handle_(std::exchange(other.handle_, -1)),
      until_(other.until_),
      doing_(std::move(other.doing_)),
      offset_bytes_(other.offset_bytes_) {}

GuestFile::~GuestFile() {
  if (handle_ >= 0) static_cast<void>(Close(kLeaveTimeout));
}

Result<FilePiece> GuestFile::Read(std::size_t max_bytes) {
  VFQUAL_TRY(const std::string reply, CallAtOffset("guest-file-read", {{"handle", handle_}, {"count", max_bytes}}), "");
  VFQUAL_TRY(FilePiece piece, ParseFilePiece(reply, max_bytes), doing_);
  offset_bytes_ += piece.bytes.size();
  return piece;
}

Result<std::size_t> GuestFile::Write(std::string_view piece) {
  VFQUAL_TRY(const std::string reply,
             CallAtOffset("guest-file-write", {{"handle", handle_}, {"buf-b64", EncodeBase64(piece)}}), "");
  VFQUAL_TRY(const std::size_t written, ParseWritten(reply), doing_);
  if (written == 0 || written > piece.size()) {
    return Fail(fmt::format("{}: the guest agent says that it wrote {} of {} bytes", doing_, written, piece.size()));
  }
  offset_bytes_ += written;
  return written;
}

Status GuestFile::Close() {
  return Close(kCloseTimeout);
}

Status GuestFile::Close(std::chrono::milliseconds timeout) {
  const std::string request = AgentRequest("guest-file-close", {{"handle", std::exchange(handle_, -1)}});
  VFQUAL_CHECK(CallAgent(domain_, request, timeout, doing_), "");
  return {};
}

// A call whose answer was lost may have moved the file's position: before it is made again, that is set back.
Result<std::string> GuestFile::CallAtOffset(const char* name, nlohmann::json arguments) {
  const std::string seek =
      AgentRequest("guest-file-seek", {{"handle", handle_}, {"offset", offset_bytes_}, {"whence", "set"}});
  const auto back = [&]() -> Status {
    VFQUAL_CHECK(CallAgentUntil(domain_, seek, until_, doing_), "");
    return {};
  };
  return CallAgentUntil(domain_, AgentRequest(name, std::move(arguments)), until_, doing_, back);
}

}  // namespace vfqual
