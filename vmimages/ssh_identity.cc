#include "vmimages/ssh_identity.h"

#include <fmt/format.h>

#include <system_error>

#include "harness/base/file_lock.h"
#include "harness/base/local_host.h"
#include "harness/base/process.h"

namespace vfqual {

namespace fs = std::filesystem;

Result<SshIdentity> ReadSshIdentity(const fs::path& cache) {
  const auto folder = cache / "ssh";
  SshIdentity identity{folder / "id_ed25519", folder / "id_ed25519.pub", ""};
  std::error_code error;
  if (!fs::exists(identity.public_key, error) || !fs::exists(identity.private_key, error)) return SshIdentity{};
  VFQUAL_TRY(identity.public_key_text, LocalHost().ReadTrimmed(identity.public_key.string()),
             "reading the lab's SSH key");
  return identity;
}

Result<SshIdentity> EnsureSshIdentity(const fs::path& cache) {
  const auto folder = cache / "ssh";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return FailErrno(folder.string(), error.value());
  fs::permissions(folder, fs::perms::owner_all, error);
  VFQUAL_TRY(const auto lock, FileLock::Take(folder / "lock", {}, {}), "making the lab's SSH key");
  VFQUAL_TRY(auto identity, ReadSshIdentity(cache), "making the lab's SSH key");
  if (!identity.private_key.empty()) return identity;
  const auto private_key = folder / "id_ed25519";
  fs::remove(private_key, error);
  Command command;
  command.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "vfqual-lab", "-f", private_key.string()};
  VFQUAL_TRY(const auto made, RunProcess(command), "making the lab's SSH key");
  if (!made.Ok()) return Fail(fmt::format("ssh-keygen: {}", made.Describe()), "install openssh-client");
  return ReadSshIdentity(cache);
}

}  // namespace vfqual
