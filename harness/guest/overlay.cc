#include "harness/guest/overlay.h"

#include <fmt/format.h>

namespace vfqual {

Command OverlayCommand(const std::string& base_path, DiskFormat base_format, const std::string& overlay_path) {
  Command command;
  command.argv = {
      "qemu-img", "create",  "-q",        "-f", "qcow2", "-F", base_format == DiskFormat::kRaw ? "raw" : "qcow2",
      "-b",       base_path, overlay_path};
  return command;
}

Status MakeOverlay(Host& host, const std::string& base_path, DiskFormat base_format, const std::string& overlay_path) {
  // A relative name would be looked up beside the overlay, not beside the caller.
  for (const auto& path : {base_path, overlay_path}) {
    if (!path.starts_with('/')) return FailInput(fmt::format("disk: '{}' is not an absolute path", path));
  }
  VFQUAL_TRY(const bool exists, host.Exists(base_path), "");
  if (!exists) return FailInput(fmt::format("disk: {} does not exist", base_path));
  VFQUAL_CHECK(host.Remove(overlay_path), "make an overlay");
  const Command command = OverlayCommand(base_path, base_format, overlay_path);
  VFQUAL_TRY(const Completed completed, host.Run(command), "make an overlay");
  if (!completed.Ok()) return Fail(fmt::format("make an overlay of {}: qemu-img: {}", base_path, completed.Describe()));
  return {};
}

}  // namespace vfqual
