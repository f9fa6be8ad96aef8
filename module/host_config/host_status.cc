#include "module/host_config/host_status.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>

#include "module/host_config/boot_outcome.h"
#include "module/host_config/command_line_files.h"
#include "module/host_config/config_state.h"
#include "module/host_config/grub_config.h"
#include "module/host_config/kernel_command_line.h"
#include "module/host_config/load_at_boot.h"
#include "module/host_config/modprobe_config.h"
#include "module/host_config/vf_rule.h"
#include "module/host_config/vfs_at_boot.h"

namespace vfqual::host_config {

namespace {

constexpr const char* kNone = "-";
constexpr const char* kNixosKernelParams = "/nix/var/nix/profiles/system/kernel-params";

struct Seen {
  std::string text = kNone;
  bool serves = false;
  std::string file;
};

struct BootLine {
  std::optional<std::string> text;
  std::string file;  // or why there is none
  std::optional<Method> method;
};

BootLine ReadBootLine(ConfigFiles& files, const ConfigRequest& request) {
  auto method = request.method;
  if (!method || *method == Method::kModprobe) {
    const auto loader = DetectBootLoader(files.OnHost());
    if (!loader) return {std::nullopt, loader.error().what, std::nullopt};
    method = loader->method;
  }
  const auto told = [&method](const Result<std::string>& line, const std::string& file) {
    return line ? BootLine{*line, file, method} : BootLine{std::nullopt, line.error().what, method};
  };
  if (*method == Method::kGrub) return told(GrubCommandLine(files), kGrubDefaults);
  if (*method == Method::kNixos) {
    // What the generation that boots next was built with (nixpkgs, nixos/modules/system/activation/top-level.nix).
    const auto line = files.OnHost().ReadTrimmed(kNixosKernelParams);
    if (line) return {*line, kNixosKernelParams, method};
    return {std::nullopt, "NixOS makes it from its configuration", method};
  }
  if (*method == Method::kSystemdBoot) {
    const auto entries = HandWrittenEntries(files);
    if (entries && !entries->empty()) {
      const auto text = files.Read(entries->front());
      const std::string all = text && *text ? **text : std::string();
      const auto at = all.find("\noptions");
      const auto line = at == std::string::npos ? std::string() : all.substr(at + 8, all.find('\n', at + 1) - at - 8);
      return {line, entries->front(), method};
    }
  }
  return told(KernelCmdline(files), kKernelCmdline);
}

class Reader {
 public:
  Reader(Host& host, const ConfigRequest& request)
      : host_(host),
        files_(host),
        request_(request),
        boot_(ReadBootLine(files_, request)),
        running_(host.ReadTrimmed("/proc/cmdline").value_or("")) {}

  const BootLine& Boot() const { return boot_; }

  void KernelParameter(const std::string& name, const std::string& wanted) {
    Seen configured = InBootLine(name, wanted);
    Seen running;
    if (const auto value = ParameterValue(running_, name))
      running = {*value, ParameterServes(name, wanted, *value), ""};
    if (name == "intel_iommu" && !running.serves) {
      const auto iommus = host_.List("/sys/class/iommu");
      if (iommus && !iommus->empty()) {
        running = {"in use, without the parameter", true, ""};
        if (configured.text == kNone) configured = {"by itself", true, ""};  // CONFIG_INTEL_IOMMU_DEFAULT_ON
      }
    }
    if (name == "module_blacklist" && !configured.serves) {
      const auto file = BlacklistedIn(files_, wanted);
      if (file && !file->empty()) configured = {"blacklist " + wanted, true, *file};
    }
    if (name == "module_blacklist" && !running.serves) {
      const auto loaded = host_.Exists("/sys/module/" + NormalModule(wanted) + "/initstate");
      running = {loaded.value_or(false) ? wanted + " is loaded" : wanted + " is not loaded", !loaded.value_or(true),
                 ""};
    }
    const std::string on_line = fmt::format("{}={}", name, wanted);
    const bool by_blacklist = name == "module_blacklist" && configured.file != boot_.file;
    Add(name, wanted, configured, running,
        by_blacklist ? MadeOfModprobe(host_) : MadeOfBootLine(host_, configured.file), [&] {
          return by_blacklist ? WhyLoaded(host_, wanted)
                              : WhyNotOnCommandLine(files_, boot_.method, configured.file, on_line);
        });
  }

  void ModuleParameter(const std::string& parameter, const std::string& wanted) {
    const std::string name = request_.driver + "." + parameter;
    Seen configured = InBootLine(name, wanted);
    // What stands on the command line comes after modprobe.d's options, and wins (modprobe(8)).
    if (configured.text == kNone) {
      const auto option = ModprobeOption(files_, request_.driver, parameter);
      if (option && *option) {
        configured = {(*option)->value, ParameterServes(parameter, wanted, (*option)->value), (*option)->file};
      }
    }
    Seen running;
    const auto value =
        host_.ReadTrimmed(fmt::format("/sys/module/{}/parameters/{}", NormalModule(request_.driver), parameter));
    if (value) running = {*value, ParameterServes(parameter, wanted, *value), ""};
    const auto on_line = ParameterValue(running_, name);
    const bool by_boot_line = configured.file == boot_.file;
    Add(name, wanted, configured, running,
        by_boot_line ? MadeOfBootLine(host_, configured.file) : MadeOfModprobe(host_), [&] {
          const bool lacks = by_boot_line && (!on_line || !ParameterServes(parameter, wanted, *on_line));
          return lacks ? WhyNotOnCommandLine(files_, boot_.method, configured.file, fmt::format("{}={}", name, wanted))
                       : WhyNotInDriver(host_, request_.driver, parameter, by_boot_line);
        });
  }

