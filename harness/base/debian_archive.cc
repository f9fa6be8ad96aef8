#include "harness/base/debian_archive.h"

#include <sstream>

namespace vfqual {

namespace {

constexpr const char* kKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

}  // namespace

DebianArchive ParseIndexTargets(std::string_view index_targets) {
  DebianArchive archive;
  std::istringstream lines{std::string(index_targets)};
  for (std::string line; std::getline(lines, line);) {
    const auto bar = line.find('|');
    if (bar == std::string::npos) continue;
    const auto label = line.substr(0, bar);
    const auto site = line.substr(bar + 1);
    if (label == "Debian" && archive.main.empty()) archive.main = site;
    if (label == "Debian-Security" && archive.security.empty()) archive.security = site;
  }
  return archive;
}

DebianArchive FindArchive(Host& host) {
  Command command;
  command.argv = {"apt-get", "indextargets", "--format", "$(LABEL)|$(SITE)"};
  const auto listed = host.Run(command);
  auto archive = listed && listed->Ok() ? ParseIndexTargets(listed->out) : DebianArchive{};
  if (host.Exists(kKeyring).value_or(false)) archive.keyring = kKeyring;
  return archive;
}

}  // namespace vfqual
