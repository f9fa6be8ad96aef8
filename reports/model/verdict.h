// The verdicts of kcidb v5 and the order in which they win.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vfqual::reports {

// In priority order: of two verdicts the one named first wins.
enum class Verdict : std::uint8_t {
  kFail,   // the thing under test is wrong
  kError,  // the test broke
  kMiss,   // the harness could not get there
  kPass,
  kDone,  // a measurement without a limit
  kSkip,  // not applicable, with a reason
};

// "FAIL" for kFail.
std::string_view Word(Verdict verdict);

// The inverse of Word; nothing for any other text.
std::optional<Verdict> ParseVerdict(std::string_view word);

Verdict Worst(Verdict a, Verdict b);

// FAIL, ERROR or MISS: a stage that ended like this ends its cell.
bool IsBad(Verdict verdict);

// 0 for PASS, DONE and SKIP, 1 for FAIL, 3 for ERROR and MISS.
int ExitCode(Verdict verdict);

}  // namespace vfqual::reports
