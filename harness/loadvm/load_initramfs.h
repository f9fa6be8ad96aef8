// The initramfs of the machine that loads modules: its init, this machine's kmod, and the staged modules. Nothing else.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "harness/loadvm/load_job.h"

namespace vfqual {

// The files of ldd(1)'s output: libraries and the loader.
std::vector<std::string> LibrariesOfLdd(std::string_view output);

// `stage` holds lib/modules already (StageModules); the rest is added to it, and all of it becomes `file`.
Status MakeLoadInitramfs(Host& local, const LoadJob& job, const std::filesystem::path& init,
                         const std::filesystem::path& stage, const std::filesystem::path& file);

}  // namespace vfqual
