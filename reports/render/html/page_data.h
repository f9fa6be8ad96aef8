// What report.html's script works on: the cells in a compact form.
#pragma once

#include <cstddef>
#include <string>

#include "reports/model/report.h"

namespace vfqual::reports {

// Above this many cells their sections are made by the script when they are looked at: written out, 10,000 cells would
// take a gigabyte.
inline constexpr std::size_t kMaxWrittenCells = 100;

// JSON without any '<', so that nothing in it can end the script element. Texts are held once, in "strings"; lists of
// stages, tests and metrics that cells have in common are held once as "…_shapes".
std::string PageData(const Report& report);

}  // namespace vfqual::reports
