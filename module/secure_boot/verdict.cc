#include "module/secure_boot/verdict.h"

#include <fmt/format.h>

#include <utility>

#include "module/secure_boot/module_file.h"
#include "module/secure_boot/module_signature.h"

namespace vfqual::secure_boot {

namespace {

constexpr const char* kSignFix = "vfqual module sign";

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
