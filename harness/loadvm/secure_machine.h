// Makes a load machine one with Secure Boot: firmware, a kernel and modules that are signed for it, and what is
// expected.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "harness/loadvm/kernel_image.h"
#include "harness/loadvm/load_stages.h"
#include "module/build/kernel_tree.h"

namespace vfqual {

struct SecureMachineOptions {
  std::filesystem::path cache;
  bool sign_modules = false;  // else what signature they have is taken off
  std::function<void(const std::string&)> print;
};

// Changes `context` (kernel, firmware, expectation) and the files of `job`; what it makes lies in `scratch`.
Status MakeSecure(LoadContext& context, const KernelTree& tree, const KernelImage& image,
                  const SecureMachineOptions& options, const std::filesystem::path& scratch, LoadJob& job);

}  // namespace vfqual
