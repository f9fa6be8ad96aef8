#include "harness/guest/domain_state.h"

#include <fmt/format.h>
#include <libvirt/libvirt.h>

namespace vfqual {

namespace {

const char* RunningReason(int reason) {
  switch (reason) {
    case VIR_DOMAIN_RUNNING_BOOTED:
      return "booted";
    case VIR_DOMAIN_RUNNING_UNPAUSED:
      return "unpaused";
    case VIR_DOMAIN_RUNNING_CRASHED:
      return "resumed after a crash";
    default:
      return "";
  }
}

const char* PausedReason(int reason) {
  switch (reason) {
    case VIR_DOMAIN_PAUSED_USER:
      return "by the user";
    case VIR_DOMAIN_PAUSED_IOERROR:
      return "I/O error of a disk";
    case VIR_DOMAIN_PAUSED_WATCHDOG:
      return "watchdog";
    case VIR_DOMAIN_PAUSED_SHUTTING_DOWN:
      return "shutting down";
    case VIR_DOMAIN_PAUSED_CRASHED:
      return "panicked";
    case VIR_DOMAIN_PAUSED_STARTING_UP:
      return "starting up";
    default:
      return "";
  }
}

const char* ShutOffReason(int reason) {
  switch (reason) {
    case VIR_DOMAIN_SHUTOFF_SHUTDOWN:
      return "shutdown";
    case VIR_DOMAIN_SHUTOFF_DESTROYED:
      return "destroyed";
    case VIR_DOMAIN_SHUTOFF_CRASHED:
      return kQemuDied;
    case VIR_DOMAIN_SHUTOFF_FAILED:
      return "failed to start";
    case VIR_DOMAIN_SHUTOFF_DAEMON:
      return "ended by libvirt's daemon";
    default:
      return "";
  }
}

}  // namespace

const char* ToString(GuestPhase phase) {
  switch (phase) {
    case GuestPhase::kRunning:
      return "running";
    case GuestPhase::kPaused:
      return "paused";
    case GuestPhase::kCrashed:
      return "crashed";
    case GuestPhase::kShutOff:
      return "shutoff";
  }
  return "unknown";
}

std::string GuestState::Describe() const {
  std::string text = reason.empty() ? ToString(phase) : fmt::format("{} ({})", ToString(phase), reason);
  if (reboots > 0) text += fmt::format(", rebooted {} times", reboots);
  return text;
}

GuestState FromLibvirt(const LibvirtState& state) {
  switch (state.state) {
    case VIR_DOMAIN_RUNNING:
    case VIR_DOMAIN_BLOCKED:
      return {GuestPhase::kRunning, RunningReason(state.reason)};
    case VIR_DOMAIN_SHUTDOWN:  // on its way down, QEMU is still there
      return {GuestPhase::kRunning, "shutting down"};
    case VIR_DOMAIN_PAUSED:
    case VIR_DOMAIN_PMSUSPENDED:
      return {GuestPhase::kPaused, PausedReason(state.reason)};
    case VIR_DOMAIN_CRASHED:
      return {GuestPhase::kCrashed, state.reason == VIR_DOMAIN_CRASHED_PANICKED ? "panicked" : ""};
    case VIR_DOMAIN_SHUTOFF:
      return {GuestPhase::kShutOff, ShutOffReason(state.reason)};
    default:
      return {GuestPhase::kPaused, fmt::format("libvirt's state {}", state.state)};
  }
}

GuestState FromStoppedEvent(int detail) {
  switch (detail) {
    case VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN:
      return {GuestPhase::kShutOff, "shutdown"};
    case VIR_DOMAIN_EVENT_STOPPED_DESTROYED:
      return {GuestPhase::kShutOff, "destroyed"};
    case VIR_DOMAIN_EVENT_STOPPED_CRASHED:
    // libvirt's word for a monitor that closed without QEMU having announced a shutdown (qemuProcessHandleMonitorEOF).
    case VIR_DOMAIN_EVENT_STOPPED_FAILED:
      return {GuestPhase::kShutOff, kQemuDied};
    default:
      return {GuestPhase::kShutOff, ""};
  }
}

}  // namespace vfqual
