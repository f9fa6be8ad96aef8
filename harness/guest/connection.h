// A connection to libvirt's daemon that speaks in Results: errors say which daemon, what was asked, and what to do.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/guest/domain_record.h"
#include "harness/guest/libvirt_api.h"

namespace vfqual {

inline constexpr const char* kSystemLibvirtUri = "qemu:///system";

// libvirt's error as one of ours; `doing` is what was asked ("create domain vf1"). A lost connection and a daemon that
// does not run are told as such, with the fix.
Error ToError(const LibvirtError& error, std::string_view doing);

// The domain does not exist (any more), or is just going away.
bool IsNoDomain(const LibvirtError& error);
// The guest agent did not answer, or is not connected (yet): asking again later may help.
bool IsAgentSilent(const LibvirtError& error);
// The guest agent answered, with an error.
bool IsAgentRefusal(const LibvirtError& error);
// The answer of a guest agent was longer than libvirt carries: more than 4 MiB of JSON is lost, and after more than
// 10 MiB libvirt gives this domain's agent up for good.
bool IsReplyTooLong(const LibvirtError& error);
// The daemon went away; every further call on this connection fails.
bool IsConnectionLost(const LibvirtError& error);

// May be shared between threads; see libvirt_api.h on why each guest should still have one of its own.
class Connection {
 public:
  static Result<std::shared_ptr<Connection>> Open(std::shared_ptr<LibvirtApi> api, std::string uri);

  LibvirtConnection& Raw() { return *raw_; }
  const std::string& Uri() const { return uri_; }
  // What libvirt's events tell about the domain with this UUID, from now on.
  Result<std::shared_ptr<DomainRecord>> Watch(const std::string& uuid);
  // A fresh connection to the same daemon: for putting things away after this one was lost.
  Result<std::shared_ptr<Connection>> Reopen() const { return Open(api_, uri_); }

 private:
  Connection(std::shared_ptr<LibvirtApi> api, std::string uri, std::unique_ptr<LibvirtConnection> raw)
      : api_(std::move(api)), uri_(std::move(uri)), raw_(std::move(raw)) {}

  std::shared_ptr<LibvirtApi> api_;
  std::string uri_;
  std::unique_ptr<LibvirtConnection> raw_;
  std::mutex watch_mutex_;
  std::shared_ptr<DomainEventHub> hub_;  // set by the first Watch
};

}  // namespace vfqual
