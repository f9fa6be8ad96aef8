#include "harness/doctor/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "harness/doctor/subject.h"
#include "module/dkms_module.h"

namespace vfqual::doctor {

namespace {

// dkms.conf is shell; a plain assignment is read, anything else is not.
std::string ExclusiveKernel(const std::string& conf) {
  const std::string key = "\nBUILD_EXCLUSIVE_KERNEL=";
  const auto at = ("\n" + conf).find(key);
  if (at == std::string::npos) return {};
  std::string value = conf.substr(at + key.size() - 1, conf.find('\n', at) - at - key.size() + 1);
  while (!value.empty() && (value.back() == '\r' || value.back() == ' ')) value.pop_back();
  const bool quoted =
      value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
  return quoted ? value.substr(1, value.size() - 2) : value;
}

Result<ExaminedModule> ReadModule(Host& host, const std::string& folder) {
  VFQUAL_TRY(const auto module, ReadDkmsModule(host, folder), "");
  const auto conf = host.Read(folder + "/dkms.conf");
  return ExaminedModule{module.conf.name, module.conf.version, folder, ExclusiveKernel(conf.value_or(""))};
}

// The module of that name that DKMS holds, the newest version; the lab's own counts too.
std::optional<ExaminedModule> ModuleInDkms(Host& host, const std::string& known_name) {
  std::optional<ExaminedModule> found;
  const std::string tree = "/var/lib/dkms";
  for (const std::string& name : {known_name, std::string("lab-gpu")}) {
    const auto versions = host.List(tree + "/" + name);
    for (const auto& version : versions.value_or(std::vector<std::string>{})) {
      auto module = ReadModule(host, fmt::format("{}/{}/{}/source", tree, name, version));
      if (module) found = *std::move(module);
    }
    if (found) break;
  }
  return found;
}

bool RunsAsRoot(Host& host) {
  Command command;
  command.argv = {"id", "-u"};
  const auto completed = host.Run(command);
  return completed && completed->Ok() && completed->out == "0\n";
}

void FindGpu(Subject& subject, const std::vector<Platform>& platforms) {
  const auto found = FindPfs(subject.host, AllDeviceIds(platforms));
  if (!found) {
    subject.no_pf = found.error().Message();
    return;
  }
  if (found->empty()) {
    subject.no_pf = "no Intel GPU with the SR-IOV capability in /sys/bus/pci/devices";
    return;
  }
  subject.pf = found->front();
  if (const Platform* platform = FindPlatform(platforms, subject.pf->device)) subject.platform = *platform;
}

}  // namespace

const char* Word(State state) {
  switch (state) {
    case State::kOk:
      return "ok";
    case State::kWarn:
      return "warn";
    case State::kBad:
      return "bad";
    case State::kUnknown:
      break;
  }
  return "unknown";
}

std::string Subject::InstallFix(const std::string& debian, const std::string& arch, const std::string& nixos) const {
  if (facts.distribution.starts_with("nixos")) {
    return nixos.empty() ? fmt::format("environment.systemPackages = [ pkgs.{} ]; in configuration.nix", arch)
                         : fmt::format("{} in configuration.nix", nixos);
  }
  if (facts.distribution.starts_with("arch")) return "pacman -S " + arch;
  for (const char* kin : {"debian", "ubuntu"}) {
    if (facts.distribution.starts_with(kin)) return "apt-get install " + debian;
  }
  return fmt::format("install {} (as Debian calls it)", debian);
}

Result<Checks> Examine(Host& host, const DoctorOptions& options) {
  VFQUAL_TRY(auto facts, ReadHostFacts(host), "");
  VFQUAL_TRY(const auto platforms, LoadPlatforms(), "");
  Subject subject{host, false, std::move(facts), {}, {}, {}, {}, {}, "i915"};
  VFQUAL_TRY(subject.releases, LoadModuleReleases(), "");
  subject.is_root = RunsAsRoot(host);
  if (!options.module_folder.empty()) {
    VFQUAL_TRY(subject.module, ReadModule(host, options.module_folder), "--module");
  } else {
    subject.module = ModuleInDkms(host, subject.releases.name);
  }
  FindGpu(subject, platforms);
  if (!options.driver.empty()) {
    subject.driver = options.driver;
  } else if (subject.platform) {
    const auto& drivers = subject.platform->drivers;
    subject.driver = std::find(drivers.begin(), drivers.end(), "i915") != drivers.end() ? "i915" : drivers.front();
  }
  Checks all;
  if (!subject.is_root) {
    all.push_back({"root", State::kWarn,
                   "not run as root (id -u): other users' processes and kernel messages are not seen",
                   "sudo vfqual doctor"});
  }
  for (const auto group :
       {CheckKernel, CheckIommu, CheckGpu, CheckFirmware, CheckDriver, CheckVirtualization, CheckHolders}) {
    auto checks = group(subject);
    std::move(checks.begin(), checks.end(), std::back_inserter(all));
  }
  return all;
}

bool IsReady(const Checks& checks) {
  return std::none_of(checks.begin(), checks.end(), [](const Check& check) { return check.state == State::kBad; });
}

std::string ChecksText(const Checks& checks, bool colours) {
  constexpr const char* kPlain = "\x1b[0m";
  const auto colour = [](State state) {
    switch (state) {
      case State::kOk:
        return "\x1b[32m";
      case State::kWarn:
        return "\x1b[33m";
      case State::kBad:
        return "\x1b[31m";
      case State::kUnknown:
        break;
    }
    return "\x1b[36m";
  };
  std::string text;
  int bad = 0;
  for (const auto& check : checks) {
    bad += check.state == State::kBad ? 1 : 0;
    const std::string word = fmt::format("{:<8}", Word(check.state));
    text +=
        fmt::format("{} {:<15} {}\n", colours ? colour(check.state) + word + kPlain : word, check.id, check.evidence);
    if (!check.fix.empty()) text += fmt::format("{:24} fix: {}\n", "", check.fix);
  }
  return text +
         (bad == 0 ? "ready\n" : fmt::format("not ready: {} {} bad\n", bad, bad == 1 ? "check is" : "checks are"));
}

nlohmann::ordered_json ChecksJson(const Checks& checks, const std::string& host) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& check : checks) {
    list.push_back({{"id", check.id}, {"state", Word(check.state)}, {"evidence", check.evidence}, {"fix", check.fix}});
  }
  return {{"schema", "vfqual/doctor/1"}, {"host", host}, {"ready", IsReady(checks)}, {"checks", std::move(list)}};
}

}  // namespace vfqual::doctor
