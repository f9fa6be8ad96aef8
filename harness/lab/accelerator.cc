#include "harness/lab/accelerator.h"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "harness/lab/kvm_probe.h"

namespace vfqual {

Result<std::optional<Accelerator>> ParseAccelerator(const std::string& text) {
  if (text == "auto") return std::optional<Accelerator>();
  if (text == "kvm") return Accelerator::kKvm;
  if (text == "tcg") return Accelerator::kTcg;
  return FailInput(fmt::format("--accel: '{}' is none of auto, kvm, tcg", text));
}

std::string_view AcceleratorName(Accelerator accelerator) {
  return accelerator == Accelerator::kKvm ? "kvm" : "tcg";
}

Result<bool> NestingAllowed(Host& host) {
  for (const char* module : {"kvm_intel", "kvm_amd"}) {
    const auto value = host.ReadTrimmed(fmt::format("/sys/module/{}/parameters/nested", module));
    if (value) return *value == "1" || *value == "Y";
    if (value.error().sys_errno != ENOENT) return tl::unexpected<Error>(value.error());
  }
  // KVM built into the kernel, or no KVM at all: nothing promises nesting.
  return false;
}

Result<AcceleratorChoice> ChooseAccelerator(Host& local, const AcceleratorOptions& options) {
  const AcceleratorChoice emulated{Accelerator::kTcg, true, ""};
  const auto with_reason = [](AcceleratorChoice choice, std::string reason) {
    choice.reason = std::move(reason);
    return choice;
  };
  if (options.forced == Accelerator::kTcg) return with_reason(emulated, "asked for");
  VFQUAL_TRY(const bool nested, NestingAllowed(local), "");
  const AcceleratorChoice kvm{Accelerator::kKvm, nested, ""};
  if (options.forced == Accelerator::kKvm) return with_reason(kvm, "asked for");

  VFQUAL_TRY(const bool device, local.Exists("/dev/kvm"), "");
  if (!device) return with_reason(emulated, "no /dev/kvm");
  VFQUAL_TRY(const auto key, MakeProbeKey(local, options.kernel_release), "KVM");
  auto known = RecallProbe(options.cache, key);
  if (!known) {
    VFQUAL_TRY(known, ProbeKvm(options.kernel, options.cancelled), "KVM");
    // What QEMU refuses at once may be a permission that is given later.
    const bool lasting = !known->has_value() || **known == kSilentUnderKvm;
    if (lasting) VFQUAL_CHECK(RememberProbe(local, options.cache, key, *known), "KVM");
  }
  if (known->has_value()) return with_reason(emulated, **known);
  return with_reason(kvm, "KVM runs this kernel");
}

}  // namespace vfqual
