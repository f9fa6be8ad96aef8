#include "harness/lab/lab_qemu.h"

#include <fmt/format.h>

#include <string_view>

namespace vfqual {

namespace {

constexpr auto kPrivateQemu = "qemu/current/usr/bin/qemu-system-x86_64";  // in the cache, as ci/lab-qemu leaves it

// Of "QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)".
std::string VersionIn(std::string_view output) {
  constexpr std::string_view kBefore = "QEMU emulator version ";
  const auto at = output.find(kBefore);
  if (at == std::string_view::npos) return {};
  output.remove_prefix(at + kBefore.size());
  return std::string(output.substr(0, output.find_first_not_of("0123456789.")));
}

Result<Completed> AskVersion(Host& local, const std::string& program) {
  Command version;
  version.argv = {program, "--version"};
  return local.Run(version);
}

}  // namespace

Result<LabQemu> FindLabQemu(Host& local, const std::filesystem::path& cache) {
  const auto in_cache = (cache / kPrivateQemu).string();
  if (local.Exists(in_cache).value_or(false)) {
    const auto asked = AskVersion(local, in_cache);
    if (asked && asked->Ok()) return LabQemu{in_cache, VersionIn(asked->out), true};
  }
  VFQUAL_TRY(const auto asked, AskVersion(local, kInstalledQemu), "the lab needs QEMU");
  if (!asked.Ok()) return Fail(fmt::format("the lab needs QEMU: {}", asked.Describe()));
  return LabQemu{kInstalledQemu, VersionIn(asked.out), false};
}

}  // namespace vfqual
