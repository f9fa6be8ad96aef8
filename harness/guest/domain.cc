#include "harness/guest/domain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libvirt/libvirt.h>

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "harness/guest/agent_reply.h"
#include "harness/guest/console.h"
#include "harness/guest/domain_record.h"
#include "harness/guest/domain_xml.h"
#include "harness/guest/uuid.h"

namespace vfqual {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Events end the wait early; each look costs libvirt and an emulated host a hundredth of a second.
constexpr milliseconds kPollInterval{500};
constexpr milliseconds kEventDelay{500};
constexpr milliseconds kPanicPoll{100};
constexpr milliseconds kTraceTime = std::chrono::seconds(2);
constexpr milliseconds kDestructorGrace = std::chrono::seconds(10);
constexpr std::size_t kTroubleLines = 20;
constexpr const char* kQemuLogFolder = "/var/log/libvirt/qemu";  // of qemu:///system
constexpr std::size_t kQemuLogLines = 3;
// While a guest boots each call to its agent is short, so that a crash meanwhile is seen within a second.
constexpr int kBootAgentTimeout_s = 1;
constexpr const char* kPing = R"({"execute":"guest-ping"})";
constexpr const char* kReboot = R"({"execute":"guest-shutdown","arguments":{"mode":"reboot"}})";
constexpr const char* kShutdown = R"({"execute":"guest-shutdown","arguments":{"mode":"powerdown"}})";

}  // namespace

const char* ToString(GuestStop stop) {
  switch (stop) {
    case GuestStop::kAlreadyOff:
      return "already off";
    case GuestStop::kAgent:
      return "agent";
    case GuestStop::kAcpi:
      return "acpi";
    case GuestStop::kDestroyed:
      return "destroyed";
  }
  return "unknown";
}

struct Domain::Impl {
  std::shared_ptr<Connection> connection;
  std::shared_ptr<DomainRecord> record;
  std::unique_ptr<LibvirtDomain> raw;
  std::string name;
  std::string uuid;
  std::string console_log;
  std::optional<ConsoleWatch> console;
  std::string panic;  // the line of the console that told it
  std::chrono::milliseconds hear_panic_for;
  std::optional<GuestState> crashed;  // once seen; it may run on for a while
  Clock::time_point started_at;
  bool agent_answered = false;
  bool ended = false;  // stopped, or released

  GuestState Gone() const {
    GuestState state = record->WaitUntilStopped(kEventDelay).value_or(GuestState{GuestPhase::kShutOff, ""});
    state.reboots = record->Reboots();
    return state;
  }

  Result<GuestState> State() const {
    if (crashed) return *crashed;
    const auto now = raw->GetState();
    if (!now && IsNoDomain(now.error())) return Gone();
    if (!now) return tl::unexpected(ToError(now.error(), fmt::format("ask for the state of {}", name)));
    GuestState state = FromLibvirt(*now);
    if (state.phase == GuestPhase::kShutOff) return Gone();
    state.reboots = record->Reboots();
    return state;
  }

  const std::string& LookForPanic() {
    if (panic.empty() && console) panic = console->FindPanic();
    return panic;
  }

  // What it says in the end is longer than the line that is looked for, and comes at a serial line's pace.
  void HearPanic(const GuestState& state) {
    crashed = state;
    if (!console || !LookForPanic().empty() || !raw->Resume()) return;
    const auto until = Clock::now() + hear_panic_for;
    while (LookForPanic().empty() && Clock::now() < until) std::this_thread::sleep_for(kPanicPoll);
    if (!panic.empty()) std::this_thread::sleep_for(std::min(hear_panic_for, kTraceTime));
  }

  std::string ConsoleEnd() const {
    if (!console) return "its console was not kept";
    const auto lines = LastConsoleLines(console_log, kTroubleLines, console->StartOffset());
    if (!lines) return fmt::format("its console cannot be read: {}", lines.error().Message());
    if (lines->empty()) return "its console is empty";
    return fmt::format("its console ends with:\n    {}", fmt::join(*lines, "\n    "));
  }

  // What QEMU said last, where it can be read.
  std::string QemuLogEnd() const {
    const auto lines = LastConsoleLines(fmt::format("{}/{}.log", kQemuLogFolder, name), kQemuLogLines);
    if (!lines || lines->empty()) return {};
    return fmt::format("; QEMU's log ends with:\n    {}\n ", fmt::join(*lines, "\n    "));
  }

