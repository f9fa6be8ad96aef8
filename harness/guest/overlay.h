// A guest's own writable layer over a shared base image.
#pragma once

#include <string>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "harness/guest/domain_spec.h"

namespace vfqual {

// The command alone, for a dry run.
Command OverlayCommand(const std::string& base_path, DiskFormat base_format, const std::string& overlay_path);

// qemu-img create: a qcow2 at overlay_path (replacing one) whose backing file is the absolute base_path.
// libvirt's DAC driver gives the overlay to its QEMU user while the guest runs and takes it back afterwards; the base
// and every folder above both must be readable and searchable for that user, so put them under /var/lib/vfqual, not
// under /root.
Status MakeOverlay(Host& host, const std::string& base_path, DiskFormat base_format, const std::string& overlay_path);

}  // namespace vfqual
