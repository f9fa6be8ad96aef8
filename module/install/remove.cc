#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "module/dkms_conf.h"
#include "module/install/initramfs_copy.h"
#include "module/install/install.h"
#include "module/install/module_status.h"

namespace vfqual {

namespace {

constexpr std::chrono::minutes kTimeout{45};

bool IsSafe(const std::string& name) {
  return !name.empty() && name.front() != '-' && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](unsigned char letter) {
           return std::isalnum(letter) != 0 || letter == '-' || letter == '_' || letter == '.' || letter == '+';
         });
}

void AddVersion(RemovePlan& plan, const std::string& version) {
  if (std::find(plan.versions.begin(), plan.versions.end(), version) == plan.versions.end()) {
    plan.versions.push_back(version);
  }
}

// What a call that was cut short left of it: DKMS no longer knows a version, but its sources are there.
void AddLeftSources(Host& host, RemovePlan& plan) {
  for (const auto& folder : host.List("/usr/src").value_or(std::vector<std::string>())) {
    if (!folder.starts_with(plan.name + "-")) continue;
    const auto conf = host.Read("/usr/src/" + folder + "/dkms.conf");
    if (!conf) continue;
    const auto parsed = ParseDkmsConf(*conf, folder);
    if (parsed && parsed->name == plan.name && folder == parsed->name + "-" + parsed->version) {
      plan.folders.push_back("/usr/src/" + folder);
    }
  }
}

// Whether the kernel's initramfs holds a module of the entry; one whose modules cannot be told may.
bool InInitramfs(Host& host, const DkmsEntry& entry) {
  const auto source = fmt::format("/var/lib/dkms/{}/{}/source/dkms.conf", entry.name, entry.version);
  const auto text = host.Read(source);
  const auto conf = text ? ParseDkmsConf(*text, source) : tl::unexpected<Error>(text.error());
  if (!conf) return !FindInitramfsImage(host, entry.kernel).path.empty();
  return std::any_of(conf->modules.begin(), conf->modules.end(), [&](const std::string& module) {
    return FindInitramfsCopy(host, module, entry.kernel).MayHoldIt();
  });
}

}  // namespace

Result<RemovePlan> PrepareRemove(Host& host, const std::string& name) {
  if (!IsSafe(name)) return FailInput(fmt::format("'{}' is no module's name", name));
  RemovePlan plan;
  plan.name = name;
  VFQUAL_TRY(const auto status, ReadModuleStatus(host, {name}), "");
  bool packaged = false;
  for (const auto& package : status.packages) {
    if (package.name != name && package.name != name + "-dkms") continue;
    packaged = true;
    // The package's own scripts take it out of DKMS.
    if (package.manager == "dpkg") plan.commands.push_back({"dpkg", "--purge", package.name});
    if (package.manager == "pacman") plan.commands.push_back({"pacman", "--remove", "--noconfirm", package.name});
  }
  std::vector<std::string> refresh;  // kernels
  for (const auto& entry : status.dkms) {
    if (entry.name != name) continue;
    AddVersion(plan, entry.version);
    if (!entry.kernel.empty() && InInitramfs(host, entry)) refresh.push_back(entry.kernel);
  }
  if (!packaged) {
    for (const auto& version : plan.versions)
      plan.commands.push_back({"dkms", "remove", name + "/" + version, "--all"});
    AddLeftSources(host, plan);
  }
  if (plan.commands.empty() && plan.folders.empty()) {
    return FailInput(fmt::format("no module {} is installed by DKMS, dpkg or pacman", name),
                     "vfqual module status lists what is");
  }
  for (const auto& release : refresh) {
    const auto argv = RefreshInitramfsArgv(host, release);
    if (!argv.empty() && std::find(plan.commands.begin(), plan.commands.end(), argv) == plan.commands.end()) {
      plan.commands.push_back(argv);
    }
  }
  return plan;
}

Status Remove(Host& host, ChangeLog& changes, const RemovePlan& plan,
              const std::function<void(const std::string&)>& print) {
  auto commands = plan.commands;
  for (const auto& folder : plan.folders) commands.push_back({"rm", "-r", "--", folder});
  for (const auto& argv : commands) {
    print(fmt::format("{}", fmt::join(argv, " ")));
    Command command;
    command.argv = argv;
    command.timeout = kTimeout;
    command.environment = {{"LC_ALL", "C"}, {"DEBIAN_FRONTEND", "noninteractive"}};
    VFQUAL_TRY(const auto completed, changes.Run("remove " + plan.name, command, Undo::Nothing()), "");
    if (!completed.Ok()) {
      return Fail(fmt::format("{}: {}", fmt::join(argv, " "), completed.Describe()), "mend that and call it again");
    }
  }
  if (changes.IsDryRun()) return {};
  for (const auto& version : plan.versions) {
    for (const auto& path : {"/var/lib/dkms/" + plan.name + "/" + version, "/usr/src/" + plan.name + "-" + version}) {
      if (host.Exists(path).value_or(false)) {
        return Fail(fmt::format("{} is left", path), "look at it; then remove it by hand");
      }
    }
  }
  return changes.Keep();
}

}  // namespace vfqual
