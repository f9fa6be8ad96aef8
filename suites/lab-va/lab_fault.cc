#include "suites/lab-va/lab_fault.h"

#include <algorithm>
#include <cstdlib>

namespace vfqual::lab_va {

bool ReadFault(Fault& fault) {
  fault = Fault::kNone;
  const char* const word = std::getenv("VFQUAL_LAB_VA_FAULT");  // NOLINT(concurrency-mt-unsafe): nobody writes it
  if (word == nullptr || *word == '\0') return true;
  const auto* const found =
      std::find_if(kFaultNames.begin(), kFaultNames.end(), [&](const auto& named) { return named.first == word; });
  if (found == kFaultNames.end()) return false;
  fault = found->second;
  return true;
}

}  // namespace vfqual::lab_va
