#include "harness/base/result.h"

#include <fmt/format.h>

#include <cstring>

namespace vfqual {

namespace {
tl::unexpected<Error> Make(Blame blame, std::string what, std::string fix) {
  Error error;
  error.blame = blame;
  error.what = std::move(what);
  error.fix = std::move(fix);
  return tl::unexpected<Error>(std::move(error));
}
}  // namespace

std::string Error::Message() const {
  std::string text;
  for (auto frame = context.rbegin(); frame != context.rend(); ++frame) text += *frame + ": ";
  return text + what;
}

tl::unexpected<Error> Fail(std::string what, std::string fix) {
  return Make(Blame::kHarness, std::move(what), std::move(fix));
}

tl::unexpected<Error> FailInput(std::string what, std::string fix) {
  return Make(Blame::kInput, std::move(what), std::move(fix));
}

tl::unexpected<Error> FailSubject(std::string what, std::string fix) {
  return Make(Blame::kSubject, std::move(what), std::move(fix));
}

tl::unexpected<Error> FailErrno(std::string_view what, int sys_errno, std::string fix) {
  Error error;
  error.what = fmt::format("{}: {} ({})", what, ErrnoName(sys_errno),
                           strerrordesc_np(sys_errno) != nullptr ? strerrordesc_np(sys_errno) : "unknown error");
  error.fix = std::move(fix);
  error.sys_errno = sys_errno;
  return tl::unexpected<Error>(std::move(error));
}

tl::unexpected<Error> AddContext(Error error, std::string context) {
  if (!context.empty()) error.context.push_back(std::move(context));
  return tl::unexpected<Error>(std::move(error));
}

std::string ErrnoName(int sys_errno) {
  const char* name = strerrorname_np(sys_errno);
  return name != nullptr ? std::string(name) : fmt::format("errno {}", sys_errno);
}

}  // namespace vfqual
