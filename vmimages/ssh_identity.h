// The key pair with which this machine logs in to its lab hosts: one for each cache.
#pragma once

#include <filesystem>
#include <string>

#include "harness/base/result.h"

namespace vfqual {

struct SshIdentity {
  std::filesystem::path private_key;
  std::filesystem::path public_key;
  std::string public_key_text;
};

// <cache>/ssh/id_ed25519; all fields empty when there is none yet.
Result<SshIdentity> ReadSshIdentity(const std::filesystem::path& cache);

// The same, made by ssh-keygen the first time.
Result<SshIdentity> EnsureSshIdentity(const std::filesystem::path& cache);

}  // namespace vfqual
