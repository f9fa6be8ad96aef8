#include "harness/loadvm/load_verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "module/parameter_check.h"

namespace vfqual {

namespace {

using reports::Verdict;

// What the kernel says of a module that it does not take: kernel/module/{main,version,signing}.c, kernel/params.c.
constexpr std::array<std::string_view, 8> kRefusals = {
    "version magic",         "Unknown symbol", "disagrees about version of symbol", "no symbol version for",
    "invalid for parameter", "Loading of ",    "exports duplicate symbol",          "Lockdown: modprobe: "};
constexpr int kErrorLevel = 3;

// "MODULE: …", and "…" in the message after it; the module's name is printed with '_' for '-'.
bool SpeaksOf(const LoggedRecord& logged, const std::string& module, std::string_view words) {
  return logged.module == module && logged.record.message.find(words) != std::string::npos;
}

std::string KernelsReason(const LoadReport& report, const std::string& module) {
  for (const auto& words : kRefusals) {
    for (const auto& logged : report.log) {
      if (SpeaksOf(logged, module, words)) return logged.record.message;
    }
  }
  for (const auto& logged : report.log) {
    if (logged.module == module && logged.record.level <= kErrorLevel) return logged.record.message;
  }
  return {};
}

class Judge {
 public:
  Judge(const LoadReport& report, const LoadExpectation& expected, std::vector<LoadCheck>& checks)
      : report_(report), expected_(expected), checks_(checks) {}

  void Module(const JobModule& module) {
    name_ = module.name;
    const auto found = report_.modules.find(name_);
    const ModuleReport nothing;
    const auto& told = found == report_.modules.end() ? nothing : found->second;
    Takes();
    Vermagic();
    if (!Loads(told)) return;
    Identity(told);
    for (const auto& [parameter, value] : module.parameters) Parameter(*told.loaded, parameter, value);
    Signature(*told.loaded);
    Unloads(told);
  }

 private:
  void Add(const std::string& what, Verdict verdict, std::string reason = {}, double seconds = 0) {
    checks_.push_back({fmt::format("load.{}.{}", name_, what), verdict, seconds, std::move(reason)});
  }

  const ModuleIdentity& Built() const {
    static const ModuleIdentity kUnknown;
    const auto found = expected_.identities.find(name_);
    return found == expected_.identities.end() ? kUnknown : found->second;
  }

  void Takes() {
    const auto found = expected_.resolved.find(name_);
    const auto path = found == expected_.resolved.end() ? std::string() : found->second;
    if (path.empty()) {
      return Add("takes_the_built_file", Verdict::kFail, fmt::format("modprobe finds no module {}", name_));
    }
    if (path.starts_with(expected_.install_folder + "/")) return Add("takes_the_built_file", Verdict::kPass);
    Add("takes_the_built_file", Verdict::kFail,
        fmt::format("modprobe takes {}, the kernel's own module, instead of the one that was built (in {}/)", path,
                    expected_.install_folder));
  }

  // Newer kernels refuse a module of another kernel before they come to its vermagic, in words that do not tell why.
  void Vermagic() {
    const auto& vermagic = Built().vermagic;
    const auto release = vermagic.substr(0, vermagic.find(' '));
    if (release == report_.kernel) return Add("vermagic", Verdict::kPass);
    Add("vermagic", Verdict::kFail,
        fmt::format("built for '{}' (vermagic '{}'), the kernel is {}", release, vermagic, report_.kernel));
  }

  bool Loads(const ModuleReport& told) {
    if (!told.load) {
      Add("loads", Verdict::kMiss, "the machine ended before this module was tried");
      return false;
    }
    const auto refusal = KernelsReason(report_, name_);
    if (!told.load->Ok() || !told.loaded) {
      auto reason = told.load->Describe();
      if (told.load->Ok()) reason = "modprobe says nothing, but the module is not there";
      if (!refusal.empty()) reason += fmt::format("; the kernel says: {}", refusal);
      Add("loads", Verdict::kFail, reason, told.load->seconds);
      return false;
    }
    if (told.loaded->state != "live") {
      Add("loads", Verdict::kFail, fmt::format("its state is '{}'", told.loaded->state), told.load->seconds);
      return true;
    }
    Add("loads", Verdict::kPass, {}, told.load->seconds);
    return true;
  }

