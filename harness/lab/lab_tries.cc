#include "harness/lab/lab_tries.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "harness/base/temporary_folder.h"
#include "harness/lab/lab_attempt.h"
#include "harness/lab/lab_host_cache.h"
#include "harness/lab/late_programs.h"
#include "harness/lab/lost_run.h"

namespace vfqual {

namespace {

constexpr int kMaxTries = 2;
constexpr auto kLateDisk = "programs.img";  // in the scratch folder

}  // namespace

Result<LabSessionResult> RunSession(Host& local, const LabSession& session, StageTimes& times) {
  VFQUAL_TRY(const auto scratch, TemporaryFolder::Make("vfqual-session"), "");
  const auto disk = scratch.Path() / "payload.img";
  const std::string plan_json = PlanToJson(SessionPlan(session));
  VFQUAL_CHECK(times.Measure("payload", false,
                             [&]() -> Status {
                               const auto plan_file = scratch.Path() / kPlanName;
                               VFQUAL_CHECK(local.WriteFile(plan_file.string(), plan_json, 0644), "");
                               auto items = SessionPayload(session);
                               items.push_back({plan_file, kPlanName});
                               VFQUAL_TRY(const auto lock, LockHostCache(session.host_cache), "");
                               return MakeLabPayload(local, items, disk);
                             }),
               "");

  std::optional<LatePrograms> late;
  if (session.unfinished != nullptr) {
    late.emplace(local, *session.unfinished, session.find_late, scratch.Path() / kLateDisk);
    VFQUAL_CHECK(late->MakeEmptyDisk(), "");
  }

  LabSessionResult result;
  for (int number = 1; number <= kMaxTries; ++number) {
    times.SetAttempt(number);
    const StageTimes::Clock::time_point started = StageTimes::Clock::now();
    LabAttempt attempt(session, number, disk, late ? &*late : nullptr, times);
    VFQUAL_TRY(auto outcome, attempt.Run(), "");
    if (const int* code = std::get_if<int>(&outcome)) {
      result.exit_code = *code;
      return result;
    }
    const auto& death = result.deaths.emplace_back(std::get<LabDeath>(std::move(outcome)));
    session.print(fmt::format("lab: MISS: the machine was lost: {}", death.reason));
    for (const auto& line : death.last_lines) session.print("  | " + line);
    if (number < kMaxTries) {
      session.print("lab: trying once more");
      continue;
    }
    LostRun lost;
    lost.death = death;
    lost.tool = session.tool;
    lost.kernel_release = session.images.host.kernel_release;
    lost.distribution = session.images.host.distribution;
    lost.plan_json = plan_json;
    lost.journal = attempt.Journal();
    lost.seconds = std::chrono::duration<double>(StageTimes::Clock::now() - started).count();
    VFQUAL_CHECK(WriteLostRun(lost, session.folder), "");
  }
  return result;
}

}  // namespace vfqual
