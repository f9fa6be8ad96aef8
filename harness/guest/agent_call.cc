#include "harness/guest/agent_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

namespace vfqual {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPauseBeforeNextTry{50};

}  // namespace

milliseconds TimeLeft(AgentClock::time_point until) {
  return std::max(milliseconds::zero(), std::chrono::duration_cast<milliseconds>(until - AgentClock::now()));
}

std::string AgentRequest(const char* name, nlohmann::json arguments) {
  using nlohmann::json;
  // Bytes that are not UTF-8 cannot be sent; replacing them shows them where a throw would end the run.
  return json{{"execute", name}, {"arguments", std::move(arguments)}}.dump(-1, ' ', false,
                                                                           json::error_handler_t::replace);
}

tl::unexpected<Error> AgentCallFailed(Domain& domain, const LibvirtError& error, const std::string& doing) {
  if (!IsConnectionLost(error)) {
    if (const auto alive = domain.CheckAlive(); !alive) return AddContext(alive.error(), doing);
  }
  return tl::unexpected(ToError(error, fmt::format("{}: {}", domain.Name(), doing)));
}

Result<std::string> CallAgent(Domain& domain, const std::string& request, milliseconds timeout,
                              const std::string& doing) {
  auto reply = domain.AgentCommand(request, timeout);
  if (!reply) return AgentCallFailed(domain, reply.error(), doing);
  return *std::move(reply);
}

Result<std::string> CallAgentUntil(Domain& domain, const std::string& request, AgentClock::time_point until,
                                   const std::string& doing, const std::function<Status()>& again) {
  while (true) {
    auto reply = domain.AgentCommand(request, std::clamp(TimeLeft(until), milliseconds(1), kAgentCallTimeout));
    if (reply) return *std::move(reply);
    if (!IsAgentSilent(reply.error()) || TimeLeft(until) == milliseconds::zero()) {
      return AgentCallFailed(domain, reply.error(), doing);
    }
    if (const auto alive = domain.CheckAlive(); !alive) return AddContext(alive.error(), doing);
    std::this_thread::sleep_for(std::min(kPauseBeforeNextTry, TimeLeft(until)));
    if (again) VFQUAL_CHECK(again(), "");
  }
}

}  // namespace vfqual
