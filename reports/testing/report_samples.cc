// report_samples page KIND OUT            writes a report.html: passing, failing or hostile (reports/testdata), grid,
//                                         hostile-grid or large
// report_samples log BYTES OUT            writes a kernel log of that size
// report_samples runs OUT K P R [T M]     writes a run's folder for each of K kernels and R releases, each with a cell
// for each
//                                         of P platforms, with T tests and M metrics (default 50 and 10)
// For tests in a browser, screenshots and figures: the same arguments give the same files.
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "reports/events/event.h"
#include "reports/fold/fold.h"
#include "reports/merge/merge.h"
#include "reports/model/stage_order.h"
#include "reports/render/html/page_data.h"
#include "reports/render/html/report_html.h"
#include "reports/testing/journal_text.h"

namespace vfqual::reports {
namespace {

struct Size {
  int kernels = 6;
  int platforms = 5;
  int releases = 3;
  int tests = 50;
  int metrics = 10;
};

constexpr std::array kPlatforms = {"ADL-N", "ADL-P", "ADL-S", "lab", "TGL", "RPL-S", "RPL-P", "RPL-U", "MTL", "ARL"};

// A number that depends on the cell alone.
unsigned Mix(int kernel, int platform, int release) {
  const auto seed = static_cast<unsigned>(kernel * 7919 + platform * 104729 + release * 1299709 + 12345);
  return (seed * 2654435761U) >> 16U;
}

class RunWriter {
 public:
  explicit RunWriter(const Size& size) : size_(size) {}

  std::string Run(int kernel, int release) {
    // One run a day from 1 January 2026 on, a release every two months.
    journal_ = JournalText(std::chrono::seconds(1767225600) + std::chrono::hours(24 * (60 * release + kernel) + 8));
    const std::string id = fmt::format("run-k{}-r{}", kernel, release);
    journal_.Add(RunStarted(id, "vfqual 0.1.0", nlohmann::ordered_json::object()));
    for (int platform = 0; platform < size_.platforms; ++platform) {
      // Some pairs were never tried.
      if (size_.kernels * size_.platforms < 1000 && Mix(kernel, platform, release) % 11 == 0) continue;
      Cell(kernel, platform, release);
    }
    journal_.Add(RunEnded(60.0 * size_.platforms));
    return journal_.text();
  }

 private:
  void Cell(int kernel, int platform, int release) {
    const std::string name = kPlatforms.at(static_cast<std::size_t>(platform) % kPlatforms.size());
    const std::string id =
        platform < static_cast<int>(kPlatforms.size()) ? name : fmt::format("{}-{}", name, platform / 10);
    const std::string cell = fmt::format("k{}-{}-r{}", kernel, id, release);
    journal_.Add(CellStarted(
        cell,
        {.kernel =
             KernelFacts{.release = fmt::format("6.{}.{}-amd64", 8 + kernel, kernel % 7), .distribution = "debian 13"},
         .platform = PlatformFacts{.id = id,
                                   .name = name,
                                   .hardware = name != "lab",
                                   .pf = {.bdf = "0000:00:02.0", .vendor = "8086", .device = "46d1", .total_vfs = 7}},
         .module = ModuleFacts{.name = "i915-sriov-dkms",
                               .version = fmt::format("2026.{:02}.05", 1 + 2 * release),
                               .driver = "i915",
                               .srcversion = "",
                               .source = "release"}}));
    for (const char* guest : {"vf1", "vf2"}) {
      journal_.Add(GuestStarted(
          cell,
          {.name = guest, .vf = fmt::format("0000:00:02.{}", guest[2]), .image = "debian-13", .kernel = "6.12.107"}));
    }
    const unsigned luck = Mix(kernel, platform, release) % 17;
    const std::string_view failing = luck == 1   ? "build"
                                     : luck == 2 ? "vfs"
                                     : luck == 3 ? "boot"
                                     : luck == 4 ? "media"
                                                 : "";
    for (const StageKind& kind : kStageOrder) {
      const bool fails = kind.name == failing;
      if (kind.level == StageLevel::kHost) {
        Stage({cell, std::nullopt, std::string(kind.name)}, fails);
      } else {
        Stage({cell, "vf1", std::string(kind.name)}, fails);
        Stage({cell, "vf2", std::string(kind.name)}, false);
        if (kind.name == "compute") Tests(cell);
        if (kind.name == "bench") Metrics(cell, kernel, platform, release);
      }
      if (fails) break;
    }
  }

  void Stage(const Place& place, bool fails) {
    journal_.Add(StageStarted(place));
    if (fails) journal_.Add(KernelLog(place, 1000000, 3, "i915 0000:00:02.0: not enough MMIO resources for SR-IOV"));
    journal_.Add(StageEnded(place, {.verdict = fails ? Verdict::kFail : Verdict::kPass,
                                    .seconds = 4.2,
                                    .reason = fails ? "the step before it did not answer within 60 s" : "",
                                    .log = "logs/" + place.stage + ".log"}));
  }

