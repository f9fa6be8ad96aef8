// One try of a session with one machine: it is booted, the plan run in it, the run folder fetched, the machine ended.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <variant>

#include "harness/base/result.h"
#include "harness/lab/journal_mirror.h"
#include "harness/lab/lab_machine.h"
#include "harness/lab/lab_session.h"
#include "harness/lab/late_programs.h"
#include "harness/lab/stage_times.h"

namespace vfqual {

class LabAttempt {
 public:
  // `late`: null where all programs are on the payload disk.
  LabAttempt(const LabSession& session, int number, std::filesystem::path payload_disk, LatePrograms* late,
             StageTimes& times)
      : session_(session), number_(number), payload_disk_(std::move(payload_disk)), late_(late), times_(times) {}

  // The exit code of `vfqual run`, or how the machine was lost. An error otherwise. Call it from the main thread.
  Result<std::variant<int, LabDeath>> Run();

  // Of the run, as far as it was seen.
  std::filesystem::path Journal() const { return Logs() / "events.jsonl"; }

 private:
  std::filesystem::path Logs() const;
  Result<int> Work();
  Status Boot();
  Status Mount();
  Result<int> RunInside();
  void Deliver(const std::stop_token& stop);
  Status Fetch();
  bool LostOrCancelled() { return machine_->CheckDeath().has_value() || session_.cancelled(); }
  std::optional<LabDeath> Death(const Error& error);
  void End();
  void Leave();

  const LabSession& session_;
  int number_;
  std::filesystem::path payload_disk_;
  LatePrograms* late_;
  Status delivered_;
  std::atomic<bool> not_delivered_{false};  // `delivered_` is an error
  StageTimes& times_;
  std::unique_ptr<LabMachine> machine_;
  std::optional<JournalMirror> mirror_;  // uses the machine
};

}  // namespace vfqual