  // Until the guest is off; false: it still runs after the time.
  Result<bool> WaitUntilOff(Clock::time_point until) const {
    while (true) {
      VFQUAL_TRY(const GuestState state, State(), "");
      if (state.phase == GuestPhase::kShutOff) return true;
      const auto left = std::chrono::duration_cast<milliseconds>(until - Clock::now());
      if (left <= milliseconds::zero()) return false;
      record->WaitForEvent(std::min(left, kPollInterval));
    }
  }

  // True: the agent takes it on. It answers only when it refuses: success is that the guest goes down.
  bool AskAgentToShutDown() const {
    if (!agent_answered) return false;
    const auto answer = raw->AgentCommand(kShutdown, 1);
    return answer || !IsAgentRefusal(answer.error());
  }

  // By the agent for half of the time, then by ACPI; nothing: the guest still runs.
  Result<std::optional<GuestStop>> StopPolitely(milliseconds grace) const {
    const auto until = Clock::now() + grace;
    if (AskAgentToShutDown()) {
      VFQUAL_TRY(const bool off, WaitUntilOff(Clock::now() + grace / 2), "");
      if (off) return GuestStop::kAgent;
    }
    if (raw->ShutdownAcpi()) {
      VFQUAL_TRY(const bool off, WaitUntilOff(until), "");
      if (off) return GuestStop::kAcpi;
    }
    return std::nullopt;
  }

  Status DestroyOver(LibvirtDomain& domain) const {
    const auto destroyed = domain.Destroy();
    if (destroyed || IsNoDomain(destroyed.error())) return {};
    return tl::unexpected(ToError(destroyed.error(), fmt::format("destroy {}", name)));
  }

  Status DestroyOverFreshConnection() const {
    VFQUAL_TRY(const auto fresh, connection->Reopen(), fmt::format("end {}", name));
    auto domains = fresh->Raw().ListAll();
    if (!domains) return tl::unexpected(ToError(domains.error(), fmt::format("look for {}", name)));
    for (const auto& domain : *domains) {
      if (domain->Uuid() == uuid) return DestroyOver(*domain);
    }
    return {};
  }

  Result<GuestStop> Stop(milliseconds grace) const {
    const auto state = State();
    if (!state) {
      VFQUAL_CHECK(DestroyOverFreshConnection(), state.error().Message());
      return GuestStop::kDestroyed;
    }
    if (state->phase == GuestPhase::kShutOff) return GuestStop::kAlreadyOff;
    if (state->phase == GuestPhase::kRunning && panic.empty() && grace > milliseconds::zero()) {
      // An error here (a daemon that goes away just now) must not keep the guest from being ended.
      const auto stopped = StopPolitely(grace);
      if (stopped && *stopped) return **stopped;
    }
    VFQUAL_CHECK(DestroyOver(*raw), "");
    return GuestStop::kDestroyed;
  }
};

