#include <fmt/format.h>
#include <regex.h>

#include <memory>
#include <sstream>

#include "harness/doctor/subject.h"
#include "module/installed_kernels.h"

namespace vfqual::doctor {

namespace {

struct RegexDeleter {
  void operator()(regex_t* regex) const {
    regfree(regex);
    delete regex;  // NOLINT(cppcoreguidelines-owning-memory)
  }
};

// As dkms(8) does it: an extended regular expression anywhere in the release. Null: it is none.
std::optional<bool> Matches(const std::string& pattern, const std::string& release) {
  auto raw = std::make_unique<regex_t>();
  if (regcomp(raw.get(), pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0) return std::nullopt;
  const std::unique_ptr<regex_t, RegexDeleter> regex(raw.release());
  return regexec(regex.get(), release.c_str(), 0, nullptr, 0) == 0;
}

Check KernelInRange(const Subject& subject) {
  const std::string& release = subject.facts.kernel_release;
  if (!subject.module) {
    return {"kernel", State::kUnknown, fmt::format("{} runs; no module in /var/lib/dkms to hold it against", release),
            "name the module's folder: vfqual doctor --module PATH"};
  }
  const auto& module = *subject.module;
  const std::string about = fmt::format("{} {} ({})", module.name, module.version, module.found_in);
  const auto kernel = ParseDottedVersion(release);
  const ModuleRelease* known = module.name == subject.releases.name ? subject.releases.Find(module.version) : nullptr;
  if (known != nullptr && kernel) {
    if (!known->Serves(*kernel)) {
      return {"kernel", State::kBad, fmt::format("{} is outside of what {} serves: {}", release, about, known->Range()),
              "boot a kernel of that range, or take the release for this kernel"};
    }
    if (const auto* hole = subject.releases.HoleFor(module.version, *kernel)) {
      return {"kernel", State::kBad,
              fmt::format("{} is in the range of {}, which does not build from {} to below {}", release, about,
                          hole->from.ToString(), hole->below.ToString()),
              "take " + hole->remedy};
    }
    return {"kernel", State::kOk, fmt::format("{} is in the range of {}: {}", release, about, known->Range()), ""};
  }
  if (module.exclusive_kernel.empty()) {
    return {"kernel", State::kOk, fmt::format("{}; {} names no range of kernels", release, about), ""};
  }
  const auto matches = Matches(module.exclusive_kernel, release);
  if (!matches) {
    return {"kernel", State::kUnknown, fmt::format("BUILD_EXCLUSIVE_KERNEL of {} cannot be read", about), ""};
  }
  return {"kernel", *matches ? State::kOk : State::kBad,
          fmt::format("{} {} BUILD_EXCLUSIVE_KERNEL=\"{}\" of {}", release, *matches ? "matches" : "does not match",
                      module.exclusive_kernel, about),
          *matches ? "" : "boot a kernel that it serves, or take the release for this kernel"};
}

Check Headers(const Subject& subject) {
  const std::string& release = subject.facts.kernel_release;
  const std::string build = fmt::format("/lib/modules/{}/build", release);
  if (subject.host.Exists(build + "/Makefile").value_or(false)) return {"headers", State::kOk, build + " is there", ""};
  if (IsNixos(subject.host)) {
    return {"headers", State::kOk, "NixOS builds modules with the kernel's own headers, none are installed", ""};
  }
  if (!subject.host.Exists("/lib/modules/" + release).value_or(true) && !InstalledKernels(subject.host).empty()) {
    return {
        "headers", State::kBad,
        fmt::format("/lib/modules/{} is gone: the running kernel was upgraded or removed, no module loads", release),
        "reboot into the kernel that is installed"};
  }
  const bool proxmox = release.ends_with("-pve");
  const auto base = PackageBase(subject.host, release);
  return {"headers", State::kBad, build + "/Makefile is not there",
          subject.InstallFix((proxmox ? "proxmox-headers-" : "linux-headers-") + release,
                             (base.empty() ? "linux" : base) + "-headers")};
}

// The last word with a dot: of "x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0", and of Arch's
// "gcc (GCC) 15.2.1 20260103".
std::optional<DottedVersion> CompilerVersion(const std::string& text) {
  std::optional<DottedVersion> version;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word.find('.') == std::string::npos || std::isdigit(static_cast<unsigned char>(word.front())) == 0) continue;
    if (auto parsed = ParseDottedVersion(word)) version = parsed;
  }
  return version;
}

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

// What the kernel was built with, from its configuration.
std::string CompilerOfKernel(const Subject& subject, std::string& source) {
  const std::string key = "CONFIG_CC_VERSION_TEXT=\"";
  for (const auto& path : {fmt::format("/lib/modules/{}/build/.config", subject.facts.kernel_release),
                           fmt::format("/boot/config-{}", subject.facts.kernel_release)}) {
    const auto text = subject.host.Read(path);
    if (!text) continue;
    const auto at = text->find(key);
    if (at == std::string::npos) continue;
    source = path;
    const auto begin = at + key.size();
    return text->substr(begin, text->find('"', begin) - begin);
  }
  return {};
}

// Debian's headers name the compiler that they were made with; DKMS takes that one too (CONFIG_CC_VERSION_TEXT).
Check Compiler(const Subject& subject) {
  if (IsNixos(subject.host)) {
    return {"compiler", State::kOk, "NixOS builds modules with the kernel's own compiler", ""};
  }
  std::string source;
  const std::string kernels = CompilerOfKernel(subject, source);
  if (kernels.empty()) {
    return {"compiler", State::kUnknown, "no CONFIG_CC_VERSION_TEXT in the kernel's configuration",
            "install the kernel's headers"};
  }
  const bool clang = kernels.find("clang") != std::string::npos;
  const auto wanted = CompilerVersion(kernels);
  std::string first = kernels.substr(0, kernels.find(' '));
  if (clang) first = "clang";
  for (const std::string& program : {first, std::string(clang ? "clang" : "gcc")}) {
    Command command;
    command.argv = {program, "--version"};
    const auto said = subject.host.Run(command);
    if (!said || !said->Ok()) continue;
    const auto here =
        clang ? ParseDottedVersion(FirstLine(said->out).substr(FirstLine(said->out).find_first_of("0123456789")))
              : CompilerVersion(FirstLine(said->out));
    const std::string evidence = fmt::format("{}: {}; {} has {}", source, kernels, program, FirstLine(said->out));
    if (here && !clang && subject.module && subject.module->name == subject.releases.name) {
      if (const auto* hole = subject.releases.CompilerHoleFor(subject.module->version, here->major)) {
        return {"compiler", State::kBad,
                fmt::format("{} does not build with gcc {}", subject.module->version, hole->gcc),
                "take " + hole->remedy};
      }
    }
    if (!here || !wanted) return {"compiler", State::kUnknown, evidence, ""};
    if (here->major != wanted->major) {
      return {"compiler", State::kWarn, evidence + ": another major version",
              subject.InstallFix(fmt::format("gcc-{}", wanted->major), "gcc")};
    }
    return {"compiler", State::kOk, evidence, ""};
  }
  return {"compiler", State::kBad, fmt::format("{}: {}; no such compiler is installed", source, kernels),
          subject.InstallFix(clang ? "clang" : "gcc", clang ? "clang" : "gcc")};
}

}  // namespace

Checks CheckKernel(const Subject& subject) {
  return {KernelInRange(subject), Headers(subject), Compiler(subject)};
}

}  // namespace vfqual::doctor
