#include "harness/loadvm/secure_boot_verdict.h"

#include <fmt/format.h>

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

LoadCheck Foretold(const std::string& name, const secure_boot::ModuleVerdict& said, const ModuleReport& told) {
  const bool loaded = told.load->Ok() && told.loaded.has_value();
  const bool tainted = loaded && told.loaded->taint.find('E') != std::string::npos;
  const Answer did = !loaded ? Answer::kRejected : tainted ? Answer::kTaints : Answer::kLoads;
  LoadCheck check{fmt::format("load.{}.secure_boot_verdict", name), Verdict::kPass, 0, {}};
  // A module may fail to load for a reason of its own.
  if (said.answer == did || (said.answer == Answer::kLoads && did == Answer::kRejected &&
                             told.load->output.find("Key was rejected") == std::string::npos)) {
    return check;
  }
  check.verdict = Verdict::kError;
  check.reason = fmt::format("foretold: {}; the kernel: {}", secure_boot::OneLine(said), secure_boot::Word(did));
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
