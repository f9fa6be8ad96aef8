// Text with numbers in it, in the order in which people count: "6.9" before "6.12".
#pragma once

#include <string_view>

namespace vfqual::reports {

bool NaturallyLess(std::string_view a, std::string_view b);

}  // namespace vfqual::reports
