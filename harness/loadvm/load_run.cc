#include "harness/loadvm/load_run.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "harness/loadvm/kernel_search.h"
#include "harness/loadvm/load_cell.h"
#include "module/source/module_source.h"
#include "reports/events/scopes.h"
#include "reports/run_folder.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

Result<fs::path> ChooseFolder(const fs::path& out) {
  const auto name = fmt::format("{:%Y%m%d-%H%M%S}-load", fmt::gmtime(std::time(nullptr)));
  const auto folder = fs::absolute(out.empty() ? fs::path("vfqual-out") / name : out).lexically_normal();
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error)) {
    return FailInput(fmt::format("{} is not an empty folder", folder.string()), "give another --out folder");
  }
  return folder;
}

nlohmann::ordered_json PlanOf(const LoadRunRequest& request) {
  return {{"module", {{"source", request.source}, {"driver", request.driver}, {"parameters", request.parameters}}},
          {"kernels", request.kernels},
          {"stages", request.stages},
          {"secure_boot", Word(request.secure_boot)}};
}

}  // namespace

bool EndsAtLoad(const std::vector<std::string>& stages) {
  return std::ranges::find(stages, "load") != stages.end() && std::ranges::all_of(stages, [](const auto& stage) {
           return std::ranges::find(kLoadStages, stage) != kLoadStages.end();
         });
}

std::map<std::string, std::string> DocumentedParameters(const std::string& module) {
  if (module == "i915") return {{"enable_guc", "3"}, {"max_vfs", "7"}};
  if (module == "xe") return {{"max_vfs", "7"}};
  return {};
}

Result<int> RunLoads(Host& local, const LoadRunRequest& request) {
  VFQUAL_TRY(const auto folder, ChooseFolder(request.out), "");
  if (request.dry_run) {
    request.print(fmt::format("would build {} in the cache for {}", request.source, fmt::join(request.kernels, ", ")));
    request.print("would load it in a machine without disk and network for each, and write " + folder.string());
    if (request.secure_boot != SecureBootMode::kOff) {
      request.print(fmt::format("would boot it by OVMF with Secure Boot and a test key, with {} modules",
                                Word(request.secure_boot)));
    }
    return 0;
  }
  OpenSourceOptions open;
  open.cache = request.cache;
  open.cancelled = request.cancelled;
  VFQUAL_TRY(const auto source, OpenModuleSource(request.source, open), "");
  KernelOptions kernels;
  kernels.cache = request.cache;
  kernels.archives = FindKernelArchives(local);
  kernels.cancelled = request.cancelled;
  std::vector<KernelTree> trees;
  for (const auto& wanted : request.kernels) {
    VFQUAL_TRY(auto tree, FindKernel(wanted, kernels), "--kernel " + wanted);
    trees.push_back(std::move(tree));
  }
  std::error_code error;
  fs::create_directories(folder / "logs", error);
  if (error) return FailErrno("make folder " + folder.string(), error.value(), "give another --out folder");
  auto events = reports::EventWriter::Create((folder / reports::kJournalFile).string());
  if (!events) return Fail(events.error());
  {
    reports::RunScope run(**events, fmt::format("{}-{}", folder.filename().string(), getpid()), request.tool,
                          PlanOf(request));
    for (const auto& tree : trees) {
      if (request.cancelled()) break;
      RunLoadCell(local, request, source, **events, folder, tree);
    }
    request.cancelled() ? run.GiveUp("cancelled") : run.Complete();
  }
  const auto report = reports::RenderAll(folder.string());
  if (!report) return Fail(report.error());
  for (const auto& cell : report->cells) {
    request.print(fmt::format("{}  {}{}", reports::Word(cell.verdict), cell.kernel.release,
                              cell.first_failure ? "  failed: " + *cell.first_failure : ""));
    for (const auto& stage : cell.stages) {
      if (reports::IsBad(stage.verdict)) request.print(fmt::format("  {}: {}", stage.name, stage.reason));
    }
  }
  request.print("report   " + (folder / "report.html").string());
  return reports::ExitCode(report->unexpected);
}

}  // namespace vfqual
