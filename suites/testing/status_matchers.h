// Matchers for Status and Result.
#pragma once

#include <gmock/gmock.h>

namespace vfqual::suites {

MATCHER(IsOk, "is ok") {
  if (!arg.has_value()) *result_listener << "whose error is: " << arg.error();
  return arg.has_value();
}

MATCHER_P(IsError, text, std::string("is an error that contains '") + text + "'") {
  if (arg.has_value()) return false;
  *result_listener << "whose error is: " << arg.error();
  return arg.error().find(text) != std::string::npos;
}

}  // namespace vfqual::suites
