// The read-only disk on which a guest gets the suites, the benches and its module.
#pragma once

#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"

namespace vfqual {

inline constexpr const char* kPayloadLabel = "VFQUAL";  // the file system's label, for LABEL=VFQUAL in a guest

struct PayloadFile {
  std::string source;  // a file on `host`
  std::string name;    // in the image, relative: "bin/vfqual-suite-guest"; folders are made
};

// Makes an ext4 image at `image_path` (replacing one) without mounting, with mke2fs -d. The same files give the same
// bytes: fixed UUID, hash seed and times. Modes are kept, owners are root. A staging folder beside the image is used
// and removed. The image is world readable and may serve several guests at once. libvirt's DAC driver gives it to its
// QEMU user when a guest starts and does not give it back, because it is read-only: only its owner changes.
Status MakePayloadDisk(Host& host, const std::vector<PayloadFile>& files, const std::string& image_path);

}  // namespace vfqual
