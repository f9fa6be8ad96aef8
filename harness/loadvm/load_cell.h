// One kernel of a load run: its module built, staged and loaded, told to the journal as one cell.
#pragma once

#include <array>
#include <filesystem>
#include <string_view>

#include "harness/base/host.h"
#include "harness/loadvm/load_run.h"
#include "module/build/kernel_tree.h"
#include "module/source/module_source.h"
#include "reports/events/event_writer.h"

namespace vfqual {

inline constexpr std::array<std::string_view, 3> kLoadStages = {"build", "install", "load"};

void RunLoadCell(Host& local, const LoadRunRequest& request, const ModuleSource& source, reports::EventWriter& events,
                 const std::filesystem::path& folder, const KernelTree& tree);

}  // namespace vfqual
