// What a suite's fallible helper returns: a value, or one sentence that says what is wrong and where.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace vfqual::suites {

template <class T>
using Result = tl::expected<T, std::string>;
using Status = Result<void>;

inline tl::unexpected<std::string> Fail(std::string what) {
  return tl::unexpected<std::string>(std::move(what));
}

}  // namespace vfqual::suites
