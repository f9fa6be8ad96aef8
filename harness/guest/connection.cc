#include "harness/guest/connection.h"

#include <fmt/format.h>
#include <libvirt/virterror.h>

#include <utility>

#include "harness/guest/printable.h"

namespace vfqual {

namespace {

// VIR_ERR_AGENT_COMMAND_TIMEOUT and VIR_ERR_AGENT_COMMAND_FAILED of libvirt 11.2 and newer, unknown to Debian 12's
// header.
constexpr int kAgentCommandTimeout = 112;
constexpr int kAgentCommandFailed = 113;
constexpr std::size_t kMaxErrorBytes = 1000;

bool IsDaemonMissing(const LibvirtError& error) {
  // virConnectOpen fails so when nobody listens at the daemon's socket.
  return error.message.find("Failed to connect socket") != std::string::npos || error.code == VIR_ERR_NO_CONNECT;
}

std::string FixFor(const LibvirtError& error) {
  if (IsReplyTooLong(error)) return "let the program write to a file in the guest, which is read in pieces";
  if (IsDaemonMissing(error)) {
    return "start libvirt's daemon: `systemctl start libvirtd` (or `virtqemud` where the daemons are separate), and "
           "run as root";
  }
  if (IsConnectionLost(error)) {
    return "the guests may still run: see `journalctl -u libvirtd -u virtqemud`, then `vfqual guest list` and `vfqual "
           "guest destroy`";
  }
  if (error.code == VIR_ERR_AUTH_FAILED || error.code == VIR_ERR_AUTH_CANCELLED ||
      error.code == VIR_ERR_AUTH_UNAVAILABLE) {
    return "run as root, or as a member of the group libvirt";
  }
  return {};
}

}  // namespace

Error ToError(const LibvirtError& error, std::string_view doing) {
  // The text may hold what a guest's agent said.
  const std::string text =
      MakePrintable(std::string_view(error.message).substr(0, kMaxErrorBytes), Unprintable::kEscape);
  const char* trouble = "libvirt";
  if (IsReplyTooLong(error)) trouble = "the guest agent's answer is longer than libvirt carries";
  if (IsConnectionLost(error) && !IsDaemonMissing(error)) trouble = "the connection to libvirt's daemon was lost";
  Error converted;
  converted.what = fmt::format("{}: {}: {}", doing, trouble, text);
  converted.fix = FixFor(error);
  return converted;
}

bool IsNoDomain(const LibvirtError& error) {
  return error.code == VIR_ERR_NO_DOMAIN ||
         (error.code == VIR_ERR_OPERATION_INVALID && error.message.find("domain is not running") != std::string::npos);
}

bool IsAgentSilent(const LibvirtError& error) {
  return error.code == VIR_ERR_AGENT_UNRESPONSIVE || error.code == VIR_ERR_AGENT_UNSYNCED ||
         error.code == kAgentCommandTimeout;
}

bool IsAgentRefusal(const LibvirtError& error) {
  return error.code == kAgentCommandFailed ||
         error.message.find("unable to execute QEMU agent command") != std::string::npos;
}

bool IsReplyTooLong(const LibvirtError& error) {
  // libvirt has no code of its own for either: virNetMessageEncodePayload and qemuAgentIORead.
  return error.message.find("Unable to encode message payload") != std::string::npos ||
         error.message.find("No complete agent response found") != std::string::npos;
}

bool IsConnectionLost(const LibvirtError& error) {
  if (IsReplyTooLong(error)) return false;
  // A socket that closes is an error of the RPC layer, whatever its code; a call on a connection that is closed already
  // is VIR_ERR_INTERNAL_ERROR "client socket is closed" or VIR_ERR_INVALID_CONN.
  return error.domain == VIR_FROM_RPC || error.code == VIR_ERR_RPC || error.code == VIR_ERR_INVALID_CONN;
}

Result<std::shared_ptr<Connection>> Connection::Open(std::shared_ptr<LibvirtApi> api, std::string uri) {
  auto raw = api->Open(uri);
  if (!raw) return tl::unexpected(ToError(raw.error(), fmt::format("connect to {}", uri)));
  // make_shared cannot reach the private constructor.
  return std::shared_ptr<Connection>(new Connection(std::move(api), std::move(uri), *std::move(raw)));
}

Result<std::shared_ptr<DomainRecord>> Connection::Watch(const std::string& uuid) {
  const std::lock_guard lock(watch_mutex_);
  if (!hub_) {
    auto hub = std::make_shared<DomainEventHub>();
    const auto listening = raw_->Listen([hub](const LibvirtEvent& event) { hub->Dispatch(event); });
    if (!listening) return tl::unexpected(ToError(listening.error(), "listen to libvirt's events"));
    hub_ = std::move(hub);
  }
  return hub_->RecordOf(uuid);
}

}  // namespace vfqual
