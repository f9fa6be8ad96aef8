#include "module/install/module_status.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "module/install/initramfs_copy.h"
#include "module/installed_kernels.h"
#include "module/loaded_module.h"

namespace vfqual {

namespace {

constexpr std::size_t kMostStatusBytes = std::size_t{16} << 20U;

std::string Underscored(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// What the command prints; empty where it is not there or fails.
std::string Output(Host& host, std::vector<std::string> argv) {
  Command command;
  command.argv = std::move(argv);
  command.max_output_bytes = kMostStatusBytes;
  command.environment = {{"LC_ALL", "C"}};
  const auto completed = host.Run(command);
  return completed && completed->Ok() ? completed->out : std::string();
}

std::string Trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\n");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

bool InList(const std::string& list, const std::string& module) {
  std::istringstream names(list);
  for (std::string name; std::getline(names, name, ',');) {
    if (Underscored(name) == Underscored(module)) return true;
  }
  return false;
}

// The packages that brought the sources of DKMS' entries, and any whose name speaks of SR-IOV and DKMS.
std::vector<InstalledPackage> Packages(Host& host, const std::vector<DkmsEntry>& dkms) {
  std::vector<InstalledPackage> packages;
  const auto take = [&](const char* manager, const std::string& list) {
    std::istringstream lines(list);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      InstalledPackage package{manager, "", ""};
      words >> package.name >> package.version;
      const bool known = std::any_of(dkms.begin(), dkms.end(), [&](const DkmsEntry& entry) {
        return package.name == entry.name || package.name == entry.name + "-dkms";
      });
      if (known || package.name.find("sriov-dkms") != std::string::npos) packages.push_back(std::move(package));
    }
  };
  std::string installed;
  std::istringstream lines(
      Output(host, {"dpkg-query", "--show", "--showformat=${db:Status-Abbrev}\t${Package} ${Version}\n"}));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("ii")) installed += line.substr(line.find('\t') + 1) + "\n";
  }
  take("dpkg", installed);
  take("pacman", Output(host, {"pacman", "--query"}));
  return packages;
}

NextLoad Next(Host& host, const std::string& module, const std::string& release, const std::string& modprobe_config,
              const std::string& command_line) {
  NextLoad next;
  if (const auto file = FindModuleFile(host, module, release)) {
    next.path = file->path;
    next.srcversion = file->srcversion;
    next.version = file->version;
    next.ours = file->path.find("/lib/modules/" + release + "/kernel/") == std::string::npos;
  }
  const auto copy = FindInitramfsCopy(host, module, release);
  next.initramfs = copy.path;
  if (!copy.path.empty()) next.stale = WhyStale(copy, next.path);
  next.blacklisted = BlacklistReason(module, modprobe_config, command_line);
  return next;
}

LoadedNow Now(Host& host, const std::string& module, const NextLoad* next) {
  LoadedNow now;
  now.name = module;
  now.loaded = IsModuleLoaded(host, module).value_or(false);
  if (!now.loaded) return now;
  now.srcversion = LoadedSrcversion(host, module).value_or("");
  now.version = host.ReadTrimmed("/sys/module/" + Underscored(module) + "/version").value_or("");
  now.is_next = next != nullptr && next->srcversion == now.srcversion;
  return now;
}

}  // namespace

std::vector<DkmsEntry> ParseDkmsStatus(const std::string& text) {
  std::vector<DkmsEntry> entries;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(": ");
    if (colon == std::string::npos) continue;
    std::vector<std::string> parts;
    std::istringstream stream(line.substr(0, colon));
    for (std::string part; std::getline(stream, part, ',');) parts.push_back(Trimmed(part));
    DkmsEntry entry;
    // 2.x has name and version as two parts.
    if (const auto slash = parts.empty() ? std::string::npos : parts[0].find('/'); slash != std::string::npos) {
      entry.version = parts[0].substr(slash + 1);
      entry.name = parts[0].substr(0, slash);
      parts.erase(parts.begin());
    } else if (parts.size() >= 2) {
      entry.name = parts[0];
      entry.version = parts[1];
      parts.erase(parts.begin(), parts.begin() + 2);
    } else {
      continue;
    }
    if (!parts.empty()) entry.kernel = parts[0];
    const auto state = Trimmed(line.substr(colon + 2));
    const auto end = state.find_first_of(" (");
    entry.state = state.substr(0, end);
    if (end != std::string::npos) entry.note = Trimmed(state.substr(end));
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string BlacklistReason(const std::string& module, const std::string& modprobe_config,
                            const std::string& command_line) {
  std::istringstream words(command_line);
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) continue;
    const auto key = word.substr(0, equals);
    if ((key == "module_blacklist" || key == "modprobe.blacklist") && InList(word.substr(equals + 1), module)) {
      return fmt::format("{} on the kernel's command line", word);
    }
  }
  std::istringstream lines(modprobe_config);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream parts(line);
    std::string verb;
    std::string name;
    parts >> verb >> name;
    if (Underscored(name) != Underscored(module)) continue;
    if (verb == "blacklist") return "blacklist in modprobe.d";
    if (verb == "install") return fmt::format("modprobe.d has '{}'", line);
  }
  return {};
}

Result<ModuleStatus> ReadModuleStatus(Host& host, const std::vector<std::string>& modules) {
  ModuleStatus status;
  status.modules = modules.empty() ? std::vector<std::string>{"i915", "xe"} : modules;
  status.dkms = ParseDkmsStatus(Output(host, {"dkms", "status"}));
  status.packages = Packages(host, status.dkms);
  VFQUAL_TRY(const auto running, host.ReadTrimmed("/proc/sys/kernel/osrelease"), "which kernel runs");
  const auto command_line = host.ReadTrimmed("/proc/cmdline").value_or("");
  const auto config = Output(host, {"modprobe", "--showconfig"});
  status.secure_boot = secure_boot::ReadJudgedHost(host);
  for (const auto& release : InstalledKernels(host)) {
    KernelStatus kernel;
    kernel.release = release;
    kernel.running = release == running;
    kernel.policy = secure_boot::ReadKernelPolicy(host, release);
    for (const auto& module : status.modules) {
      auto next = Next(host, module, release, config, command_line);
      if (!next.path.empty()) {
        next.signature = secure_boot::JudgeModuleFile(host, status.secure_boot, kernel.policy, next.path);
      }
      kernel.modules.push_back(std::move(next));
    }
    status.kernels.push_back(std::move(kernel));
  }
  for (std::size_t index = 0; index < status.modules.size(); ++index) {
    const NextLoad* next = nullptr;
    for (const auto& kernel : status.kernels) {
      if (kernel.running) next = &kernel.modules[index];
    }
    status.loaded.push_back(Now(host, status.modules[index], next));
  }
  return status;
}

}  // namespace vfqual