Domain::Domain(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Domain::Domain(Domain&& other) noexcept = default;

Domain& Domain::operator=(Domain&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}

Domain::~Domain() {  // NOLINT(bugprone-exception-escape): nothing but bad_alloc, and then ending is right
  if (impl_ && !impl_->ended) impl_->Stop(kDestructorGrace);
}

Result<Domain> Domain::Create(std::shared_ptr<Connection> connection, const DomainSpec& spec,
                              const CreateOptions& options) {
  DomainSpec with_uuid = spec;
  if (!with_uuid.uuid) {
    VFQUAL_TRY(with_uuid.uuid, NewUuid(), "");
  }
  VFQUAL_TRY(const std::string xml, DomainXml(with_uuid), "");
  auto impl = std::make_unique<Impl>();
  impl->name = spec.name;
  impl->uuid = *with_uuid.uuid;
  impl->console_log = spec.console_log;
  impl->hear_panic_for = options.hear_panic_for;
  if (!spec.console_log.empty()) impl->console.emplace(spec.console_log);
  VFQUAL_TRY(impl->record, connection->Watch(impl->uuid), fmt::format("create guest {}", spec.name));
  const unsigned flags = options.end_with_process ? static_cast<unsigned>(VIR_DOMAIN_START_AUTODESTROY) : 0U;
  impl->started_at = Clock::now();
  auto raw = connection->Raw().CreateXml(xml, flags);
  if (!raw) return tl::unexpected(ToError(raw.error(), fmt::format("create guest {}", spec.name)));
  impl->raw = *std::move(raw);
  impl->connection = std::move(connection);
  return Domain(std::move(impl));
}

const std::string& Domain::Name() const {
  return impl_->name;
}
const std::string& Domain::Uuid() const {
  return impl_->uuid;
}
const std::string& Domain::ConsoleLog() const {
  return impl_->console_log;
}
Clock::time_point Domain::StartedAt() const {
  return impl_->started_at;
}

Result<GuestState> Domain::State() {
  return impl_->State();
}

Result<GuestState> Domain::CheckAlive() {
  VFQUAL_TRY(const GuestState state, State(), "");
  if (state.phase == GuestPhase::kCrashed && !impl_->crashed) impl_->HearPanic(state);
  const bool panicked = !impl_->LookForPanic().empty();
  if (!state.Alive() || panicked) return Fail(DescribeTrouble(state));
  return state;
}

Result<milliseconds> Domain::WaitForAgent(const WaitOptions& options) {
  const auto until = Clock::now() + options.timeout;
  // Without this, libvirt's handshake with a silent agent alone takes five seconds; old daemons may lack the call.
  static_cast<void>(impl_->raw->SetAgentResponseTimeout(kBootAgentTimeout_s));
  while (true) {
    VFQUAL_TRY(const GuestState state, CheckAlive(), "");
    if (state.reboots > 0 && !options.allow_reboot) return Fail(DescribeTrouble(state));
    if (options.cancelled && options.cancelled()) return Fail(fmt::format("{}: waiting was cancelled", Name()));
    const auto answer = AgentCommand(kPing, std::chrono::seconds(kBootAgentTimeout_s));
    if (answer && ParseEmpty(*answer)) break;
    if (!answer && IsConnectionLost(answer.error())) {
      return tl::unexpected(ToError(answer.error(), fmt::format("wait for the agent of {}", Name())));
    }
    if (Clock::now() >= until) {
      return Fail(fmt::format("{}: the guest agent did not answer within {} s; {}", Name(),
                              std::chrono::duration_cast<std::chrono::seconds>(options.timeout).count(),
                              impl_->ConsoleEnd()));
    }
    impl_->record->WaitForEvent(kPollInterval);
  }
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - impl_->started_at);
  impl_->agent_answered = true;
  static_cast<void>(impl_->raw->SetAgentResponseTimeout(VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_DEFAULT));
  return took;
}

Result<GuestStop> Domain::Stop(milliseconds grace) {
  if (impl_->ended) return GuestStop::kAlreadyOff;
  VFQUAL_TRY(const GuestStop stop, impl_->Stop(grace), "");
  impl_->ended = true;
  return stop;
}

Status Domain::Reboot(milliseconds timeout) {
  const int before = impl_->record->Reboots();
  const auto until = Clock::now() + timeout;
  const auto answer = impl_->raw->AgentCommand(kReboot, 1);
  if (!answer && IsAgentRefusal(answer.error())) {
    return tl::unexpected(ToError(answer.error(), fmt::format("restart {}", Name())));
  }
  while (impl_->record->Reboots() == before) {
    VFQUAL_CHECK(CheckAlive(), fmt::format("restarting {}", Name()));
    if (Clock::now() >= until) return Fail(fmt::format("{} did not restart; {}", Name(), impl_->ConsoleEnd()));
    impl_->record->WaitForEvent(kPollInterval);
  }
  return {};
}

void Domain::Release() {
  impl_->ended = true;
}

LibvirtResult<std::string> Domain::AgentCommand(const std::string& json, milliseconds timeout) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(timeout).count();
  return impl_->raw->AgentCommand(json, static_cast<int>(std::clamp<std::int64_t>(seconds, 1, 3600)));
}

std::string Domain::DescribeTrouble(const GuestState& state) const {
  std::string text = fmt::format("{}: {}", Name(), state.Describe());
  if (!impl_->panic.empty()) text += "; " + impl_->panic;
  if (state.reason == kQemuDied) text += impl_->QemuLogEnd();
  return text + "; " + impl_->ConsoleEnd();
}

}  // namespace vfqual
