// Faults that the lab injects on purpose (--fault), to see that the harness tells them well.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/lab/lab_spec.h"
#include "harness/plan/plan.h"

namespace vfqual {

struct LabFault {
  std::string_view name;
  std::string_view meaning;
};

// All there are, in the order of the help text.
const std::vector<LabFault>& LabFaults();

// What --fault asks for: "no-iommu", or faults of guests, "guest-no-icd" for all of them, "vf1=guest-no-icd,vf2=…" for
// one each.
struct FaultChoice {
  std::string machine;                        // "" or one of LabFaults()
  std::map<std::string, std::string> guests;  // a guest's name, or "" for all: one of GuestFaults()
};

// An unknown name's error lists the known ones. Blame kInput.
Result<FaultChoice> ParseFaults(const std::string& text);

// Gives the plan's guests their faults. Blame kInput: there is no such guest.
Status GiveFaults(const FaultChoice& choice, Plan& plan);

// The machine with the fault in it. A fault that comes later leaves it as it is.
LabSpec WithFault(LabSpec spec, const std::string& name);

// What to run in the machine just before `vfqual run` in this try (from 1), so that the fault comes while it goes on;
// nothing when this try is spared.
std::optional<std::vector<std::string>> FaultArgv(const std::string& name, int attempt);

}  // namespace vfqual
