#include "reports/fold/cell_builder.h"

#include <algorithm>

namespace vfqual::reports {

GuestBuilder& CellBuilder::Guest(const std::string& name) {
  const auto found = std::find_if(guests.begin(), guests.end(),
                                  [&name](const GuestBuilder& guest) { return guest.facts.name == name; });
  if (found != guests.end()) return *found;
  guests.emplace_back().facts.name = name;
  return guests.back();
}

}  // namespace vfqual::reports