  void Vfs() {
    Seen configured;
    auto how = VfsAtBoot::kNone;
    const auto see = [&](const Result<std::optional<VfsLine>>& found, VfsAtBoot by) {
      if (!found || !*found) return;
      configured = {(*found)->value, (*found)->value == std::to_string(request_.vfs), (*found)->file};
      how = by;
    };
    see(FindSysfsLine(files_, request_), VfsAtBoot::kSysfsutils);
    see(FindTmpfilesLine(files_, request_), VfsAtBoot::kTmpfiles);
    Seen running;
    const auto value = host_.ReadTrimmed(fmt::format("/sys/bus/pci/devices/{}/sriov_numvfs", request_.pf));
    if (value) running = {*value, *value == std::to_string(request_.vfs), ""};
    Add("VFs at boot", std::to_string(request_.vfs), configured, running, {configured.file, kOwnTmpfilesOrderFile},
        [&] { return WhyNoVfs(files_, request_, how); });
  }

  void VfRule() {
    Seen configured;
    const auto rule = FindVfRule(files_, request_);
    if (!rule) {
      configured.text = rule.error().what;
    } else if (!rule->empty()) {
      configured = {"udev rule", true, *rule};
    }
    Seen running;
    std::vector<std::string> others;
    int bound = 0;
    for (const auto& address : request_.vf_addresses) {
      const std::string folder = "/sys/bus/pci/devices/" + address;
      if (!host_.Exists(folder + "/vendor").value_or(false)) continue;
      const auto driver = host_.ReadLink(folder + "/driver");
      if (driver && driver->ends_with("/vfio-pci")) {
        ++bound;
      } else if (driver) {
        others.push_back(fmt::format("{} {}", address, driver->substr(driver->find_last_of('/') + 1)));
      }
    }
    running = {others.empty() ? fmt::format("{} VFs at vfio-pci", bound) : fmt::format("{}", fmt::join(others, ", ")),
               others.empty(), ""};
    Add("VFs kept from the host", "yes", configured, running, {configured.file},
        [&] { return WhyVfsAreWithTheHost(host_); });
  }

  std::vector<StatusItem> Take() { return std::move(items_); }

 private:
  static std::string NormalModule(std::string name) {
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
  }

  Seen InBootLine(const std::string& name, const std::string& wanted) const {
    if (!boot_.text) return {};
    const auto value = ParameterValue(*boot_.text, name);
    if (!value) return {};
    return {*value, ParameterServes(name, wanted, *value), boot_.file};
  }

  // `made_of`: what must be older than this boot for the boot to have had it; `why` is asked where it had.
  void Add(const std::string& name, const std::string& wanted, const Seen& configured, const Seen& running,
           std::vector<std::string> made_of, const std::function<BootOutcome()>& why) {
    using State = StatusItem::State;
    State state = State::kMissing;
    if (configured.serves && running.serves)
      state = State::kOk;
    else if (configured.serves)
      state = State::kReboot;
    else if (configured.text == kNone && !boot_.text)
      state = State::kUnknown;
    else if (running.serves)
      state = State::kNotKept;
    StatusItem item{name, wanted, configured.text, configured.file, running.text, state, {}, {}};
    made_of.push_back(configured.file);
    if (state == State::kReboot && BootedWith(host_, made_of).value_or(false)) {
      auto outcome = why();
      item.state = State::kNotInEffect;
      item.cause = std::move(outcome.cause);
      item.fix = std::move(outcome.fix);
    }
    items_.push_back(std::move(item));
  }

  Host& host_;
  ConfigFiles files_;
  const ConfigRequest& request_;
  BootLine boot_;
  std::string running_;
  std::vector<StatusItem> items_;
};

}  // namespace

Result<HostStatus> ReadStatus(Host& host, const ConfigRequest& fallback) {
  VFQUAL_TRY(const auto state, LoadState(host), "");
  const ConfigRequest& request = state ? state->request : fallback;
  HostStatus status;
  status.recorded = state.has_value();
  status.commands_pending = state && state->commands_pending;
  Reader reader(host, request);
  status.boot_loader = reader.Boot().file;
  reader.KernelParameter("intel_iommu", "on");
  for (const auto& [name, value] : WantedModuleParameters(request)) reader.ModuleParameter(name, value);
  reader.KernelParameter("module_blacklist", OtherDriver(request.driver));
  if (request.vfs_at_boot != VfsAtBoot::kNone) reader.Vfs();
  if (request.keep_vfs_from_host) reader.VfRule();
  status.items = reader.Take();
  return status;
}

}  // namespace vfqual::host_config
