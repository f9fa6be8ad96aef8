#include "module/secure_boot/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "module/secure_boot/module_file.h"
#include "module/secure_boot/module_signature.h"

namespace vfqual::secure_boot {

namespace {

constexpr const char* kSignFix = "vfqual module sign";

bool Holds(const std::vector<Certificate>& list, const Certificate& wanted) {
  return std::any_of(list.begin(), list.end(), [&](const Certificate& each) { return each.der == wanted.der; });
}

// "module.sig_enforce" and "lockdown=integrity" (Documentation/admin-guide/kernel-parameters.txt).
std::string EnforcingOption(const std::string& command_line) {
  std::istringstream words(command_line);
  for (std::string word; words >> word;) {
    if (word == "module.sig_enforce" || word == "module.sig_enforce=1" || word == "module.sig_enforce=Y" ||
        word == "lockdown=integrity" || word == "lockdown=confidentiality") {
      return word;
    }
  }
  return {};
}

Trust PlatformTrust(const KernelPolicy& policy, const std::string& where) {
  if (!policy.trusts_platform) {
    return {Answer::kUnknown,
            where + "; whether this distribution's kernel takes keys of .platform for modules is not known here"};
  }
  if (*policy.trusts_platform) return {Answer::kLoads, where};
  return {Answer::kRejected, where + ", but this kernel does not take keys of .platform for modules"};
}

// The key of a signature whose certificate is nowhere to be found: only the running kernel's list of names is left.
const KernelKey* KernelKeyOf(const SecureBootState& state, const Signer& signer) {
  for (const auto& key : state.kernel_keys) {
    if (!signer.key_id_hex.empty() ? key.id_hex == signer.key_id_hex
                                   : !signer.issuer.empty() && key.name.ends_with(signer.issuer)) {
      return &key;
    }
  }
  return nullptr;
}

class Judge {
 public:
  Judge(const JudgedHost& host, const KernelPolicy& policy)
      : host_(host), policy_(policy), enforcement_(EnforcementOf(host.state, policy, host.running == policy.release)) {}

  ModuleVerdict Of(std::string_view bytes) {
    if (!policy_.checks_signatures) {
      verdict_.answer = Answer::kLoads;
      verdict_.reason = "this kernel looks at no signatures (CONFIG_MODULE_SIG is not set)";
      return verdict_;
    }
    const auto split = SplitSignature(bytes);
    if (!split) return Damaged(split.error());
    if (split->pkcs7.empty()) return Unsigned();
    const auto signer = ReadSigner(split->pkcs7);
    if (!signer) return Damaged(signer.error());
    verdict_.signer = signer->Describe();
    verdict_.digest = signer->digest;
    for (const auto& known : host_.known) {
      if (NamesCertificate(*signer, known.certificate)) return SignedBy(known, IsSignedBy(*split, known.certificate));
    }
    return SignedByStranger(*signer);
  }

 private:
  ModuleVerdict Damaged(const Error& error) {
    verdict_.answer = Answer::kRejected;
    verdict_.reason = error.what + "; kernels refuse that even without Secure Boot";
    verdict_.fix = error.fix;
    return verdict_;
  }

  // Loads with a mark where nothing enforces, and is refused where something does.
  void NotTrusted(const std::string& what, std::string fix) {
    verdict_.answer = enforcement_.enforced ? Answer::kRejected : Answer::kTaints;
    verdict_.reason = fmt::format("{}; {}", what, enforcement_.why);
    verdict_.fix = std::move(fix);
  }

  ModuleVerdict Unsigned() {
    NotTrusted("not signed", {});
    if (!enforcement_.enforced) return verdict_;
    const auto& machine = host_.machine_key;
    verdict_.fix = kSignFix;
    if (!machine.key_exists || !machine.certificate_exists) {
      verdict_.fix = fmt::format("make a key (dkms generate_mok), enrol it (mokutil --import {}), then {}",
                                 machine.certificate, kSignFix);
      return verdict_;
    }
    for (const auto& known : host_.known) {
      if (known.path != machine.certificate) continue;
      if (TrustOf(host_, policy_, known.certificate).answer != Answer::kLoads) {
        verdict_.fix += "; and " + EnrolFix(host_.state, known.certificate, known.path);
      }
    }
    return verdict_;
  }

