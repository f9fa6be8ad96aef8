#include "harness/lab/machine_watch.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <thread>
#include <utility>

namespace vfqual {

namespace {

constexpr std::size_t kToldLines = 12;
// After a panic the kernel still prints registers and the call trace.
constexpr std::chrono::milliseconds kTraceGrace{1500};

std::string LastLineOf(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string last;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

}  // namespace

std::string LabDeath::Describe() const {
  return last_lines.empty() ? reason : fmt::format("{}; its console ends with: {}", reason, last_lines.back());
}

const std::optional<LabDeath>& MachineWatch::CheckDeath() {
  if (death_) return death_;
  const bool running = qemu_.Running();
  console_.Poll();
  const bool still = running && !console_.Fatal() && StandsStill();
  if (running && !console_.Fatal() && !still) return death_;
  if (running && !still) std::this_thread::sleep_for(kTraceGrace);
  console_.Poll();
  LabDeath death;
  if (console_.Fatal()) {
    death.reason = *console_.Fatal();
  } else if (still) {
    death.reason = "it stood still: its processor did nothing for a minute";
  } else {
    const std::string last = LastLineOf(output_);
    death.reason = fmt::format("QEMU ended with exit code {}{}", qemu_.ExitCode().value_or(-1),
                               last.empty() ? "" : fmt::format(" ({})", last));
  }
  death.last_lines = LastConsoleLines();
  death_ = std::move(death);
  return death_;
}

bool MachineWatch::StandsStill() {
  if (!standstill_) return false;
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(qemu_.Pid(), &clock) != 0 || clock_gettime(clock, &used) != 0) return false;
  const auto time = std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
  return standstill_->Look(Standstill::Clock::now(), std::chrono::duration_cast<std::chrono::milliseconds>(time));
}

std::vector<std::string> MachineWatch::LastConsoleLines() const {
  return console_.LastLines(kToldLines);
}

}  // namespace vfqual
