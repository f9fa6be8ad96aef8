#include "harness/guest/agent.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "harness/guest/agent_call.h"
#include "harness/guest/agent_reply.h"
#include "harness/guest/base64.h"
#include "harness/guest/guest_file.h"

namespace vfqual {

namespace {

using Clock = AgentClock;
using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kFirstPoll{50};
constexpr milliseconds kLastPoll{500};
constexpr milliseconds kKillTimeout = std::chrono::seconds(5);
// Starting a program cannot be asked for twice, so it has longer: of seven emulated guests one was silent for 20 s.
constexpr milliseconds kStartTimeout = std::chrono::minutes(1);
constexpr milliseconds kWriteTimeout = std::chrono::minutes(3);
constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;
constexpr std::size_t kMaxWriteBytes = std::size_t{1} << 20U;
// An emulated guest's agent takes some 20 KiB a second, and each call has but kAgentCallTimeout.
constexpr std::size_t kWritePieceBytes = std::size_t{16} << 10U;
constexpr std::size_t kMaxDescription = 200;

std::string Describe(const std::vector<std::string>& argv) {
  std::string line = fmt::format("{}", fmt::join(argv, " "));
  if (line.size() > kMaxDescription) line = line.substr(0, kMaxDescription) + "…";
  return line;
}

json Environment(const Command& command) {
  std::map<std::string, std::string> merged = {
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, {"HOME", "/root"}, {"LANG", "C.UTF-8"}};
  for (const auto& [name, value] : command.environment) merged[name] = value;
  json list = json::array();
  for (const auto& [name, value] : merged) list.push_back(fmt::format("{}={}", name, value));
  return list;
}

// One program in the guest, from its start to its end.
class Program {
 public:
  Program(Domain& domain, const Command& command, std::string doing)
      : domain_(domain), command_(command), doing_(std::move(doing)), until_(Clock::now() + command.timeout) {}

  Status Start() {
    json arguments = {{"path", command_.argv.front()},
                      {"arg", json(std::vector<std::string>(command_.argv.begin() + 1, command_.argv.end()))},
                      {"env", Environment(command_)},
                      {"capture-output", true}};
    if (command_.stdin_data) arguments["input-data"] = EncodeBase64(*command_.stdin_data);
    VFQUAL_TRY(const std::string reply,
               CallAgent(domain_, AgentRequest("guest-exec", std::move(arguments)),
                         std::min(kStartTimeout, command_.timeout), doing_),
               "");
    VFQUAL_TRY(pid_, ParseExecStarted(reply), doing_);
    return {};
  }

  Result<Completed> Finish() {
    Completed completed;
    VFQUAL_TRY(ExecStatus status, Await(until_, &completed.cancelled), "");
    if (!status.exited) {
      completed.timed_out = !completed.cancelled;
      completed.stop = StopMethod::kTerminated;
      Signal("-TERM");
      VFQUAL_TRY(status, Await(Clock::now() + command_.stop_grace, nullptr), "");
    }
    if (!status.exited) {
      completed.stop = StopMethod::kKilled;
      Signal("-KILL");
      VFQUAL_TRY(status, Await(Clock::now() + kKillTimeout, nullptr), "");
    }
    // The agent calls a program ended only once nobody holds its output open: a child may, after the kill.
    completed.exit_code = status.exited ? status.exit_code : 128 + 9;
    completed.truncated = status.truncated;
    Keep(std::move(status.out), completed.out, completed.truncated);
    Keep(std::move(status.err), completed.err, completed.truncated);
    return completed;
  }

 private:
  // Asks until the program has ended, the time is over or the caller gave up. A silent agent may come back: it is an
  // error only when it is silent at the end of the time.
  Result<ExecStatus> Await(Clock::time_point until, bool* cancelled) {
    const std::string request = AgentRequest("guest-exec-status", {{"pid", pid_}});
    for (milliseconds pause = kFirstPoll;; pause = std::min(kLastPoll, pause * 3 / 2)) {
      const auto reply = domain_.AgentCommand(request, std::clamp(TimeLeft(until), milliseconds(1), kAgentCallTimeout));
      if (reply) {
        VFQUAL_TRY(ExecStatus status, ParseExecStatus(*reply), doing_);
        if (status.exited) return status;
      } else if (!IsAgentSilent(reply.error()) || TimeLeft(until) == milliseconds::zero()) {
        return AgentCallFailed(domain_, reply.error(), doing_);
      } else if (const auto alive = domain_.CheckAlive(); !alive) {
        return AddContext(alive.error(), doing_);
      }
      if (cancelled != nullptr && command_.cancelled && command_.cancelled()) {
        *cancelled = true;
        return ExecStatus{};
      }
      if (TimeLeft(until) == milliseconds::zero()) return ExecStatus{};
      std::this_thread::sleep_for(std::min(pause, TimeLeft(until)));
    }
  }

