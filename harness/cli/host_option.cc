#include "harness/cli/host_option.h"

#include <fmt/format.h>

#include <filesystem>

#include "harness/base/local_host.h"
#include "harness/base/ssh_host.h"

namespace vfqual {

void AddHostOption(CLI::App& command, HostOption& option) {
  auto* host = command.add_option("--host", option.url, "another host, ssh://root@HOST:PORT (default: this one)");
  command.add_option("--identity", option.identity, "the key to log in with (default: the SSH client's own)")
      ->needs(host)
      ->check(CLI::ExistingFile);
  command
      .add_option("--known-hosts", option.known_hosts, "the file of known host keys (default: the SSH client's own)")
      ->needs(host);
  command
      .add_flag("--accept-new-host-key", option.accept_new_host_key,
                "write down the key of a host that is not known yet")
      ->needs(host);
}

Result<std::unique_ptr<Host>> OpenHost(const HostOption& option) {
  if (option.url.empty()) return std::make_unique<LocalHost>();
  VFQUAL_TRY(auto target, ParseSshTarget(option.url), "--host");
  if (!option.identity.empty()) target.identity_file = std::filesystem::absolute(option.identity);
  if (!option.known_hosts.empty()) target.known_hosts_file = std::filesystem::absolute(option.known_hosts);
  target.accept_new_host_key = option.accept_new_host_key;
  auto host = std::make_unique<SshHost>(std::move(target));
  VFQUAL_CHECK(host->Connect({}), "");
  return host;
}

Result<bool> IsRoot(Host& host) {
  Command command;
  command.argv = {"id", "-u"};
  VFQUAL_TRY(const auto completed, host.Run(command), "");
  return completed.Ok() && completed.out == "0\n";
}

}  // namespace vfqual
