// Notices a machine whose processor does nothing any more: its kernel waits for a timer that never comes. Seen with
// Linux 6.12 under emulation with the clock source acpi_pm, whose 24 bits wrap after 4.7 s: when QEMU stood still for
// longer (a paused host, SIGSTOP), the kernel's time went in circles for ever (kernel/time/timekeeping.c takes a step
// of more than 7/8 of the counter for one backwards). The lab's hosts boot with tsc=reliable, and are watched all the
// same.
#pragma once

#include <chrono>

namespace vfqual {

class Standstill {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Standstill(std::chrono::milliseconds at_least = std::chrono::minutes(1)) : at_least_(at_least) {}

  // Asked a few times a second. `used`: processor time of the emulator since its start. True when it used next to
  // nothing for so long; a kernel that waits for something to happen still looks after its timers.
  bool Look(Clock::time_point now, std::chrono::milliseconds used);

 private:
  std::chrono::milliseconds at_least_;
  std::chrono::milliseconds used_before_{-1};
  std::chrono::milliseconds still_{0};
  Clock::time_point last_look_;
};

}  // namespace vfqual
