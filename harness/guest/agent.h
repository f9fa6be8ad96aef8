// Commands and files in a guest, through the QEMU guest agent
// (https://qemu.readthedocs.io/en/v7.2.0/interop/qemu-ga-ref.html). A guest is hostile: every reply is bounded, checked
// for its types, and its base64 decoded strictly.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/process.h"
#include "harness/base/result.h"
#include "harness/guest/domain.h"

namespace vfqual {

class GuestAgent {
 public:
  // The domain must outlive the agent.
  explicit GuestAgent(Domain& domain) : domain_(domain) {}

  Status Ping(std::chrono::milliseconds timeout);

  // The guest's clock, since 1970.
  Result<std::int64_t> Time_ns();

  // Runs a program in the guest, as the base's Host::Run does on a host, with these differences:
  // - argv[0] is looked up in the agent's PATH; working_directory is refused;
  // - the environment is PATH, HOME=/root and LANG=C.UTF-8 with `environment` over it;
  // - output comes in one piece at the end (on_output too), and libvirt cannot carry more than about 3 MiB of stdout
  // and
  //   stderr together: let a program that writes more write to a file and use ReadFile;
  // - after the time-out, SIGTERM and then, after stop_grace, SIGKILL go to the program, not to its children.
  // Errors: the program could not be started, the agent stopped answering, or the guest is no longer running.
  Result<Completed> Exec(const Command& command);

  // At most max_bytes of the file; a longer one is an error unless `truncate` is set.
  struct ReadLimit {
    std::size_t max_bytes = std::size_t{16} << 20U;
    bool truncate = false;
    std::chrono::milliseconds timeout = std::chrono::minutes(1);
  };
  Result<std::string> ReadFile(const std::string& path, const ReadLimit& limit);
  Result<std::string> ReadFile(const std::string& path) { return ReadFile(path, ReadLimit{}); }

  // Whether the file can be opened: one call where it cannot, two where it can. An agent that is silent for 20 s counts
  // as a no.
  bool HasFile(const std::string& path);

  // Creates or replaces a file; meant for small ones (at most 1 MiB).
  Status WriteFile(const std::string& path, std::string_view content);

 private:
  Domain& domain_;
};

}  // namespace vfqual
