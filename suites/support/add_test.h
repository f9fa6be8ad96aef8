// Tests as functions that capture what they need, so that a suite's options need no global.
#pragma once

#include <functional>

namespace vfqual::suites {

// Registers the GoogleTest `suite_name.test_name`. The body uses EXPECT_*, ASSERT_*, ExpectOk and SkipTest as any test
// does.
void AddTest(const char* suite_name, const char* test_name, std::function<void()> body,
             const char* file = __builtin_FILE(), int line = __builtin_LINE());

}  // namespace vfqual::suites
