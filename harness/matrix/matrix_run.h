// Modules × kernels, built and reported: the run behind `vfqual module build` and `vfqual module matrix`.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "harness/matrix/build_verdict.h"
#include "module/build/build_module.h"
#include "module/build/kernel_tree.h"
#include "module/source/module_source.h"
#include "reports/model/verdict.h"

namespace vfqual {

struct MatrixRequest {
  std::vector<std::string> sources;          // as OpenModuleSource takes them
  std::string revision;                      // --rev, for the only source
  std::vector<std::string> kernels;          // releases whose headers are installed here
  std::vector<std::string> kernel_packages;  // as PackagedKernel takes them
  std::vector<std::string> apt_sources;      // as OpenAptSource takes them
};

struct MatrixOptions {
  std::string out_folder;  // empty: ./vfqual-out/<time>-matrix
  std::string tool;
  unsigned jobs = 0;  // builds at once; 0: as many as processors and memory allow
  bool rebuild = false;
  bool refresh = false;  // ask the archive again for kernels that the cache has
  bool use_ccache = true;
  std::FILE* progress = stdout;
  bool live_progress = false;
  std::function<bool()> cancelled;
};

struct MatrixCellResult {
  std::string kernel;
  std::string module;  // NAME/VERSION
  std::string source;
  std::string fingerprint;
  reports::Verdict verdict = reports::Verdict::kMiss;
  Result<ModuleBuild> build;
};

struct MatrixOutcome {
  std::string folder;
  std::vector<MatrixCellResult> cells;  // sources × kernels, in that order
  reports::Verdict verdict = reports::Verdict::kMiss;
  reports::Verdict unexpected = reports::Verdict::kMiss;
};

// Everything that can be wrong with sources and kernels is found before the first build, and before the run's folder is
// made: those errors are kInput.
Result<MatrixOutcome> RunMatrix(Host& host, const MatrixRequest& request, const MatrixOptions& options);

// What RunMatrix would do, for --dry-run: nothing is downloaded, unpacked or made.
Status DescribeMatrix(const MatrixRequest& request, std::ostream& out);

// How many builds fit at once: one a processor, and a GiB and a half of available memory for each.
unsigned BuildsAtOnce(unsigned processors, std::uint64_t available_kib);

}  // namespace vfqual
