// How the lab's machine runs here: with hardware virtualization where that really works, else emulated.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "harness/lab/lab_spec.h"

namespace vfqual {

struct AcceleratorChoice {
  Accelerator accelerator = Accelerator::kTcg;
  bool nested_kvm = true;  // whether guests inside the machine can use KVM; under emulation always (QEMU emulates SVM)
  std::string reason;      // "KVM runs this kernel", "no /dev/kvm", "the kernel prints nothing under KVM", …
};

// "auto" (nothing), "kvm" or "tcg", as --accel takes it. Blame kInput.
Result<std::optional<Accelerator>> ParseAccelerator(const std::string& text);
std::string_view AcceleratorName(Accelerator accelerator);

// Whether this machine's KVM module lets a guest use KVM itself: /sys/module/kvm_{intel,amd}/parameters/nested.
Result<bool> NestingAllowed(Host& host);

struct AcceleratorOptions {
  std::optional<Accelerator> forced;  // --accel; no probe then
  std::filesystem::path kernel;       // the vmlinuz to try
  std::string kernel_release;
  std::filesystem::path cache;  // where answers are remembered
  std::function<bool()> cancelled;
};

// /dev/kvm may be there and still be of no use: QEMU aborts, or the firmware runs but no kernel does. So the wanted
// kernel is booted under KVM up to its first message, for a few seconds at most. The answer is remembered.
Result<AcceleratorChoice> ChooseAccelerator(Host& local, const AcceleratorOptions& options);

}  // namespace vfqual
