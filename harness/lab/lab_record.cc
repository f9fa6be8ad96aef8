#include "harness/lab/lab_record.h"

#include <sys/resource.h>

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace vfqual {

namespace {

using Json = nlohmann::ordered_json;

double Milliseconds(double seconds) {
  return std::round(seconds * 1000) / 1000;
}

// The most that this program had in memory; QEMU, a program of its own, is not in it.
std::int64_t LargestResidentKib() {
  rusage usage{};
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

}  // namespace

std::string LabRecordJson(const LabSession& session, const LabSessionResult& result, const StageTimes& times) {
  double own_seconds = times.Seconds();
  Json stages = Json::array();
  for (const auto& stage : times.All()) {
    if (stage.waiting) own_seconds -= stage.seconds;
    stages.push_back({{"name", stage.name},
                      {"attempt", stage.attempt},
                      {"seconds", Milliseconds(stage.seconds)},
                      {"waiting", stage.waiting}});
  }
  Json lost = Json::array();
  for (std::size_t index = 0; index < result.deaths.size(); ++index) {
    const auto& death = result.deaths[index];
    lost.push_back({{"attempt", index + 1}, {"reason", death.reason}, {"console", death.last_lines}});
  }
  const Json record = {{"schema", "vfqual/lab/1"},
                       {"kernel", session.images.host.kernel_release},
                       {"accelerator", AcceleratorName(session.accelerator.accelerator)},
                       {"accelerator_reason", session.accelerator.reason},
                       {"qemu", session.qemu.version},
                       {"nested_kvm", session.accelerator.nested_kvm},
                       {"exit_code", result.exit_code},
                       {"seconds", Milliseconds(times.Seconds())},
                       {"own_seconds", Milliseconds(own_seconds)},
                       {"resident_kib", LargestResidentKib()},
                       {"stages", stages},
                       {"lost", lost}};
  return record.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace vfqual
