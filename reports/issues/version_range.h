// Ranges of kernel and module versions, as known issues and expectations name them.
#pragma once

#include <string_view>

namespace vfqual::reports {

// Terms separated by spaces, all of which must hold: ">=6.12.83 <6.13", "6.14.*" (a series), "=6.5.13-5-pve" (that very
// release; "=6.6.14" holds for all builds of it). Of a version its numbers count ("6.12.107+deb13-amd64" is 6.12.107);
// "-rcN" comes before the version itself.
bool IsVersionRange(std::string_view range);

// False as well where one of the two cannot be read.
bool InVersionRange(std::string_view version, std::string_view range);

}  // namespace vfqual::reports
