#include "harness/loadvm/secure_boot_verdict.h"

#include <fmt/format.h>

#include <optional>

namespace vfqual {

namespace {

using reports::Verdict;
using secure_boot::Answer;

LoadCheck Enforced(const secure_boot::SecureBootState& state) {
  LoadCheck check{"secure_boot.enforced", Verdict::kPass, 0, {}};
  const bool enforces = state.sig_enforce.value_or(false) || (!state.lockdown.empty() && state.lockdown != "none");
  if (state.IsOn() && enforces) return check;
  check.verdict = Verdict::kMiss;
  check.reason = fmt::format("Secure Boot is {}, lockdown '{}', sig_enforce {}", state.Describe(), state.lockdown,
                             !state.sig_enforce ? "not told" : (*state.sig_enforce ? "Y" : "N"));
  return check;
}

// What the kernel did with the signature. Nothing: the module did not load for another reason, or was not seen to.
std::optional<Answer> WhatKernelDid(const ModuleReport& told) {
  if (told.load->Ok() && told.loaded) {
    return told.loaded->taint.find('E') != std::string::npos ? Answer::kTaints : Answer::kLoads;
  }
  // EKEYREJECTED, ENOKEY and EBADMSG of module_sig_check() (kernel/module/signing.c), as modprobe says them; glibc's
  // words.
  for (const char* refusal : {"Key was rejected by service", "Required key not available", "Bad message"}) {
    if (told.load->output.find(refusal) != std::string::npos) return Answer::kRejected;
  }
  return std::nullopt;
}

LoadCheck Foretold(const std::string& name, const secure_boot::ModuleVerdict& said, const ModuleReport& told) {
  LoadCheck check{fmt::format("load.{}.secure_boot_verdict", name), Verdict::kPass, 0, {}};
  const auto did = WhatKernelDid(told);
  if (!did) {
    check.verdict = Verdict::kMiss;
    check.reason = fmt::format("foretold: {}; the module did not load for another reason", secure_boot::OneLine(said));
  } else if (said.answer != *did) {
    check.verdict = Verdict::kError;
    check.reason = fmt::format("foretold: {}; the kernel: {}", secure_boot::OneLine(said), secure_boot::Word(*did));
  }
  return check;
}

}  // namespace

std::vector<LoadCheck> JudgeSecureBoot(const LoadReport& report, const SecureBootExpectation& expected) {
  secure_boot::JudgedHost host;
  host.state = secure_boot::StateFrom(report.files);
  host.running = report.kernel;
  host.known.push_back({expected.certificate, {}});
  std::vector<LoadCheck> checks = {Enforced(host.state)};
  for (const auto& [name, module] : expected.modules) {
    const auto told = report.modules.find(name);
    if (told == report.modules.end() || !told->second.load) continue;
    checks.push_back(Foretold(name, secure_boot::JudgeModule(host, expected.policy, module), told->second));
  }
  return checks;
}

}  // namespace vfqual
