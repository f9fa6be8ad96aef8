// Where a host is reached by SSH, and how the OpenSSH client is told so.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

struct SshTarget {
  std::string user = "root";
  std::string address;
  int port = 22;
  std::filesystem::path identity_file;     // empty: the client's own configuration, keys and agent
  std::filesystem::path known_hosts_file;  // empty: the client's own
  bool accept_new_host_key = false;        // an unknown host's key is written down; a changed one is refused either way
};

// "ssh://root@10.0.0.5:2222", "ssh://[fe80::1]:22"; the user and the port may be left out. Blame kInput.
Result<SshTarget> ParseSshTarget(const std::string& url);

// "ssh://root@10.0.0.5:22"
std::string SshUrl(const SshTarget& target);

// The options of ssh(1) and scp(1) for this target; the address is not among them.
std::vector<std::string> SshOptions(const SshTarget& target);

// The argv with which a person logs in.
std::vector<std::string> LoginArgv(const SshTarget& target);

}  // namespace vfqual
