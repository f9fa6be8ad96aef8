// What libx264.a, compiled for programs, reads as stderr (see CMakeLists.txt; ld's --wrap): a variable of the shared
// object itself.
#include <cstdio>

extern "C" {
extern std::FILE* __real_stderr;  // NOLINT(bugprone-reserved-identifier,readability-identifier-naming): ld's name
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming): ld's name
__attribute__((visibility("hidden"))) std::FILE* __wrap_stderr = nullptr;
}

namespace {

__attribute__((constructor)) void SetStderr() {
  __wrap_stderr = __real_stderr;
}

}  // namespace
