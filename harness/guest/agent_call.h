// Single calls to the guest agent, with errors that tell a silent agent from a guest that is gone.
#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "harness/base/result.h"
#include "harness/guest/domain.h"

namespace vfqual {

// One call; a busy emulated guest can take seconds to answer.
inline constexpr std::chrono::milliseconds kAgentCallTimeout = std::chrono::seconds(20);

using AgentClock = std::chrono::steady_clock;

// Zero once it is over.
std::chrono::milliseconds TimeLeft(AgentClock::time_point until);

std::string AgentRequest(const char* name, nlohmann::json arguments);

// The error of a call, told as the guest's end when that is behind it. `doing`: what the call was for.
tl::unexpected<Error> AgentCallFailed(Domain& domain, const LibvirtError& error, const std::string& doing);

Result<std::string> CallAgent(Domain& domain, const std::string& request, std::chrono::milliseconds timeout,
                              const std::string& doing);

// For calls that may be made twice. A busy guest's agent can be silent and come back: that is an error only when it is
// silent at the end of the time. `again` runs before each further try.
Result<std::string> CallAgentUntil(Domain& domain, const std::string& request, AgentClock::time_point until,
                                   const std::string& doing, const std::function<Status()>& again = nullptr);

}  // namespace vfqual
