#include "harness/base/ssh_target.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace vfqual {

namespace {

std::string Bracketed(const std::string& address) {
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

}  // namespace

Result<SshTarget> ParseSshTarget(const std::string& url) {
  constexpr std::string_view kScheme = "ssh://";
  const auto wrong = [&url](std::string_view why) {
    return FailInput(fmt::format("'{}': {}", url, why), "write it as ssh://root@HOST or ssh://root@HOST:PORT");
  };
  if (!url.starts_with(kScheme)) return wrong("not an ssh:// address");
  std::string rest = url.substr(kScheme.size());
  if (rest.ends_with('/')) rest.pop_back();
  SshTarget target;
  if (const auto at = rest.rfind('@'); at != std::string::npos) {
    target.user = rest.substr(0, at);
    rest.erase(0, at + 1);
  }
  std::string port;
  if (rest.starts_with('[')) {
    const auto close = rest.find(']');
    if (close == std::string::npos) return wrong("'[' without ']'");
    target.address = rest.substr(1, close - 1);
    rest.erase(0, close + 1);
    if (!rest.empty() && rest.front() != ':') return wrong("something follows ']' that is no port");
    if (!rest.empty()) port = rest.substr(1);
  } else {
    const auto colon = rest.find(':');
    target.address = rest.substr(0, colon);
    if (colon != std::string::npos) port = rest.substr(colon + 1);
  }
  const bool has_port = !port.empty() || rest.ends_with(':');
  const char* end = port.data() + port.size();
  const auto parsed = std::from_chars(port.data(), end, target.port);
  if (has_port && (parsed.ec != std::errc{} || parsed.ptr != end || target.port < 1 || target.port > 65535)) {
    return wrong("the port is no number from 1 to 65535");
  }
  constexpr std::string_view kNameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:%";
  // A name that starts with '-' would be an option of the ssh client.
  for (const auto& name : {target.user, target.address}) {
    if (name.empty() || name.front() == '-' || name.find_first_not_of(kNameLetters) != std::string::npos) {
      return wrong(fmt::format("'{}' is no user or host", name));
    }
  }
  return target;
}

std::string SshUrl(const SshTarget& target) {
  return fmt::format("ssh://{}@{}:{}", target.user, Bracketed(target.address), target.port);
}

std::vector<std::string> SshOptions(const SshTarget& target) {
  std::vector<std::string> options = {"-o", fmt::format("Port={}", target.port), "-o",
                                      fmt::format("User={}", target.user)};
  if (!target.identity_file.empty()) {
    // Nothing of the person's own configuration, nor a key of the agent, gets in between.
    options.insert(options.end(), {"-F", "none", "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-i",
                                   target.identity_file.string()});
  }
  if (!target.known_hosts_file.empty()) {
    options.insert(options.end(), {"-o", fmt::format("UserKnownHostsFile=\"{}\"", target.known_hosts_file.string()),
                                   "-o", "GlobalKnownHostsFile=none"});
  }
  options.insert(options.end(),
                 {"-o", target.accept_new_host_key ? "StrictHostKeyChecking=accept-new" : "StrictHostKeyChecking=yes"});
  return options;
}

std::vector<std::string> LoginArgv(const SshTarget& target) {
  std::vector<std::string> argv = {"ssh"};
  const auto options = SshOptions(target);
  argv.insert(argv.end(), options.begin(), options.end());
  argv.push_back(target.address);
  return argv;
}

}  // namespace vfqual
