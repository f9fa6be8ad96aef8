// Results with context: every fallible function returns Result<T>, each caller adds what it was doing.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace vfqual {

// Who has to act on an error; it decides the exit code (design.md section 4).
enum class Blame {
  kInput,    // arguments, plan or file are wrong: exit 2, nothing was touched
  kHarness,  // the harness or the infrastructure broke: exit 3
  kSubject,  // the thing under test is wrong: exit 1
};

struct Error {
  Blame blame = Blame::kHarness;
  std::string what;   // what was wrong, with the place: "plan.json: /vfs: 8 is more than the platform's 7"
  std::string fix;    // what to do about it; may be empty
  int sys_errno = 0;  // the errno behind it, 0 when there is none
  std::vector<std::string> context;  // what was being done, innermost first

  // One line: outermost context first, then what. The fix is not part of it.
  std::string Message() const;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

tl::unexpected<Error> Fail(std::string what, std::string fix = {});
tl::unexpected<Error> FailInput(std::string what, std::string fix = {});
tl::unexpected<Error> FailSubject(std::string what, std::string fix = {});
// `what` followed by the name and text of the errno: "write /sys/…: ERANGE (Numerical result out of range)".
tl::unexpected<Error> FailErrno(std::string_view what, int sys_errno, std::string fix = {});

tl::unexpected<Error> AddContext(Error error, std::string context);

// "ERANGE" for 34; "errno 4711" for one without a name.
std::string ErrnoName(int sys_errno);

}  // namespace vfqual

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot be put into parentheses
#define VFQUAL_CONCAT_INNER(a, b) a##b
#define VFQUAL_CONCAT(a, b) VFQUAL_CONCAT_INNER(a, b)

// VFQUAL_TRY(auto pf, FindPf(host), "looking for the GPU");   returns the error with that context added
#define VFQUAL_TRY(declaration, expression, context) \
  VFQUAL_TRY_INNER(VFQUAL_CONCAT(try_result_, __LINE__), declaration, expression, context)
#define VFQUAL_TRY_INNER(result, declaration, expression, context)                          \
  auto result = (expression);                                                               \
  if (!result.has_value()) return ::vfqual::AddContext(std::move(result).error(), context); \
  declaration = std::move(result).value()

// The same for a Status.
#define VFQUAL_CHECK(expression, context) \
  VFQUAL_CHECK_INNER(VFQUAL_CONCAT(check_result_, __LINE__), expression, context)
#define VFQUAL_CHECK_INNER(result, expression, context)                                       \
  do {                                                                                        \
    auto result = (expression);                                                               \
    if (!result.has_value()) return ::vfqual::AddContext(std::move(result).error(), context); \
  } while (false)
// NOLINTEND(bugprone-macro-parentheses)
