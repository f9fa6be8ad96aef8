// A guest's state with running, paused, crashed and shut off kept apart.
#pragma once

#include <string>

#include "harness/guest/libvirt_api.h"

namespace vfqual {

enum class GuestPhase {
  kRunning,
  kPaused,   // QEMU lives, the vCPUs stand still: an I/O error, a watchdog, a user …
  kCrashed,  // the guest's kernel panicked (told by pvpanic), QEMU lives and is kept
  kShutOff,  // QEMU is gone; the reason says whether by shutdown, by force, or because QEMU itself died
};

// The reason of a domain whose QEMU process ended without libvirt having asked for it.
inline constexpr const char* kQemuDied = "the QEMU process died";

struct GuestState {
  GuestPhase phase = GuestPhase::kShutOff;
  std::string reason;  // "booted", "ioerror", "panicked", "shutdown", "destroyed", "the QEMU process died" …
  int reboots = 0;     // since creation

  bool Alive() const { return phase == GuestPhase::kRunning; }
  std::string Describe() const;  // "crashed (panicked)", "shut off (shutdown)"
};

const char* ToString(GuestPhase phase);  // "running" "paused" "crashed" "shutoff"

GuestState FromLibvirt(const LibvirtState& state);
// The state that a lifecycle event of a domain that is gone tells (VIR_DOMAIN_EVENT_STOPPED and its detail).
GuestState FromStoppedEvent(int detail);

}  // namespace vfqual
