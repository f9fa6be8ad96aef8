#pragma once

#include <filesystem>
#include <string>

#include "suites/media/media_target.h"

namespace vfqual::suites {

struct DriverExpectations {
  std::string vendor;            // part of what the driver says of itself; empty: anything
  std::filesystem::path vainfo;  // what vainfo said; empty: it is run
};

// The driver and what it offers, and its surfaces.
void AddDriverTests(const MediaTargetPtr& target, const DriverExpectations& expected);

}  // namespace vfqual::suites
