// Whether a machine lives: its process and its console.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/process.h"
#include "harness/lab/console_log.h"

namespace vfqual {

// How a machine was lost.
struct LabDeath {
  std::string reason;                   // "the kernel panicked", "QEMU ended with exit code 1 (…)"
  std::vector<std::string> last_lines;  // of its console
  std::string Describe() const;         // one line
};

// Owns QEMU's process, and ends it with itself.
class MachineWatch {
 public:
  // `output` is where QEMU's own words go.
  MachineWatch(BackgroundProcess qemu, std::filesystem::path console, std::filesystem::path output)
      : qemu_(std::move(qemu)), console_(std::move(console)), output_(std::move(output)) {}

  // Cheap while the machine lives: asked a few times a second while something runs inside. Once lost it stays lost.
  const std::optional<LabDeath>& CheckDeath();
  std::vector<std::string> LastConsoleLines() const;
  BackgroundProcess& Process() { return qemu_; }
  const BackgroundProcess& Process() const { return qemu_; }

 private:
  BackgroundProcess qemu_;
  ConsoleLog console_;
  std::filesystem::path output_;
  std::optional<LabDeath> death_;
};

}  // namespace vfqual
