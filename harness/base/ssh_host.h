// A host over SSH, through the OpenSSH client with one multiplexed connection.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/ssh_target.h"
#include "harness/base/tar_reader.h"
#include "harness/base/temporary_folder.h"

namespace vfqual {

struct ConnectOptions {
  std::chrono::milliseconds timeout = std::chrono::seconds(30);
  // Until the server greets: a forwarded port takes connections long before the machine behind it does.
  std::chrono::milliseconds greeting_timeout = std::chrono::seconds(30);
  std::function<bool()> cancelled;
};

// Needs a POSIX login shell, GNU coreutils, findutils, grep and tar on the host. Connects at the first use, and again
// when the connection was lost meanwhile. May be used from several threads at once.
//
// Run: exit code 255 of the program is told apart from a lost connection, which is an Error. A time-out or a
// cancellation ends the program there as well.
class SshHost final : public Host {
 public:
  explicit SshHost(SshTarget target);
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

  // Logs in, if not connected yet. The other functions do it by themselves.
  Status Connect(const ConnectOptions& options);
  void Disconnect();

  // Copies local files and folders into a remote folder (made if missing).
  Status CopyTo(const std::vector<std::filesystem::path>& local, const std::string& remote_folder);
  // Copies a remote folder's regular files and folders into a local folder (made if missing). The host is not trusted:
  // anything else in it is left out, and the limits hold. Returns what was left out ("link/to: not a file or folder").
  Result<std::vector<std::string>> CopyFrom(const std::string& remote_folder, const std::filesystem::path& local_folder,
                                            const FetchLimits& limits);

 private:
  struct Connection;

  std::filesystem::path SocketPath();
  std::vector<std::string> SharedClientArgv(const std::string& program);
  // `line` is handed to the login shell; of `command`, argv, folder and environment do not count.
  Result<Completed> RunLine(const std::string& line, Command command);
  // A tool of the host for a file operation: its failure is an Error with the errno that its message tells.
  Result<std::string> RunTool(std::vector<std::string> argv, const std::string& doing,
                              std::optional<std::string> stdin_data, std::size_t max_bytes);
  bool MasterAlive();

  SshTarget target_;
  std::mutex mutex_;  // guards connection_
  std::unique_ptr<Connection> connection_;
  std::atomic<std::uint64_t> command_count_{0};
};

}  // namespace vfqual