  ModuleVerdict SignedBy(const KnownCertificate& known, bool good) {
    const auto trust = TrustOf(host_, policy_, known.certificate);
    const auto who = fmt::format("signed by '{}'", known.certificate.common_name);
    if (!good) {
      verdict_.answer = trust.answer == Answer::kLoads || enforcement_.enforced ? Answer::kRejected : Answer::kTaints;
      verdict_.reason = who + ", but the signature does not fit the module: it was changed after it was signed";
      verdict_.fix = kSignFix;
    } else if (trust.answer == Answer::kLoads) {
      verdict_.answer = Answer::kLoads;
      verdict_.reason = fmt::format("{}: {}", who, trust.why);
    } else if (trust.answer == Answer::kUnknown && enforcement_.enforced) {
      verdict_.answer = Answer::kUnknown;
      verdict_.reason = fmt::format("{}: {}", who, trust.why);
    } else {
      NotTrusted(fmt::format("{}: {}", who, trust.why), {});
      if (!enforcement_.enforced) return verdict_;
      verdict_.fix = known.path.empty() ? std::string(kSignFix) : EnrolFix(host_.state, known.certificate, known.path);
    }
    return verdict_;
  }

  ModuleVerdict SignedByStranger(const Signer& signer) {
    const bool running = host_.running == policy_.release;
    if (const auto* const key = running ? KernelKeyOf(host_.state, signer) : nullptr) {
      verdict_.answer = Answer::kLoads;
      verdict_.reason = fmt::format("signed by '{}': the running kernel holds a key of that name", key->name);
      return verdict_;
    }
    const auto who = fmt::format("signed by {}, whose certificate is not on this host", signer.Describe());
    // Each kernel holds the key of its own modules; which one that is, only that kernel can tell.
    if (enforcement_.enforced && !running) {
      verdict_.answer = Answer::kUnknown;
      verdict_.reason = who + ": this kernel may hold it, but does not run";
      return verdict_;
    }
    NotTrusted(who,
               enforcement_.enforced
                   ? "mokutil --import its certificate; or sign the module with this host's key: vfqual module sign"
                   : "");
    return verdict_;
  }