  void Tests(const std::string& cell) {
    for (int i = 0; i < size_.tests; ++i) {
      const Place place = {cell, i % 2 == 0 ? "vf1" : "vf2", "compute"};
      journal_.Add(TestEnded(place, {.path = fmt::format("opencl.kernel_{}.matches_reference", i / 2),
                                     .verdict = i % 13 == 5 ? Verdict::kSkip : Verdict::kPass,
                                     .seconds = 0.01 * i,
                                     .reason = i % 13 == 5 ? "the device has no double precision" : ""}));
    }
  }

  void Metrics(const std::string& cell, int kernel, int platform, int release) {
    for (int i = 0; i < size_.metrics; ++i) {
      MetricFacts metric = {.path = fmt::format("bench.rate_{}", i / 2), .value = 0, .unit = "frames/s", .samples = {}};
      const double centre = 100.0 + 5.0 * release + static_cast<double>(Mix(kernel, platform, i) % 20);
      for (int sample = 0; sample < 9; ++sample) metric.samples.push_back(centre + (sample * 7) % 9 - 4);
      metric.value = centre;
      journal_.Add(Metric({cell, i % 2 == 0 ? "vf1" : "vf2", "bench"}, metric));
    }
  }

  Size size_;
  JournalText journal_;
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteFile(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

Report MergedRuns(const Size& size) {
  RunWriter writer(size);
  std::vector<Report> reports;
  for (int release = 0; release < size.releases; ++release) {
    for (int kernel = 0; kernel < size.kernels; ++kernel) reports.push_back(Fold(writer.Run(kernel, release)));
  }
  return Merge(std::move(reports));
}

// Cells whose names, tests and metrics a guest has chosen, so many that the page's script builds them.
Report HostileGrid() {
  const Report run = Fold(ReadFile(VFQUAL_SOURCE_DIR "/reports/testdata/hostile.jsonl"));
  Report report = run;
  report.cells.clear();
  for (std::size_t i = 0; i <= kMaxWrittenCells; ++i) {
    report.cells.push_back(run.cells.front());
    report.cells.back().module.version += fmt::format(".{}", i);
  }
  return report;
}

// What a machine that works prints, again and again: `bytes` of a kernel log.
void WriteLog(const std::string& path, std::size_t bytes) {
  std::vector<std::string> lines;
  for (const char* name : {"lab-6.12-host.log", "lab-6.12-guest.log", "lab-7.3-host.log", "lab-7.3-guest.log"}) {
    std::ifstream file(std::string(VFQUAL_SOURCE_DIR "/reports/testdata/healthy/") + name);
    for (std::string line; std::getline(file, line);)
      lines.push_back(line.starts_with('[') ? line.substr(line.find(']') + 1) : " " + line);
  }
  std::ofstream log(path, std::ios::binary);
  std::size_t written = 0;
  for (std::size_t i = 0; written < bytes; ++i) {
    const std::string line = fmt::format("[{:12.6f}]{}\n", static_cast<double>(i) * 1e-3, lines[i % lines.size()]);
    log << line;
    written += line.size();
  }
}

bool WritePage(const std::string& kind, const std::string& path) {
  Report report;
  if (kind == "grid") {
    report = MergedRuns({});
  } else if (kind == "hostile-grid") {
    report = HostileGrid();
  } else if (kind == "large") {
    report = MergedRuns({.kernels = 50, .platforms = 20, .releases = 10, .tests = 50, .metrics = 10});
  } else {
    const std::string journal = ReadFile(std::string(VFQUAL_SOURCE_DIR "/reports/testdata/") + kind + ".jsonl");
    if (journal.empty()) return false;
    report = Fold(journal);
  }
  WriteFile(path, ReportHtml(report));
  return true;
}

void WriteRuns(const std::string& folder, const Size& size) {
  RunWriter writer(size);
  for (int release = 0; release < size.releases; ++release) {
    for (int kernel = 0; kernel < size.kernels; ++kernel) {
      const std::string run = fmt::format("{}/run-k{}-r{}", folder, kernel, release);
      std::filesystem::create_directories(run);
      WriteFile(run + "/events.jsonl", writer.Run(kernel, release));
    }
  }
}

int Main(const std::vector<std::string>& arguments) {
  if (arguments.size() == 3 && arguments[0] == "page") return WritePage(arguments[1], arguments[2]) ? 0 : 2;
  if (arguments.size() == 3 && arguments[0] == "log") {
    WriteLog(arguments[2], std::strtoull(arguments[1].c_str(), nullptr, 10));
    return 0;
  }
  if (arguments.size() >= 5 && arguments[0] == "runs") {
    const auto number = [&](std::size_t at, int otherwise) {
      return at < arguments.size() ? std::atoi(arguments[at].c_str()) : otherwise;
    };
    WriteRuns(arguments[1], {number(2, 1), number(3, 1), number(4, 1), number(5, 50), number(6, 10)});
    return 0;
  }
  std::fputs(
      "usage: report_samples page passing|failing|hostile|grid|hostile-grid|large FILE\n"
      "       report_samples log BYTES FILE\n"
      "       report_samples runs FOLDER KERNELS PLATFORMS RELEASES [TESTS METRICS]\n",
      stderr);
  return 2;
}

}  // namespace
}  // namespace vfqual::reports

int main(int argc, char** argv) {
  return vfqual::reports::Main({argv + 1, argv + argc});
}
