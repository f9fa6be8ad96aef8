// A machine with Secure Boot: did it enforce, and did each module do what `vfqual module secure-boot` would have said?
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/loadvm/load_report.h"
#include "harness/loadvm/load_verdict.h"
#include "module/secure_boot/kernel_policy.h"
#include "module/secure_boot/verdict.h"

namespace vfqual {

struct SecureBootExpectation {
  secure_boot::KernelPolicy policy;
  secure_boot::Certificate certificate;        // the one that is enrolled
  std::map<std::string, std::string> modules;  // the files that are loaded, by their module's name
};

// secure_boot.enforced (MISS where the machine did not), and for each module that was tried
// load.NAME.secure_boot_verdict: ERROR where the kernel did otherwise than was foretold from what the machine told.
std::vector<LoadCheck> JudgeSecureBoot(const LoadReport& report, const SecureBootExpectation& expected);

}  // namespace vfqual
