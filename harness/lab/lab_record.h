// lab.json of a run folder: how the lab itself did, for whoever wants to make it faster.
#pragma once

#include <filesystem>
#include <string>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "harness/lab/lab_session.h"
#include "harness/lab/lab_tries.h"
#include "harness/lab/stage_times.h"

namespace vfqual {

// {"schema": "vfqual/lab/1", "kernel": "6.12.107+deb13-amd64", "accelerator": "tcg", "accelerator_reason": …,
//  "qemu": "10.0.2", "nested_kvm": true, "exit_code": 0, "seconds": …, "own_seconds": …, "stages": [{"name", "attempt",
//  "seconds", "waiting"}], "lost": [{"attempt", "reason", "console": [lines]}]}
// seconds is all of it; own_seconds what was not spent waiting for builds, boots and the run inside.
std::string LabRecordJson(const LabSession& session, const LabSessionResult& result, const StageTimes& times);

}  // namespace vfqual
