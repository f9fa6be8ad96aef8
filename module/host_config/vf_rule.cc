#include "module/host_config/vf_rule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>

#include "module/host_config/config_text.h"
#include "module/host_config/load_at_boot.h"

namespace vfqual::host_config {

namespace {

constexpr const char* kRulesFolder = "/etc/udev/rules.d";

// The patterns of KERNEL=="…" in a rule, "a|b" as two (udev(7)).
std::vector<std::string> KernelPatterns(const std::string& rule) {
  constexpr std::string_view kKey = "KERNEL==\"";
  const auto begin = rule.find(kKey);
  if (begin == std::string::npos) return {};
  const auto end = rule.find('"', begin + kKey.size());
  if (end == std::string::npos) return {};
  return SplitList(rule.substr(begin + kKey.size(), end - begin - kKey.size()), '|');
}

bool Matches(const std::vector<std::string>& patterns, const std::string& address) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return fnmatch(pattern.c_str(), address.c_str(), 0) == 0; });
}

}  // namespace

Result<std::string> VfPattern(const ConfigRequest& request) {
  const auto& addresses = request.vf_addresses;
  if (addresses.empty()) return FailInput("the device offers no VFs");
  if (std::find(addresses.begin(), addresses.end(), request.pf) != addresses.end()) {
    return FailInput(fmt::format("{} is the physical function: it stays with the host", request.pf));
  }
  const std::string device = addresses.front().substr(0, addresses.front().size() - 1);
  bool contiguous = true;
  for (std::size_t index = 0; index < addresses.size(); ++index) {
    contiguous = contiguous &&
                 addresses[index] == device + static_cast<char>(addresses.front().back() + static_cast<char>(index));
  }
  if (!contiguous || addresses.size() == 1) return fmt::format("{}", fmt::join(addresses, "|"));
  return fmt::format("{}[{}-{}]", device, addresses.front().back(), addresses.back().back());
}

Result<std::string> RuleText(const ConfigRequest& request) {
  VFQUAL_TRY(const auto pattern, VfPattern(request), "");
  // By the time that udev hears of a VF the host's driver may have taken it. $kernel is an address that matched.
  return fmt::format(
      "# VFs of the Intel GPU are for guests: each goes to vfio-pci as it appears, the physical function {} never.\n"
      "# Written by vfqual host configure.\n"
      "ACTION==\"add\", SUBSYSTEM==\"pci\", KERNEL==\"{}\", ATTR{{vendor}}==\"0x8086\", DRIVER!=\"vfio-pci\", "
      "ATTR{{driver_override}}=\"vfio-pci\", RUN+=\"/bin/sh -c '"
      "if [ -e /sys/bus/pci/devices/$kernel/driver ]; then echo $kernel > /sys/bus/pci/devices/$kernel/driver/unbind; "
      "fi; "
      "modprobe vfio-pci; echo $kernel > /sys/bus/pci/drivers_probe'\"\n",
      request.pf, pattern);
}

Result<std::string> FindVfRule(ConfigFiles& files, const ConfigRequest& request) {
  VFQUAL_TRY(const auto names, files.List(kRulesFolder, ".rules"), "");
  std::string found;
  for (const auto& name : names) {
    const std::string path = fmt::format("{}/{}", kRulesFolder, name);
    VFQUAL_TRY(const auto text, files.Read(path), "");
    const auto lines = SplitLines(text.value_or(""));
    for (std::size_t index = 0; index < lines.size(); ++index) {
      const auto& rule = lines[index].text;
      if (rule.starts_with('#') || rule.find("vfio-pci") == std::string::npos) continue;
      const auto patterns = KernelPatterns(rule);
      if (Matches(patterns, request.pf)) {
        return FailInput(
            fmt::format("{}:{}: the rule gives the physical function {} to vfio-pci", path, index + 1, request.pf),
            "let it match the VFs only: KERNEL==\"0000:00:02.[1-7]\"");
      }
      if (std::all_of(request.vf_addresses.begin(), request.vf_addresses.end(),
                      [&](const std::string& address) { return Matches(patterns, address); })) {
        found = path;
      }
    }
  }
  return found;
}

Status ConfigureVfRule(ConfigFiles& files, const ConfigRequest& request) {
  VFQUAL_TRY(const auto present, FindVfRule(files, request), "");
  if (present.empty()) {
    VFQUAL_TRY(auto rule, RuleText(request), "");
    VFQUAL_CHECK(files.Set(kOwnRulesFile, std::move(rule)), "");
  }
  return LoadAtBoot(files, "vfio-pci");
}

}  // namespace vfqual::host_config
