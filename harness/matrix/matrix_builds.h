// The builds of a matrix, several at once.
#pragma once

#include <functional>
#include <vector>

#include "harness/cell/progress.h"
#include "harness/matrix/matrix_run.h"

namespace vfqual {

struct MatrixCell {
  const ModuleSource* source = nullptr;
  const KernelTree* kernel = nullptr;
  const BuildRoot* root = nullptr;  // null: excluded without a build
};

struct MatrixBuilds {
  std::filesystem::path cache;
  unsigned at_once = 1;
  bool rebuild = false;
  bool use_ccache = true;
  std::function<bool()> cancelled;
  // Called from several threads, once each a cell.
  std::function<void(std::size_t cell)> on_start;
  std::function<void(std::size_t cell, const Result<ModuleBuild>& build)> on_end;
  std::function<void(std::size_t cell, unsigned objects)> on_objects;
};

// A cell that was not begun when it was cancelled has an Error.
std::vector<Result<ModuleBuild>> BuildCells(const std::vector<MatrixCell>& cells, const MatrixBuilds& builds);

}  // namespace vfqual
