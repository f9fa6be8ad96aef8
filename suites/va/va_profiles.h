// What a VA driver offers.
#pragma once

#include <va/va.h>

#include <string>
#include <vector>

#include "suites/support/result.h"

namespace vfqual::suites {

struct VaCapability {
  VAProfile profile = VAProfileNone;
  VAEntrypoint entrypoint = VAEntrypointVLD;
};

// "VAProfileH264High/VAEntrypointEncSlice", the names that vainfo prints.
std::string Name(const VaCapability& capability);

// Every profile × entrypoint pair, in the driver's order. An error where a query fails or a profile has no entrypoint.
Result<std::vector<VaCapability>> ListCapabilities(VADisplay display);

// The pair answers a query for its surface formats.
Status CheckCapabilityIsUsable(VADisplay display, const VaCapability& capability);

}  // namespace vfqual::suites
