// Whether a machine lives: its process, its console and its processor.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/process.h"
#include "harness/lab/console_log.h"
#include "harness/lab/standstill.h"

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
  // A machine that stands still counts as lost too: for one that is emulated, whose kernel's smallest work takes long.
  void NoticeStandstill(Standstill standstill) { standstill_ = standstill; }
  std::vector<std::string> LastConsoleLines() const;
  BackgroundProcess& Process() { return qemu_; }
  const BackgroundProcess& Process() const { return qemu_; }

 private:
  bool StandsStill();

  BackgroundProcess qemu_;
  ConsoleLog console_;
  std::filesystem::path output_;
  std::optional<LabDeath> death_;
  std::optional<Standstill> standstill_;
};

}  // namespace vfqual
