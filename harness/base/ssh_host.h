// A host over SSH, through the OpenSSH client with one multiplexed connection.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/host.h"

namespace vfqual {

struct SshTarget {
  std::string user = "root";
  std::string address;
  int port = 22;
  std::filesystem::path identity_file;     // empty: the client's own
  std::filesystem::path known_hosts_file;  // empty: the client's own, strictly checked
  std::filesystem::path control_folder;    // where the connection's socket lies; must be private
};

// "ssh://root@10.0.0.5:2222"; the user and the port may be left out.
Result<SshTarget> ParseSshTarget(const std::string& url);

// One word of a POSIX shell, whatever bytes it holds. SSH hands a remote command to the login shell as one string,
// so this is the only place where an argument meets a shell.
std::string QuoteForShell(const std::string& word);

class SshHost final : public Host {
 public:
  explicit SshHost(SshTarget target) : target_(std::move(target)) {}
  ~SshHost() override;

  std::string Name() const override;
  Result<Completed> Run(const Command& command) override;
  Result<std::string> ReadFile(const std::string& path, std::size_t max_bytes) override;
  Status WriteAttribute(const std::string& path, std::string_view content) override;
  Status WriteFile(const std::string& path, std::string_view content, unsigned mode) override;
  Result<std::vector<std::string>> List(const std::string& path) override;
  Result<std::string> ReadLink(const std::string& path) override;
  Result<bool> Exists(const std::string& path) override;
  Status Remove(const std::string& path) override;

  // Copies local files and folders into a remote folder (made if missing), and a remote folder's content back.
  Status CopyTo(const std::vector<std::filesystem::path>& local, const std::string& remote_folder);
  Status CopyFrom(const std::string& remote_folder, const std::filesystem::path& local_folder);

  // The ssh client's argv that runs `remote_argv` there; also what `--keep` prints (with no remote argv).
  std::vector<std::string> ClientArgv(const std::vector<std::string>& remote_argv) const;

 private:
  SshTarget target_;
};

}  // namespace vfqual
