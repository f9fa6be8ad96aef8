#pragma once

#include <chrono>

namespace vfqual {

// This machine's clock, in seconds since 1970.
inline double UnixNow_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace vfqual
