// What a VA driver offers.
#pragma once

#include <va/va.h>

#include <optional>
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

// A configuration of the pair is made, names the pair and a surface format, and has surface attributes.
Status CheckConfig(VADisplay display, const VaCapability& capability);

// A profile that is not among them gets the status that libva documents for it.
Status CheckUnofferedIsRefused(VADisplay display, const std::vector<VaCapability>& offered);

// The smallest picture that the driver takes, as its surface attributes say; never below 16x16.
struct PictureSize {
  unsigned width;
  unsigned height;
};
PictureSize SmallestPicture(VADisplay display, const VaCapability& capability);

// Nothing where the driver does not know the attribute for the pair.
std::optional<unsigned> ConfigAttribute(VADisplay display, const VaCapability& capability, VAConfigAttribType type);

}  // namespace vfqual::suites
