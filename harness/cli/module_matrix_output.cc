#include "harness/cli/module_matrix_output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/base/interrupt_watch.h"
#include "harness/base/local_host.h"
#include "reports/model/verdict.h"

namespace vfqual {

namespace {

using nlohmann::ordered_json;

constexpr const char* kKernelsHelp =
    "headers of Debian's or Ubuntu's archive: PACKAGE or RELEASE, with @SUITE or looked for in all suites: downloaded "
    "and "
    "unpacked into the cache, not installed; or an Arch linux-headers .pkg.tar.zst; or a kernel's build folder";

constexpr const char* kSourcesHelp =
    "an archive that apt on this machine does not use: 'deb [signed-by=FILE] URI SUITE COMPONENT…', or a .sources or "
    ".list file. Always checked by its signature; without signed-by Ubuntu's and Debian's keys are taken from their "
    "keyring package (on Debian: ubuntu-archive-keyring)";

ordered_json ToJson(const MatrixCellResult& cell) {
  ordered_json json{{"kernel", cell.kernel},
                    {"module", cell.module},
                    {"source", cell.source},
                    {"fingerprint", cell.fingerprint},
                    {"verdict", Word(cell.verdict)}};
  if (!cell.build) {
    json["reason"] = cell.build.error().Message();
    return json;
  }
  const auto& build = *cell.build;
  json["outcome"] = Word(build.finding.outcome);
  json["reason"] = build.finding.reason;
  json["file"] = build.finding.file;
  json["line"] = build.finding.line;
  json["header"] = build.finding.header;
  json["symbols"] = build.finding.symbols;
  json["seconds"] = build.seconds;
  json["peak_memory_kib"] = build.peak_memory_kib;
  json["cached"] = build.cached;
  json["log"] = build.log.string();
  json["modules"] = ordered_json::array();
  for (const auto& module : build.modules) {
    json["modules"].push_back(
        {{"file", module.file.string()}, {"name", module.name}, {"srcversion", module.srcversion}});
  }
  return json;
}

void PrintJson(const MatrixOutcome& outcome) {
  ordered_json json{{"folder", outcome.folder}, {"verdict", Word(outcome.verdict)}, {"cells", ordered_json::array()}};
  for (const auto& cell : outcome.cells) json["cells"].push_back(ToJson(cell));
  fmt::print("{}\n", json.dump(2, ' ', false, ordered_json::error_handler_t::replace));
}

std::string Short(const MatrixCellResult& cell) {
  if (!cell.build) return "MISS";
  return fmt::format("{} {}", Word(cell.verdict), Word(cell.build->finding.outcome));
}

// Kernels down, modules across.
void PrintTable(const MatrixOutcome& outcome) {
  std::vector<std::string> kernels;
  std::vector<std::pair<std::string, std::string>> modules;  // name, fingerprint
  for (const auto& cell : outcome.cells) {
    if (std::ranges::find(kernels, cell.kernel) == kernels.end()) kernels.push_back(cell.kernel);
    const std::pair module{cell.module, cell.fingerprint};
    if (std::ranges::find(modules, module) == modules.end()) modules.push_back(module);
  }
  if (outcome.cells.size() < 2) return;
  std::size_t kernel_width = 0;
  for (const auto& kernel : kernels) kernel_width = std::max(kernel_width, kernel.size());
  for (const auto& module : modules) {
    fmt::print("\n{}\n", module.first);
    for (const auto& cell : outcome.cells) {
      if (cell.module != module.first || cell.fingerprint != module.second) continue;
      fmt::print(
          "  {:<{}}  {:<24} {}\n", cell.kernel, kernel_width, Short(cell),
          cell.build && cell.build->finding.outcome != BuildOutcome::kBuilt ? Describe(cell.build->finding) : "");
    }
  }
  fmt::print("\n");
}

}  // namespace

void AddMatrixOptions(CLI::App& command, MatrixCommandOptions& options) {
  command.add_option("--kernel", options.request.kernels, "a release whose headers are installed here");
  command.add_option("--kernel-package", options.request.kernel_packages, kKernelsHelp);
  command.add_option("--apt-source", options.request.apt_sources, kSourcesHelp)->expected(1);
  command.add_option("--jobs", options.matrix.jobs, "builds at once; default: as many as processors and memory allow")
      ->check(CLI::Range(1, 256));
  command.add_option("--out", options.matrix.out_folder, "the run's folder (default ./vfqual-out/<time>-matrix)");
  command.add_flag("--rebuild", options.matrix.rebuild, "build again what the cache has");
  command.add_flag("--refresh", options.matrix.refresh, "ask the archive again for kernels that the cache has");
  command.add_flag_callback(
      "--no-ccache", [&options] { options.matrix.use_ccache = false; }, "compile without ccache");
  command.add_flag("--dry-run", options.dry_run, "print what would be done, and touch nothing");
  command.add_flag("--json", options.json, "print the facts as JSON");
}

void RunMatrixCommand(MatrixCommandOptions& options, CommandOutcome& outcome) {
  if (options.request.kernels.empty() && options.request.kernel_packages.empty()) {
    return ReportError(
        FailInput("no kernel is named", "give --kernel RELEASE or --kernel-package PACKAGE@SUITE").value(), outcome);
  }
  if (options.dry_run) {
    if (const auto described = DescribeMatrix(options.request, std::cout); !described) {
      ReportError(described.error(), outcome);
    }
    return;
  }
  LocalHost host;
  const InterruptWatch interrupts;
  options.matrix.tool = "vfqual " VFQUAL_VERSION;
  options.matrix.progress = options.json ? stderr : stdout;
  options.matrix.live_progress = isatty(options.json ? STDERR_FILENO : STDOUT_FILENO) == 1;
  options.matrix.cancelled = [&interrupts] { return interrupts.Interrupted(); };
  const auto run = RunMatrix(host, options.request, options.matrix);
  if (!run) return ReportError(run.error(), outcome);
  if (options.json) {
    PrintJson(*run);
  } else {
    PrintTable(*run);
    fmt::print("verdict  {}\nreport   {}/report.html\n", Word(run->verdict), run->folder);
  }
  outcome.exit_code = reports::ExitCode(run->unexpected);
}

}  // namespace vfqual
