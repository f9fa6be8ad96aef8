// Whether a kernel will take a module file, why, and what to do where it will not.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "module/secure_boot/kernel_policy.h"
#include "module/secure_boot/trust.h"

namespace vfqual::secure_boot {

struct ModuleVerdict {
  Answer answer = Answer::kUnknown;
  std::string reason;
  std::string fix;     // what to do; empty where nothing is needed
  std::string signer;  // as the signature names it; empty: not signed
  std::string digest;
};

// Of a module, unpacked. Pure.
ModuleVerdict JudgeModule(const JudgedHost& host, const KernelPolicy& policy, std::string_view module);

// Of a file on the host. A file that cannot be read is kUnknown.
ModuleVerdict JudgeModuleFile(Host& host, const JudgedHost& judged, const KernelPolicy& policy,
                              const std::string& path);

nlohmann::ordered_json ToJson(const ModuleVerdict& verdict);
std::string OneLine(const ModuleVerdict& verdict);  // "will be rejected: not signed, and …"

}  // namespace vfqual::secure_boot
