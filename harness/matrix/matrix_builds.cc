#include "harness/matrix/matrix_builds.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace vfqual {

namespace {

Result<ModuleBuild> BuildOne(const MatrixCell& cell, const MatrixBuilds& builds, unsigned make_jobs,
                             const std::function<void(unsigned)>& progress) {
  if (builds.cancelled && builds.cancelled()) return Fail("cancelled before it was begun");
  if (cell.root == nullptr) {
    ModuleBuild build;
    build.finding = FindWithoutBuild(*cell.source, *cell.kernel).value_or(BuildFinding{});
    return build;
  }
  ModuleBuildOptions options;
  options.cache = builds.cache;
  options.jobs = make_jobs;
  options.rebuild = builds.rebuild;
  options.use_ccache = builds.use_ccache;
  options.cancelled = builds.cancelled;
  options.progress = progress;
  return BuildModule(*cell.source, *cell.kernel, *cell.root, options);
}

}  // namespace

std::vector<Result<ModuleBuild>> BuildCells(const std::vector<MatrixCell>& cells, const MatrixBuilds& builds) {
  std::vector<Result<ModuleBuild>> results(cells.size(), Fail("not begun"));
  std::atomic<std::size_t> next = 0;
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  const auto work = [&] {
    for (std::size_t at = next++; at < cells.size(); at = next++) {
      builds.on_start(at);
      // The last ones share the processors that others leave.
      const auto beside = static_cast<unsigned>(std::min<std::size_t>(builds.at_once, cells.size() - at));
      results[at] = BuildOne(cells[at], builds, std::max(1U, processors / beside),
                             [&builds, at](unsigned objects) { builds.on_objects(at, objects); });
      builds.on_end(at, results[at]);
    }
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < std::min<std::size_t>(std::max(1U, builds.at_once), cells.size()); ++i)
    workers.emplace_back(work);
  workers.clear();  // waits
  return results;
}

}  // namespace vfqual
