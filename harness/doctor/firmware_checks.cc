#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "harness/doctor/subject.h"

namespace vfqual::doctor {

namespace {

// struct uc_css_header of drivers/gpu/drm/i915/gt/uc/intel_uc_fw_abi.h: sw_version, major.minor.patch in its lower
// bytes.
constexpr std::size_t kSwVersionAt = 64;
constexpr std::size_t kHeaderBytes = 128;

struct Blob {
  std::string path;
  std::vector<std::string> unpack;  // {} for a plain file
};

// Where the kernel looks (Documentation/driver-api/firmware/fw_search_path), packed or not (CONFIG_FW_LOADER_COMPRESS).
std::optional<Blob> FindBlob(Host& host, const std::string& kernel_release, const std::string& name) {
  // The first is what the command line sets, as NixOS does (firmware_class.path=/run/current-system/firmware).
  const auto set = host.ReadTrimmed("/sys/module/firmware_class/parameters/path").value_or("");
  const std::array<std::string, 5> folders = {set, "/lib/firmware/updates/" + kernel_release, "/lib/firmware/updates",
                                              "/lib/firmware/" + kernel_release, "/lib/firmware"};
  for (const auto& folder : folders) {
    if (folder.empty()) continue;
    const std::string path = fmt::format("{}/i915/{}.bin", folder, name);
    if (host.Exists(path).value_or(false)) return Blob{path, {}};
    if (host.Exists(path + ".zst").value_or(false)) return Blob{path + ".zst", {"zstd", "-dcq", "--", path + ".zst"}};
    if (host.Exists(path + ".xz").value_or(false)) return Blob{path + ".xz", {"xz", "-dcq", "--", path + ".xz"}};
  }
  return std::nullopt;
}

// Null where it cannot be read.
std::optional<DottedVersion> VersionOf(Host& host, const Blob& blob) {
  std::string bytes;
  if (blob.unpack.empty()) {
    bytes = host.ReadFile(blob.path, kHeaderBytes).value_or("");
  } else {
    Command command;
    command.argv = blob.unpack;
    command.max_output_bytes = kHeaderBytes;
    const auto unpacked = host.Run(command);
    if (unpacked && unpacked->Ok()) bytes = unpacked->out;
  }
  if (bytes.size() < kHeaderBytes) return std::nullopt;
  const auto byte = [&bytes](std::size_t at) { return static_cast<int>(static_cast<std::uint8_t>(bytes[at])); };
  const DottedVersion version{byte(kSwVersionAt + 2), byte(kSwVersionAt + 1), byte(kSwVersionAt)};
  return version.major == 0 ? std::nullopt : std::optional(version);
}

}  // namespace

Checks CheckFirmware(const Subject& subject) {
  const std::string id = "guc-firmware";
  if (!subject.platform) return {{id, State::kUnknown, "which firmware is needed depends on the GPU", ""}};
  if (!subject.platform->hardware) return {{id, State::kOk, "the lab's stand-in needs none", ""}};
  const bool known_name = subject.module && subject.module->name == subject.releases.name;
  const std::string version = known_name ? subject.module->version : "";
  const GucNeed* need = subject.releases.GucFor(version, subject.driver, subject.platform->id);
  if (need == nullptr) {
    return {{id, State::kUnknown,
             fmt::format("no published need of {} for {} {}", subject.driver, subject.platform->id, version), ""}};
  }
  const std::string wanted = fmt::format("{}{} is asked for (release {})", need->exact ? "" : "at least ",
                                         need->version.ToString(), need->since);
  const std::string fix = fmt::format("{}, or newer, from linux-firmware's i915 folder, then make the initramfs anew",
                                      subject.InstallFix("firmware-intel-graphics", "linux-firmware",
                                                         "hardware.enableRedistributableFirmware = true;"));
  const auto blob = FindBlob(subject.host, subject.facts.kernel_release, need->file);
  if (!blob) {
    return {{id, State::kBad, fmt::format("/lib/firmware/i915/{}.bin (.zst, .xz) is not there; {}", need->file, wanted),
             fix}};
  }
  auto found = VersionOf(subject.host, *blob);
  std::string source = "from its header";
  if (!found) {
    // "tgl_guc_70.1.1": the name has the whole version; "tgl_guc_70" has only the first number.
    found = ParseDottedVersion(std::string_view(need->file).substr(need->file.find_last_of('_') + 1));
    source = "from its name";
  }
  if (!found)
    return {{id, State::kUnknown, fmt::format("{} is there, its version cannot be read; {}", blob->path, wanted), ""}};
  const std::string evidence = fmt::format("{} is {} ({}); {}", blob->path, found->ToString(), source, wanted);
  const bool serves = need->exact ? *found == need->version : *found >= need->version;
  return {{id, serves ? State::kOk : State::kWarn, evidence, serves ? "" : fix}};
}

}  // namespace vfqual::doctor
