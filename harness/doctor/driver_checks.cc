#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/doctor/config_request.h"
#include "harness/doctor/subject.h"
#include "module/host_config/host_status.h"
#include "module/host_config/kernel_command_line.h"
#include "module/installed_kernels.h"
#include "module/loaded_module.h"
#include "module/secure_boot/verdict.h"

namespace vfqual::doctor {

namespace {

Check Parameters(const Subject& subject) {
  AskedConfig asked;
  asked.driver = subject.driver;
  asked.pf = subject.pf->address.ToString();
  const auto found = MakeConfigRequest(subject.host, asked);
  if (!found) return {"parameters", State::kUnknown, found.error().Message(), found.error().fix};
  const auto status = host_config::ReadStatus(subject.host, found->request);
  if (!status) return {"parameters", State::kUnknown, status.error().Message(), status.error().fix};
  if (host_config::ParameterValue(subject.facts.kernel_command_line, "nomodeset")) {
    return {"parameters", State::kBad, "nomodeset in /proc/cmdline: the driver leaves the GPU alone", "take it out"};
  }
  State state = State::kOk;
  std::vector<std::string> parts;
  std::string fix;
  for (const auto& item : status->items) {
    if (item.name == "VFs at boot" || item.name == "VFs kept from the host") continue;
    using Item = host_config::StatusItem::State;
    if (item.state == Item::kOk) {
      parts.push_back(fmt::format("{}={}", item.name, item.running));
      continue;
    }
    if (item.state == Item::kUnknown) {
      parts.push_back(fmt::format("{}: running {}, not told where it is configured", item.name, item.running));
      if (state == State::kOk) state = State::kUnknown;
      continue;
    }
    parts.push_back(
        fmt::format("{}: wanted {}, configured {}, running {}", item.name, item.wanted, item.configured, item.running));
    // What is configured comes with a reboot, and what runs now is lost with one.
    const bool serves_once = item.state == Item::kReboot || item.state == Item::kNotKept;
    state = serves_once && state != State::kBad ? State::kWarn : State::kBad;
    if (item.state == Item::kReboot && fix.empty()) {
      fix = "reboot";
    } else if (item.state == Item::kNotInEffect) {
      // This boot had the configuration: another reboot alone does not help.
      parts.back() += ": " + item.cause;
      fix = item.fix;
    } else if (item.state != Item::kReboot) {
      fix = "vfqual host configure, then reboot";
    }
  }
  if (state == State::kUnknown) fix = fmt::format("vfqual host status tells more ({})", status->boot_loader);
  return {"parameters", state, fmt::format("{}", fmt::join(parts, "; ")), fix};
}

// DKMS installs into /updates (dkms.conf, DEST_MODULE_LOCATION); on some distributions below /updates/dkms or /extra.
bool IsStock(const ModuleFile& file) {
  return file.path.find("/kernel/drivers/") != std::string::npos;
}

Check Drivers(const Subject& subject) {
  const bool i915 = IsModuleLoaded(subject.host, "i915").value_or(false);
  const bool xe = IsModuleLoaded(subject.host, "xe").value_or(false);
  if (i915 && xe) {
    return {"drivers", State::kBad, "/sys/module has i915 and xe: both are loaded, and may both want the GPU",
            fmt::format("module_blacklist={} on the kernel's command line: vfqual host configure",
                        host_config::OtherDriver(subject.driver))};
  }
  const std::string bound =
      !subject.pf ? "there is no GPU for it"
                  : "the GPU is bound to " + (subject.pf->driver.empty() ? "no driver" : subject.pf->driver);
  const bool loaded = subject.driver == "i915" ? i915 : xe;
  if (subject.pf && subject.pf->driver == "vfio-pci") {
    return {"drivers", State::kBad,
            fmt::format("{} is bound to vfio-pci: the GPU itself is passed to a guest", subject.pf->address.ToString()),
            "give it back to the host: take its id out of vfio-pci.ids and of the guest"};
  }
  if (!loaded) {
    return {"drivers", State::kWarn, fmt::format("{} is not loaded; {}", subject.driver, bound),
            "vfqual run loads it; for good: install the module and reboot"};
  }
  const auto file = FindModuleFile(subject.host, subject.driver, subject.facts.kernel_release);
  const auto running = LoadedSrcversion(subject.host, subject.driver);
  const std::string evidence = fmt::format("{} is loaded; {}", subject.driver, bound);
  if (!file || !running) return {"drivers", State::kOk, evidence, ""};
  const bool stock = IsStock(*file);
  if (!running->empty() && !file->srcversion.empty() && *running != file->srcversion) {
    return {"drivers", State::kWarn,
            fmt::format("{}; srcversion {} runs, modprobe would load {} ({})", evidence, *running, file->srcversion,
                        file->path),
            "reboot, after making the initramfs anew"};
  }
  if (stock)
    return {"drivers", State::kWarn, fmt::format("{}; it is the kernel's own ({})", evidence, file->path),
            IsNixos(subject.host) ? "vfqual module install SOURCE --route nixos prints what to import"
                                  : "install the module: dkms install"};
  return {"drivers", State::kOk, fmt::format("{} ({})", evidence, file->path), ""};
}

constexpr const char* kSecureBootVariable = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

// Where no module is there to be judged: the key that DKMS would sign it with.
Check MachineKey(Host& host, const secure_boot::JudgedHost& judged, const secure_boot::KernelPolicy& policy) {
  const auto& path = judged.machine_key.certificate;
  for (const auto& known : judged.known) {
    if (known.path != path) continue;
    const auto trust = secure_boot::TrustOf(judged, policy, known.certificate);
    if (trust.answer == secure_boot::Answer::kLoads) {
      return {"secure-boot", State::kOk, fmt::format("on; DKMS' key {}: {}", path, trust.why), ""};
    }
    return {"secure-boot", State::kBad, fmt::format("on; DKMS' key {}: {}", path, trust.why),
            secure_boot::EnrolFix(judged.state, known.certificate, path)};
  }
  Command command;
  command.argv = {"mokutil", "--test-key", path};
  const auto tested = host.Run(command);
  if (tested && (tested->out + tested->err).find("already enrolled") != std::string::npos) {
    return {"secure-boot", State::kOk, fmt::format("on; DKMS' key {} is enrolled (mokutil --test-key)", path), ""};
  }
  return {"secure-boot", State::kBad, "on, and DKMS' key is not known to be enrolled: the kernel rejects the module",
          fmt::format("mokutil --import {}, then enrol it at the next boot; or switch Secure Boot off", path)};
}

Check SecureBoot(const Subject& subject) {
  Host& host = subject.host;
  if (!host.Exists("/sys/firmware/efi").value_or(false)) {
    return {"secure-boot", State::kOk, "no /sys/firmware/efi: started without UEFI, so without Secure Boot", ""};
  }
  // Four bytes of attributes, then the value (UEFI specification, "Globally Defined Variables").
  const auto variable = host.Read(kSecureBootVariable);
  if (!variable) {
    if (!host.Exists("/sys/firmware/efi/efivars").value_or(false))
      return {"secure-boot", State::kUnknown, "efivarfs is not mounted", ""};
    return {"secure-boot", State::kOk, "the firmware has no SecureBoot variable", ""};
  }
  constexpr std::size_t kValueAt = 4;
  if (variable->size() <= kValueAt || (*variable)[kValueAt] != 1)
    return {"secure-boot", State::kOk, "off (the SecureBoot variable)", ""};
  const auto judged = secure_boot::ReadJudgedHost(host);
  if (!judged.state.IsOn()) return {"secure-boot", State::kOk, judged.state.Describe(), ""};
  const auto policy = secure_boot::ReadKernelPolicy(host, subject.facts.kernel_release);
  const auto file = FindModuleFile(host, subject.driver, subject.facts.kernel_release);
  if (file && !IsStock(*file)) {
    const auto verdict = secure_boot::JudgeModuleFile(host, judged, policy, file->path);
    const auto evidence = fmt::format("{}; {} {}", judged.state.Describe(), file->path, secure_boot::OneLine(verdict));
    if (verdict.answer == secure_boot::Answer::kRejected) return {"secure-boot", State::kBad, evidence, verdict.fix};
    if (verdict.answer != secure_boot::Answer::kUnknown) return {"secure-boot", State::kOk, evidence, ""};
  }
  return MachineKey(host, judged, policy);
}

}  // namespace

Checks CheckDriver(const Subject& subject) {
  Checks checks;
  if (subject.pf) checks.push_back(Parameters(subject));
  checks.push_back(Drivers(subject));
  checks.push_back(SecureBoot(subject));
  return checks;
}

}  // namespace vfqual::doctor
