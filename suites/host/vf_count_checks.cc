#include "suites/host/vf_count_checks.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "suites/support/text_file.h"

namespace vfqual::suites {
namespace {

constexpr std::string_view kNumVfs = "sriov_numvfs";

std::string ErrnoText(int number) {
  return number == 0 ? "success" : strerrorname_np(number);
}

// The sentence about what was done to get back to `count` VFs.
std::string PutBack(const PciFunction& pf, std::uint64_t count, const AttributeWriter& write) {
  const auto path = pf.AttributePath(kNumVfs);
  int error = write(path, "0");
  if (error == 0 && count != 0) error = write(path, std::to_string(count));
  if (error != 0) return fmt::format("putting {} back failed with {}", count, ErrnoText(error));
  return fmt::format("{} was put back", count);
}

}  // namespace

Result<VfCountState> ReadVfCountState(const PciFunction& pf) {
  const auto total = pf.Number("sriov_totalvfs");
  if (!total) return Fail(fmt::format("{}: no SR-IOV: {}", pf.Bdf(), total.error()));
  const auto current = pf.Number(kNumVfs);
  if (!current) return Fail(current.error());
  return VfCountState{.total = *total, .current = *current};
}

int ExpectedErrno(const VfCountState& state, std::uint64_t wanted) {
  if (wanted > state.total) return ERANGE;
  if (wanted == state.current || wanted == 0) return 0;
  return state.current != 0 ? EBUSY : 0;
}

Status CheckVfCountIsRefused(const PciFunction& pf, const VfCountState& state, std::uint64_t wanted,
                             const AttributeWriter& write) {
  const int expected = ExpectedErrno(state, wanted);
  if (expected == 0) return Fail(fmt::format("{}: {} VFs might be accepted; nothing was written", pf.Bdf(), wanted));
  const int got = write(pf.AttributePath(kNumVfs), std::to_string(wanted));
  const auto now = pf.Number(kNumVfs);
  if (got == 0 || now != state.current) {
    const auto afterwards = now ? std::to_string(*now) : now.error();
    return Fail(fmt::format("{}: writing {} to sriov_numvfs gave {} and left it at {}, {} expected; {}", pf.Bdf(),
                            wanted, ErrnoText(got), afterwards, ErrnoText(expected),
                            PutBack(pf, state.current, write)));
  }
  if (got != expected) {
    return Fail(fmt::format("{}: writing {} to sriov_numvfs gave {} ({}), {} expected", pf.Bdf(), wanted,
                            ErrnoText(got), std::strerror(got), ErrnoText(expected)));
  }
  return {};
}

}  // namespace vfqual::suites
