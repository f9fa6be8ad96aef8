#include "module/host_config/host_status.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "module/host_config/command_line_files.h"
#include "module/host_config/config_state.h"
#include "module/host_config/grub_config.h"
#include "module/host_config/kernel_command_line.h"
#include "module/host_config/modprobe_config.h"
#include "module/host_config/vf_rule.h"
#include "module/host_config/vfs_at_boot.h"

namespace vfqual::host_config {

namespace {

constexpr const char* kNone = "-";

struct Seen {
  std::string text = kNone;
  bool serves = false;
  std::string file;
};

struct BootLine {
  std::optional<std::string> text;
  std::string file;  // or why there is none
};

BootLine ReadBootLine(ConfigFiles& files, const ConfigRequest& request) {
  auto method = request.method;
  if (!method || *method == Method::kModprobe) {
    const auto loader = DetectBootLoader(files.OnHost());
    if (!loader) return {std::nullopt, loader.error().what};
    method = loader->method;
  }
  const auto told = [](const Result<std::string>& line, const std::string& file) {
    return line ? BootLine{*line, file} : BootLine{std::nullopt, line.error().what};
  };
  if (*method == Method::kGrub) return told(GrubCommandLine(files), kGrubDefaults);
  if (*method == Method::kNixos) return {std::nullopt, "NixOS makes it from its configuration"};
  if (*method == Method::kSystemdBoot) {
    const auto entries = HandWrittenEntries(files);
    if (entries && !entries->empty()) {
      const auto text = files.Read(entries->front());
      const std::string all = text && *text ? **text : std::string();
      const auto at = all.find("\noptions");
      const auto line = at == std::string::npos ? std::string() : all.substr(at + 8, all.find('\n', at + 1) - at - 8);
      return {line, entries->front()};
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
    Add(name, wanted, configured, running);
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
    Add(name, wanted, configured, running);
  }

  void Vfs() {
    Seen configured;
    for (const auto& found : {FindSysfsLine(files_, request_), FindTmpfilesLine(files_, request_)}) {
      if (found && *found) {
        configured = {(*found)->value, (*found)->value == std::to_string(request_.vfs), (*found)->file};
      }
    }
    Seen running;
    const auto value = host_.ReadTrimmed(fmt::format("/sys/bus/pci/devices/{}/sriov_numvfs", request_.pf));
    if (value) running = {*value, *value == std::to_string(request_.vfs), ""};
    Add("VFs at boot", std::to_string(request_.vfs), configured, running);
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
    Add("VFs kept from the host", "yes", configured, running);
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

  void Add(const std::string& name, const std::string& wanted, const Seen& configured, const Seen& running) {
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
    items_.push_back({name, wanted, configured.text, configured.file, running.text, state});
  }

  Host& host_;
  ConfigFiles files_;
  const ConfigRequest& request_;
  BootLine boot_;
  std::string running_;
  std::vector<StatusItem> items_;
};

}  // namespace

const char* Word(StatusItem::State state) {
  switch (state) {
    case StatusItem::State::kOk:
      return "ok";
    case StatusItem::State::kReboot:
      return "reboot";
    case StatusItem::State::kNotKept:
      return "not kept";
    case StatusItem::State::kMissing:
      return "missing";
    case StatusItem::State::kUnknown:
      break;
  }
  return "unknown";
}

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

std::string StatusText(const HostStatus& status) {
  std::vector<std::array<std::string, 5>> rows = {{"", "wanted", "configured", "running", ""}};
  std::string files;
  for (const auto& item : status.items) {
    rows.push_back({item.name, item.wanted, item.configured, item.running, Word(item.state)});
    if (!item.configured_in.empty()) files += fmt::format("  {:<24} {}\n", item.name, item.configured_in);
  }
  std::array<std::size_t, 5> widths{};
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths.at(column) = std::max(widths.at(column), row.at(column).size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t column = 0; column < row.size(); ++column) {
      line += fmt::format("{:<{}}  ", row.at(column), widths.at(column));
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  if (!files.empty()) text += "\nconfigured in\n" + files;
  text += fmt::format("\nthe kernel's parameters: {}\n", status.boot_loader);
  if (!status.recorded) text += "\nvfqual host configure was not called on this host: wanted is what it would set\n";
  if (status.commands_pending) {
    text +=
        "\nan earlier configure was cut short (initramfs and boot loader may be old): call vfqual host configure, or "
        "--undo\n";
  }
  return text;
}

nlohmann::ordered_json ToJson(const HostStatus& status) {
  nlohmann::ordered_json items = nlohmann::ordered_json::array();
  for (const auto& item : status.items) {
    items.push_back({{"name", item.name},
                     {"wanted", item.wanted},
                     {"configured", item.configured},
                     {"configured_in", item.configured_in},
                     {"running", item.running},
                     {"state", Word(item.state)}});
  }
  return {{"schema", "vfqual/host-status/1"},
          {"recorded", status.recorded},
          {"boot_loader", status.boot_loader},
          {"commands_pending", status.commands_pending},
          {"items", std::move(items)}};
}

}  // namespace vfqual::host_config
