#include "module/host_config/boot_outcome.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "module/host_config/config_text.h"
#include "module/host_config/load_at_boot.h"

namespace vfqual::host_config {

namespace {

std::string OutputOf(Host& host, Argv argv) {
  Command command;
  command.argv = std::move(argv);
  command.environment = {{"LC_ALL", "C"}};
  command.max_output_bytes = std::size_t{4} << 20U;
  const auto completed = host.Run(command);
  return completed ? completed->out : std::string();
}

std::optional<long long> NumberAfter(const std::string& text, std::string_view key) {
  const auto at = text.starts_with(key) ? 0 : text.find("\n" + std::string(key));
  if (at == std::string::npos) return std::nullopt;
  std::istringstream rest(text.substr(at + key.size() + (at == 0 ? 0 : 1)));
  long long number = 0;
  return rest >> number ? std::optional(number) : std::nullopt;
}

std::optional<long long> ModifiedAt(Host& host, const std::string& file) {
  const auto ask = [&host](Argv argv) -> std::optional<long long> {
    std::istringstream text(OutputOf(host, std::move(argv)));
    long long seconds = 0;
    return text >> seconds ? std::optional(seconds) : std::nullopt;
  };
  const auto at = ask({"stat", "--dereference", "--format=%Y", "--", file});
  // All of the Nix store is of second 1 of 1970: what counts is when the system was switched to.
  constexpr long long kNixStore = 1;
  return at == kNixStore ? ask({"stat", "--format=%Y", "--", "/nix/var/nix/profiles/system"}) : at;
}

bool IsThere(Host& host, const std::string& path) {
  return host.Exists(path).value_or(false);
}

std::string Joined(const std::vector<Argv>& commands) {
  std::vector<std::string> lines;
  for (const auto& argv : commands) lines.push_back(fmt::format("{}", fmt::join(argv, " ")));
  return fmt::format("{}", fmt::join(lines, "; "));
}

std::string InitramfsFix(Host& host) {
  const auto commands = RefreshInitramfs(host);
  return commands && !commands->empty() ? Joined(*commands) : "make the initramfs anew";
}

std::string GrubMenu(Host& host) {
  for (const char* path : {"/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"}) {
    if (IsThere(host, path)) return path;
  }
  return {};
}

// The last line of the kernel's log in which the PF speaks of its VFs, and not well.
std::string TroubleInKernelLog(Host& host, const std::string& pf) {
  std::string found;
  std::istringstream lines(OutputOf(host, {"dmesg"}));
  for (std::string line; std::getline(lines, line);) {
    if (line.find(pf) == std::string::npos) continue;
    const auto has = [&line](const char* mark) { return line.find(mark) != std::string::npos; };
    // drivers/pci/iov.c; i915's and xe's sriov_pf code.
    const bool of_vfs = has("VF") || has("SR-IOV") || has("sriov");
    const bool bad = has("ail") || has("not enough") || has("out of range") || has("can't") || has("annot");
    if (of_vfs && bad) found = line.substr(0, 300);
  }
  return found;
}

struct Unit {
  const char* name;
  const char* file;  // whose lines it carries out
};

// Empty: it ran, and said nothing.
std::optional<BootOutcome> WhatTheUnitSays(Host& host, const Unit& unit) {
  const auto shown =
      OutputOf(host, {"systemctl", "show", "--property=LoadState,UnitFileState,ActiveState,Result", unit.name});
  const auto value = [&shown](const std::string& key) {
    const auto at = ("\n" + shown).find("\n" + key + "=");
    if (at == std::string::npos) return std::string();
    const auto begin = at + key.size() + 1;
    return shown.substr(begin, shown.find('\n', begin) - begin);
  };
  const auto state = value("UnitFileState");
  if (value("LoadState") == "not-found") {
    return BootOutcome{fmt::format("{} is not installed: nothing reads {} at boot", unit.name, unit.file),
                       "apt-get install sysfsutils; or vfqual host configure --vfs-at-boot tmpfiles"};
  }
  if (value("LoadState") == "masked") {
    return BootOutcome{fmt::format("{} is masked: nothing reads {} at boot", unit.name, unit.file),
                       fmt::format("systemctl unmask {}", unit.name)};
  }
  if (state == "disabled") {
    return BootOutcome{fmt::format("{} is disabled: nothing reads {} at boot", unit.name, unit.file),
                       fmt::format("systemctl enable {}", unit.name)};
  }
  std::string said;
  std::istringstream lines(
      OutputOf(host, {"journalctl", "--boot", "--unit", unit.name, "--no-pager", "--output", "cat", "--lines", "200"}));
  for (std::string line; std::getline(lines, line);) {
    if (line.find("sriov_numvfs") != std::string::npos || line.find("write error") != std::string::npos) said = line;
  }
  const std::string look = fmt::format("journalctl --boot --unit {}", unit.name);
  if (value("ActiveState") == "failed") {
    return BootOutcome{
        fmt::format("{} failed ({}){}", unit.name, value("Result"), said.empty() ? "" : ": " + said.substr(0, 300)),
        look};
  }
  if (!said.empty()) return BootOutcome{fmt::format("{} says: {}", unit.name, said.substr(0, 300)), look};
  if (value("ActiveState") == "inactive") {
    return BootOutcome{fmt::format("{} did not run in this boot", unit.name), look};
  }
  return std::nullopt;
}

// The driver comes to the PF before the line is carried out only where it is loaded early.
bool IsLoadedEarly(ConfigFiles& files, const std::string& driver) {
  const auto names = files.List(kModulesLoadFolder, ".conf");
  for (const auto& name : names.value_or(std::vector<std::string>())) {
    const auto text = files.Read(fmt::format("{}/{}", kModulesLoadFolder, name));
    if (!text) continue;
    for (const auto& line : SplitLines(text->value_or(""))) {
      if (NormalName(line.text) == NormalName(driver)) return true;
    }
  }
  return false;
}

std::optional<BootOutcome> WhatThePfSays(Host& host, const ConfigRequest& request) {
  const std::string folder = "/sys/bus/pci/devices/" + request.pf;
  if (!IsThere(host, folder + "/vendor")) {
    return BootOutcome{fmt::format("there is no device {} in this boot", request.pf),
                       "vfqual host configure again: the GPU may be at another address now"};
  }
  const auto link = host.ReadLink(folder + "/driver");
  const auto driver = link ? link->substr(link->find_last_of('/') + 1) : std::string();
  if (driver.empty()) {
    return BootOutcome{fmt::format("no driver is bound to {}", request.pf),
                       "vfqual module status tells what would load, dmesg why it did not bind"};
  }
  if (driver != request.driver) {
    return BootOutcome{fmt::format("{} is bound to {}, not to {}", request.pf, driver, request.driver),
                       "vfqual module status tells what loads at boot"};
  }
  const auto total = host.ReadTrimmed(folder + "/sriov_totalvfs").value_or("0");
  const auto number = NumberAfter(total, "").value_or(0);
  if (number == 0) {
    return BootOutcome{fmt::format("{} offers no VFs on {} (sriov_totalvfs is {})", driver, request.pf, total),
                       "the driver's parameters above; is it the module, or the kernel's own? vfqual module status"};
  }
  if (number < request.vfs) {
    return BootOutcome{fmt::format("{} offers {} VFs on {} (sriov_totalvfs), {} are configured", driver, number,
                                   request.pf, request.vfs),
                       fmt::format("vfqual host configure --vfs {}", number)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<bool> BootedWith(Host& host, const std::vector<std::string>& files) {
  const auto booted_at = NumberAfter(host.Read("/proc/stat").value_or(""), "btime ");
  if (!booted_at) return std::nullopt;
  bool any = false;
  for (const auto& file : files) {
    if (file.empty()) continue;
    const auto changed_at = ModifiedAt(host, file);
    if (!changed_at) continue;
    any = true;
    if (*changed_at > *booted_at) return false;
  }
  return any ? std::optional(true) : std::nullopt;
}

std::vector<std::string> MadeOfBootLine(Host& host, const std::string& configured_in) {
  if (configured_in.find("grub") != std::string::npos) return {configured_in, GrubMenu(host)};
  return {configured_in};
}

std::vector<std::string> MadeOfModprobe(Host& host) {
  const auto release = host.ReadTrimmed("/proc/sys/kernel/osrelease").value_or("");
  std::vector<std::string> images;
  for (const auto& image : {"/boot/initrd.img-" + release, "/boot/initramfs-" + release + ".img"}) {
    if (IsThere(host, image)) images.push_back(image);
  }
  return images;
}

BootOutcome WhyNotOnCommandLine(ConfigFiles& files, std::optional<Method> method, const std::string& configured_in,
                                const std::string& parameter) {
  Host& host = files.OnHost();
  const auto commands = method ? RefreshBootLoader(files, *method) : Result<std::vector<Argv>>(std::vector<Argv>());
  const bool known = commands && !commands->empty();
  BootOutcome outcome;
  outcome.fix = known ? Joined(*commands) + "; then reboot" : "make the boot loader's entries anew, then reboot";
  if (method == Method::kNixos) outcome.fix = "nixos-rebuild boot, then reboot into the default entry";
  const auto menu = configured_in.find("grub") == std::string::npos ? std::string() : GrubMenu(host);
  const auto menu_made = menu.empty() ? std::nullopt : ModifiedAt(host, menu);
  const auto configured = ModifiedAt(host, configured_in);
  if (menu_made && configured && *menu_made < *configured) {
    outcome.cause = fmt::format("{} is older than {}: it was not made anew", menu, configured_in);
  } else if (!menu.empty() && host.Read(menu).value_or("").find(parameter) != std::string::npos) {
    outcome.cause = fmt::format("{} has it, /proc/cmdline has not: this boot took another entry, or was edited", menu);
    outcome.fix = "reboot into the default entry";
  } else {
    outcome.cause = "/proc/cmdline has it not: the boot loader's entry is not made of " + configured_in;
  }
  return outcome;
}

BootOutcome WhyNotInDriver(Host& host, const std::string& driver, const std::string& parameter, bool by_command_line) {
  const std::string folder = "/sys/module/" + NormalName(driver);
  if (!IsThere(host, folder + "/initstate")) {
    return {fmt::format("{} is not loaded", driver), "vfqual module status tells what would load, and what keeps it"};
  }
  if (!IsThere(host, folder + "/parameters/" + parameter)) {
    return {fmt::format("the {} that is loaded has no parameter {}: it is the kernel's own, or of another release",
                        driver, parameter),
            "vfqual module status tells which is loaded, and which should be"};
  }
  if (by_command_line) {
    return {fmt::format("{} was told so by /proc/cmdline and took another value", driver),
            fmt::format("dmesg tells why: dmesg | grep {}", driver)};
  }
  return {fmt::format("{} was loaded without modprobe.d's options: from an initramfs that has not got them", driver),
          InitramfsFix(host) + "; then reboot"};
}

BootOutcome WhyNoVfs(ConfigFiles& files, const ConfigRequest& request, VfsAtBoot how) {
  Host& host = files.OnHost();
  if (auto said = WhatThePfSays(host, request)) return *said;
  const Unit unit = how == VfsAtBoot::kSysfsutils ? Unit{"sysfsutils.service", "sysfs.conf"}
                                                  : Unit{"systemd-tmpfiles-setup.service", "tmpfiles.d"};
  const auto of_unit = WhatTheUnitSays(host, unit);
  if (const auto trouble = TroubleInKernelLog(host, request.pf); !trouble.empty()) {
    return {"kernel log: " + trouble, "vfqual doctor; vfqual triage knows published failures: dmesg | vfqual triage -"};
  }
  if (of_unit) return *of_unit;
  if (!IsLoadedEarly(files, request.driver)) {
    return {fmt::format("nothing loads {} before {}: the line was carried out before the driver was there",
                        request.driver, unit.name),
            "vfqual host configure, then reboot"};
  }
  return {
      fmt::format("{} ran, and neither it nor the kernel's log tells why; or they were taken away since", unit.name),
      fmt::format("try it by hand, as root, and read dmesg: echo {} > /sys/bus/pci/devices/{}/sriov_numvfs",
                  request.vfs, request.pf)};
}

BootOutcome WhyVfsAreWithTheHost(Host& host) {
  if (!IsThere(host, "/sys/bus/pci/drivers/vfio-pci")) {
    return {"vfio-pci is not loaded, which the udev rule binds them to",
            "vfqual host configure --keep-vfs-from-host, then reboot"};
  }
  return {"the host's driver took them before the udev rule did, or the rule was not read",
          "udevadm control --reload; then take the VFs away and make them again: vfqual vf remove, vfqual vf create"};
}

BootOutcome WhyLoaded(Host& host, const std::string& module) {
  return {
      fmt::format("{} is loaded all the same: from an initramfs that has not got the blacklist, or by hand", module),
      InitramfsFix(host) + "; then reboot"};
}

}  // namespace vfqual::host_config