  const JudgedHost& host_;
  const KernelPolicy& policy_;
  Enforcement enforcement_;
  ModuleVerdict verdict_;
};

}  // namespace

std::string_view Word(Answer answer) {
  switch (answer) {
    case Answer::kLoads:
      return "loads";
    case Answer::kTaints:
      return "loads but taints";
    case Answer::kRejected:
      return "will be rejected";
    case Answer::kUnknown:
      return "unknown";
  }
  return "unknown";
}

Enforcement EnforcementOf(const SecureBootState& state, const KernelPolicy& policy, bool running) {
  if (!policy.checks_signatures) return {false, "this kernel looks at no signatures"};
  if (policy.always_enforces) return {true, "this kernel always enforces signatures (CONFIG_MODULE_SIG_FORCE)"};
  if (running && state.sig_enforce.value_or(false)) return {true, "the kernel enforces signatures (sig_enforce is Y)"};
  if (running && !state.lockdown.empty() && state.lockdown != "none") {
    return {true, fmt::format("the kernel is locked down ({})", state.lockdown)};
  }
  if (const auto option = EnforcingOption(state.command_line); !option.empty()) {
    return {true, fmt::format("'{}' is on the kernel's command line", option)};
  }
  if (!state.IsOn()) return {false, fmt::format("nothing enforces signatures (Secure Boot: {})", state.Describe())};
  if (running && state.sig_enforce && state.lockdown == "none") {
    return {false, "Secure Boot is on, but this kernel enforces nothing (sig_enforce N, lockdown none)"};
  }
  if (!policy.enforces_by_secure_boot) {
    return {true, "Secure Boot is on, and this kernel's configuration is not there to tell that it does not care"};
  }
  if (*policy.enforces_by_secure_boot) return {true, "Secure Boot is on, and this kernel enforces signatures then"};
  return {false, "Secure Boot is on, but this kernel was not built to enforce signatures then"};
}

JudgedHost ReadJudgedHost(Host& host) {
  JudgedHost judged;
  judged.state = ReadState(host);
  judged.machine_key = FindMachineKey(host);
  judged.running = host.ReadTrimmed("/proc/sys/kernel/osrelease").value_or("");
  for (const auto& path : {judged.machine_key.certificate, std::string("/var/lib/dkms/mok.pub"),
                           std::string("/var/lib/shim-signed/mok/MOK.der")}) {
    const auto seen = [&path](const KnownCertificate& each) { return each.path == path; };
    if (std::any_of(judged.known.begin(), judged.known.end(), seen)) continue;
    const auto bytes = host.Read(path);
    if (!bytes) continue;
    if (auto certificate = ParseCertificate(*bytes, path)) {
      judged.known.push_back({std::move(*certificate), path});
    } else {
      judged.state.unreadable.push_back(certificate.error().what);
    }
  }
  for (const auto* list : {&judged.state.mok, &judged.state.mok_new, &judged.state.db}) {
    for (const auto& certificate : *list) judged.known.push_back({certificate, {}});
  }
  return judged;
}

Trust TrustOf(const JudgedHost& host, const KernelPolicy& policy, const Certificate& certificate) {
  const auto& state = host.state;
  const bool in_mok = Holds(state.mok, certificate);
  const bool in_db = Holds(state.db, certificate);
  const auto& id = certificate.key_id_hex.empty() ? certificate.serial_hex : certificate.key_id_hex;
  const bool in_kernel = std::any_of(state.kernel_keys.begin(), state.kernel_keys.end(),
                                     [&id](const KernelKey& key) { return key.id_hex == id; });
  if (in_mok && state.mok_is_trusted && policy.machine_keyring.value_or(false)) {
    return {Answer::kLoads, "enrolled as a machine owner key (.machine)"};
  }
  if (in_mok) return PlatformTrust(policy, "enrolled as a machine owner key (.platform)");
  if (in_db) return PlatformTrust(policy, "in the firmware's db (.platform)");
  if (in_kernel && host.running == policy.release) return {Answer::kLoads, "one of the kernel's own keys"};
  if (Holds(state.mok_new, certificate)) {
    return {Answer::kRejected, "its enrolment was asked for, and waits for the next boot"};
  }
  return {Answer::kRejected, "that key is not enrolled"};
}

std::string EnrolFix(const SecureBootState& state, const Certificate& certificate, const std::string& path) {
  if (Holds(state.mok_new, certificate)) {
    return "reboot, and choose 'Enroll MOK' on the blue screen (MokManager) with the password that was given";
  }
  if (!state.shim && state.efi && state.secure_boot) {
    return fmt::format(
        "enrol {} in the firmware's db, in its set-up menu: this host does not boot by shim, so mokutil "
        "cannot",
        path);
  }
  return fmt::format("mokutil --import {}, give it a password, reboot, and choose 'Enroll MOK' on the blue screen",
                     path);
}

ModuleVerdict JudgeModule(const JudgedHost& host, const KernelPolicy& policy, std::string_view module) {
  return Judge(host, policy).Of(module);
}

ModuleVerdict JudgeModuleFile(Host& host, const JudgedHost& judged, const KernelPolicy& policy,
                              const std::string& path) {
  const auto module = ReadModule(host, path);
  if (module) return JudgeModule(judged, policy, *module);
  ModuleVerdict verdict;
  verdict.reason = module.error().Message();
  return verdict;
}

nlohmann::ordered_json ToJson(const ModuleVerdict& verdict) {
  return {{"verdict", Word(verdict.answer)},
          {"reason", verdict.reason},
          {"fix", verdict.fix},
          {"signer", verdict.signer},
          {"digest", verdict.digest}};
}

std::string OneLine(const ModuleVerdict& verdict) {
  return fmt::format("{}: {}", Word(verdict.answer), verdict.reason);
}

}  // namespace vfqual::secure_boot
