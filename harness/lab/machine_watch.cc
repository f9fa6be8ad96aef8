#include "harness/lab/machine_watch.h"

#include <fmt/format.h>

#include <chrono>
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
  if (running && !console_.Fatal()) return death_;
  if (running) std::this_thread::sleep_for(kTraceGrace);
  console_.Poll();
  LabDeath death;
  if (console_.Fatal()) {
    death.reason = *console_.Fatal();
  } else {
    const std::string last = LastLineOf(output_);
    death.reason = fmt::format("QEMU ended with exit code {}{}", qemu_.ExitCode().value_or(-1),
                               last.empty() ? "" : fmt::format(" ({})", last));
  }
  death.last_lines = LastConsoleLines();
  death_ = std::move(death);
  return death_;
}

std::vector<std::string> MachineWatch::LastConsoleLines() const {
  return console_.LastLines(kToldLines);
}

}  // namespace vfqual