  // What runs is what was built: by srcversion, else by the linker's build id.
  void Identity(const ModuleReport& told) {
    const auto& built = Built();
    const auto& runs = *told.loaded;
    if (!built.build_id.empty() && !runs.build_id.empty() && built.build_id != runs.build_id) {
      return Add(
          "runs_what_was_built", Verdict::kFail,
          fmt::format("what runs (srcversion '{}', build id {}) is not what was built (srcversion '{}', build id "
                      "{})",
                      runs.srcversion, runs.build_id, built.srcversion, built.build_id));
    }
    if (built.srcversion != runs.srcversion) {
      return Add("runs_what_was_built", Verdict::kFail,
                 fmt::format("what runs has srcversion '{}', what was built '{}'", runs.srcversion, built.srcversion));
    }
    if (built.srcversion.empty() && (built.build_id.empty() || runs.build_id.empty())) {
      return Add("runs_what_was_built", Verdict::kSkip, "the module carries neither srcversion nor build id");
    }
    Add("runs_what_was_built", Verdict::kPass);
  }

  void Parameter(const LoadedState& runs, const std::string& parameter, const std::string& value) {
    const auto what = "parameter." + parameter;
    for (const auto& logged : report_.log) {
      if (SpeaksOf(logged, name_, fmt::format("unknown parameter '{}'", parameter))) {
        return Add(what, Verdict::kFail,
                   fmt::format("{} has no parameter {}: {}", name_, parameter, logged.record.message));
      }
    }
    const auto shown = runs.parameters.find(parameter);
    if (shown == runs.parameters.end()) {
      return Add(what, Verdict::kSkip, "accepted; sysfs does not show it (its mode is 0)");
    }
    if (SameParameterValue(shown->second, value)) return Add(what, Verdict::kPass);
    Add(what, Verdict::kFail, fmt::format("{}={} was given, sysfs shows '{}'", parameter, value, shown->second));
  }

  // Without enforcement every module loads; what a kernel with Secure Boot will say is worth knowing.
  void Signature(const LoadedState& runs) {
    const auto& signer = Built().signer;
    const bool untrusted = runs.taint.find('E') != std::string::npos;
    if (!untrusted) return Add("signature", Verdict::kPass);
    Add("signature", Verdict::kSkip,
        fmt::format(
            "{}: a kernel that enforces signatures (Secure Boot) refuses it until its key is enrolled",
            signer.empty() ? "not signed" : fmt::format("signed by '{}', which this kernel does not trust", signer)));
  }

  void Unloads(const ModuleReport& told) {
    if (told.unload && !told.unload->Ok()) {
      return Add("unloads", Verdict::kFail, told.unload->Describe(), told.unload->seconds);
    }
    if (told.stayed_with_refcnt) {
      return Add("unloads", Verdict::kFail,
                 fmt::format("still there after modprobe -r, refcnt {}", *told.stayed_with_refcnt));
    }
    if (!told.unload && !report_.ended) {
      return Add("unloads", Verdict::kMiss, "the machine ended before this module was unloaded");
    }
    // Without a run of its own it went with a module that needed it.
    Add("unloads", Verdict::kPass, {}, told.unload ? told.unload->seconds : 0);
  }

  const LoadReport& report_;
  const LoadExpectation& expected_;
  std::vector<LoadCheck>& checks_;
  std::string name_;
};

}  // namespace

std::vector<LoadCheck> JudgeLoad(const LoadReport& report, const LoadExpectation& expected,
                                 const std::vector<LogTrouble>& trouble) {
  std::vector<LoadCheck> checks;
  Judge judge(report, expected, checks);
  for (const auto& module : expected.modules) judge.Module(module);
  if (trouble.empty()) {
    checks.push_back({"load.kernel_log", report.ended ? Verdict::kPass : Verdict::kMiss, 0,
                      report.ended ? "" : "the machine ended before all was done"});
  } else {
    const auto& first = trouble.front();
    checks.push_back({"load.kernel_log", Verdict::kFail, 0,
                      fmt::format("{}: {}{}", first.meaning, first.line,
                                  trouble.size() > 1 ? fmt::format(" (and {} more)", trouble.size() - 1) : "")});
  }
  return checks;
}

}  // namespace vfqual
