// The journal and logs of a matrix run.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "harness/base/result.h"
#include "harness/matrix/matrix_builds.h"
#include "reports/events/event_writer.h"
#include "reports/events/scopes.h"

namespace vfqual {

// Called from several threads.
class MatrixJournal {
 public:
  static Result<std::unique_ptr<MatrixJournal>> Create(const std::string& run_folder, const std::string& tool,
                                                       const MatrixRequest& request);

  void CellStarted(const MatrixCell& cell);
  // What the stage `build` was journalled with.
  reports::StageResult CellEnded(const MatrixCell& cell, const Result<ModuleBuild>& build);
  // `given_up`: why not everything was done; empty: it was. The error is the first that writing met.
  Status End(const std::string& given_up);

 private:
  MatrixJournal(std::string run_folder, std::unique_ptr<reports::EventWriter> events, const std::string& tool,
                const nlohmann::ordered_json& plan);
  std::string KeepLog(const MatrixCell& cell, const ModuleBuild& build);

  std::string run_folder_;
  std::unique_ptr<reports::EventWriter> events_;
  std::unique_ptr<reports::RunScope> run_;
  std::mutex mutex_;
  std::string first_error_;
};

}  // namespace vfqual