  // Errors do not matter: whether the program ended is seen afterwards.
  void Signal(const char* signal_name) const {
    const json arguments = {{"path", "/bin/kill"}, {"arg", {signal_name, std::to_string(pid_)}}};
    static_cast<void>(domain_.AgentCommand(AgentRequest("guest-exec", arguments), kKillTimeout));
  }

  void Keep(std::string text, std::string& kept, bool& truncated) const {
    if (command_.on_output && !text.empty()) command_.on_output(text);
    if (text.size() > command_.max_output_bytes) {
      text.resize(command_.max_output_bytes);
      truncated = true;
    }
    kept = std::move(text);
  }

  Domain& domain_;
  const Command& command_;
  std::string doing_;
  Clock::time_point until_;
  std::int64_t pid_ = 0;
};

}  // namespace

Status GuestAgent::Ping(milliseconds timeout) {
  VFQUAL_TRY(const std::string reply,
             CallAgent(domain_, R"({"execute":"guest-ping"})", timeout, "ping the guest agent"), "");
  return ParseEmpty(reply);
}

Result<std::int64_t> GuestAgent::Time_ns() {
  const std::string doing = "ask for the guest's time";
  VFQUAL_TRY(const std::string reply, CallAgent(domain_, R"({"execute":"guest-get-time"})", kAgentCallTimeout, doing),
             "");
  return ParseTime_ns(reply);
}

Result<Completed> GuestAgent::Exec(const Command& command) {
  if (command.argv.empty()) return Fail("no program to run");
  if (command.working_directory) return Fail("the guest agent cannot set a working directory");
  const auto started = Clock::now();
  Program program(domain_, command, fmt::format("run '{}' in the guest", Describe(command.argv)));
  VFQUAL_CHECK(program.Start(), "");
  VFQUAL_TRY(Completed completed, program.Finish(), "");
  completed.wall_seconds = std::chrono::duration<double>(Clock::now() - started).count();
  return completed;
}

Result<std::string> GuestAgent::ReadFile(const std::string& path, const ReadLimit& limit) {
  const std::string doing = fmt::format("read {} in the guest", path);
  const auto until = Clock::now() + limit.timeout;
  VFQUAL_TRY(GuestFile file, GuestFile::Open(domain_, path, "r", until, doing), "");
  std::string content;
  while (true) {
    if (TimeLeft(until) == milliseconds::zero()) {
      return Fail(fmt::format("{}: {}: not finished after {} ms", domain_.Name(), doing, limit.timeout.count()));
    }
    // One byte more than wanted tells whether the file is longer.
    VFQUAL_TRY(const FilePiece piece, file.Read(std::min(kPieceBytes, limit.max_bytes - content.size() + 1)), "");
    content += piece.bytes;
    if (content.size() > limit.max_bytes) {
      if (!limit.truncate) {
        return Fail(fmt::format("{}: {}: it is longer than {} bytes", domain_.Name(), doing, limit.max_bytes));
      }
      content.resize(limit.max_bytes);
      return content;
    }
    // An empty piece ends it too: a guest must not keep us here with "not yet".
    if (piece.end_of_file || piece.bytes.empty()) return content;
  }
}

bool GuestAgent::HasFile(const std::string& path) {
  const auto until = Clock::now() + kAgentCallTimeout;
  return GuestFile::Open(domain_, path, "r", until, fmt::format("look for {} in the guest", path)).has_value();
}

Status GuestAgent::WriteFile(const std::string& path, std::string_view content) {
  const std::string doing = fmt::format("write {} in the guest", path);
  if (content.size() > kMaxWriteBytes) {
    return Fail(fmt::format("{}: {} bytes are more than {}", doing, content.size(), kMaxWriteBytes));
  }
  VFQUAL_TRY(GuestFile file, GuestFile::Open(domain_, path, "w", Clock::now() + kWriteTimeout, doing), "");
  while (!content.empty()) {
    VFQUAL_TRY(const std::size_t written, file.Write(content.substr(0, kWritePieceBytes)), "");
    content.remove_prefix(written);
  }
  return file.Close();
}

}  // namespace vfqual
