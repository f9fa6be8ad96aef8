#include "harness/matrix/matrix_journal.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "reports/model/stage_order.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;
using reports::Verdict;

constexpr std::size_t kShortFingerprint = 8;

// The fingerprint tells two states of one version apart.
std::string CellId(const MatrixCell& cell) {
  return fmt::format("{}/{}/{}-{}-{}/no-guest", cell.kernel->release, reports::kNoPlatform, cell.source->conf.name,
                     cell.source->conf.version, cell.source->fingerprint.substr(0, kShortFingerprint));
}

// "i915" or "xe" where the module is one of them.
std::string DriverOf(const DkmsConf& conf) {
  for (const auto* driver : {"i915", "xe"}) {
    if (std::ranges::find(conf.modules, driver) != conf.modules.end()) return driver;
  }
  return {};
}

reports::ModuleFacts FactsOf(const ModuleSource& source) {
  reports::ModuleFacts facts;
  facts.name = source.conf.name;
  facts.version = source.conf.version;
  facts.driver = DriverOf(source.conf);
  facts.source = source.spec;
  facts.source_kind = Word(source.kind);
  facts.revision = source.revision;
  facts.fingerprint = source.fingerprint;
  return facts;
}

reports::StageResult ResultOf(const Result<ModuleBuild>& build) {
  reports::StageResult result;
  if (!build) {
    result.verdict = Verdict::kMiss;
    result.reason =
        build.error().fix.empty() ? build.error().Message() : build.error().Message() + " — fix: " + build.error().fix;
    return result;
  }
  result.verdict = VerdictOf(build->finding.outcome);
  result.seconds = build->seconds;
  if (build->finding.outcome != BuildOutcome::kBuilt) result.reason = Describe(build->finding);
  if (build->finding.outcome == BuildOutcome::kBuilt && build->cached) result.reason = "built before, from the cache";
  return result;
}

std::string FileName(std::string text) {
  std::ranges::replace_if(
      text,
      [](unsigned char letter) { return std::isalnum(letter) == 0 && letter != '.' && letter != '+' && letter != '-'; },
      '_');
  return text;
}

}  // namespace

Result<std::unique_ptr<MatrixJournal>> MatrixJournal::Create(const std::string& run_folder, const std::string& tool,
                                                             const MatrixRequest& request) {
  auto events = reports::EventWriter::Create((fs::path(run_folder) / "events.jsonl").string());
  if (!events) return Fail(events.error());
  nlohmann::ordered_json plan{{"sources", request.sources},
                              {"kernels", request.kernels},
                              {"kernel_packages", request.kernel_packages},
                              {"apt_sources", request.apt_sources}};
  return std::unique_ptr<MatrixJournal>(new MatrixJournal(run_folder, *std::move(events), tool, plan));
}

MatrixJournal::MatrixJournal(std::string run_folder, std::unique_ptr<reports::EventWriter> events,
                             const std::string& tool, const nlohmann::ordered_json& plan)
    : run_folder_(std::move(run_folder)), events_(std::move(events)) {
  const std::time_t now = std::time(nullptr);
  run_ = std::make_unique<reports::RunScope>(*events_, fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::gmtime(now), getpid()),
                                             tool, plan);
}

void MatrixJournal::CellStarted(const MatrixCell& cell) {
  const auto id = CellId(cell);
  events_->Write(reports::CellStarted(
      id, {reports::KernelFacts{cell.kernel->release, cell.kernel->distribution},
           reports::PlatformFacts{reports::kNoPlatform, "no GPU", false, {}}, FactsOf(*cell.source)}));
  for (const auto& line : cell.source->conf.unread) {
    events_->Write(reports::Warning({id, std::nullopt, "build"},
                                    "dkms.conf has shell that was not read, only dkms knows what it sets: " + line));
  }
  events_->Write(reports::StageStarted({id, std::nullopt, "build"}));
}

std::string MatrixJournal::KeepLog(const MatrixCell& cell, const ModuleBuild& build) {
  if (build.log.empty()) return {};
  const auto name = fmt::format(
      "logs/{}", FileName(fmt::format("{}-{}-{}-{}.log", cell.source->conf.name, cell.source->conf.version,
                                      cell.source->fingerprint.substr(0, kShortFingerprint), cell.kernel->release)));
  std::error_code error;
  fs::copy_file(build.log, fs::path(run_folder_) / name, fs::copy_options::overwrite_existing, error);
  if (!error) return name;
  const std::scoped_lock lock(mutex_);
  if (first_error_.empty()) first_error_ = fmt::format("write {}: {}", name, error.message());
  return {};
}

reports::StageResult MatrixJournal::CellEnded(const MatrixCell& cell, const Result<ModuleBuild>& build) {
  const auto id = CellId(cell);
  const reports::Place place{id, std::nullopt, "build"};
  auto result = ResultOf(build);
  if (build) {
    result.log = KeepLog(cell, *build);
    if (build->peak_memory_kib > 0) {
      reports::MetricFacts memory;
      memory.path = "build.peak_memory";
      memory.value = static_cast<double>(build->peak_memory_kib) / 1024;
      memory.unit = "MiB";
      events_->Write(reports::Metric(place, memory));
    }
    if (!build->modules.empty()) {
      auto facts = FactsOf(*cell.source);
      facts.srcversion = build->modules.front().srcversion;
      events_->Write(reports::CellUpdated(id, {std::nullopt, std::nullopt, facts}));
    }
  }
  events_->Write(reports::StageEnded(place, result));
  for (const auto& stage : reports::kStageOrder) {
    if (stage.name == "build") continue;
    events_->Write(reports::StageEnded({id, std::nullopt, std::string(stage.name)},
                                       {Verdict::kSkip, 0, "a matrix builds and does no more", ""}));
  }
  return result;
}

Status MatrixJournal::End(const std::string& given_up) {
  if (given_up.empty()) {
    run_->Complete();
  } else {
    run_->GiveUp(given_up);
  }
  run_.reset();
  const auto error = events_->FirstError().empty() ? first_error_ : events_->FirstError();
  if (!error.empty()) return Fail("the run's journal could not be kept: " + error, "free some space");
  return {};
}

}  // namespace vfqual
