// The read-only disk with which the lab's machine gets vfqual, the suites and benches, the module and the plan. A disk
// is there at once, while copying by SSH goes through the emulated machine's encryption.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"

namespace vfqual {

struct PayloadItem {
  std::filesystem::path source;  // a file or folder
  std::filesystem::path name;    // on the disk, relative: "bin/vfqual"
};

inline constexpr const char* kVfqualOnPayload = "bin/vfqual";

// vfqual and the programs that it runs on hosts and in guests (suite_*, bench_*), with their VA driver, in the folder
// of this program. An error when there is no vfqual.
Result<std::vector<PayloadItem>> PayloadPrograms(const std::filesystem::path& programs_folder);

// Makes an ext4 image at `disk` with mke2fs -d, without mounting. Links to files are followed; links to folders,
// sockets, devices and version control's folder are left out.
Status MakeLabPayload(Host& local, const std::vector<PayloadItem>& items, const std::filesystem::path& disk);

}  // namespace vfqual
