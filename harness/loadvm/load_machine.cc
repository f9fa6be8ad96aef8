#include "harness/loadvm/load_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>
#include <utility>

#include "harness/base/process.h"
#include "harness/loadvm/load_report.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uintmax_t kMostConsoleBytes = std::uintmax_t{64} << 20U;
constexpr std::chrono::milliseconds kPollInterval{50};
constexpr std::chrono::seconds kStopGrace{2};

std::uintmax_t SizeOf(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : size;
}

std::string ReadAll(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// UEFI firmware clears the screen on every serial port before the machine's init comes to write there.
std::string ReadReport(const LoadMachineSpec& spec) {
  auto report = ReadAll(spec.report);
  if (spec.firmware) report.erase(0, std::min(report.find(R"({"event":"hello")"), report.size()));
  return report;
}

// The last thing that init tells (load_report.h).
bool SaysEnd(const std::string& report) {
  const auto last = report.rfind(R"({"event":"end")");
  return last != std::string::npos && report.find('\n', last) != std::string::npos;
}

// A comma in a name is doubled in QEMU's options (qemu(1)).
std::string Escaped(const fs::path& file) {
  std::string escaped;
  for (const char letter : file.string()) escaped += letter == ',' ? ",," : std::string(1, letter);
  return escaped;
}

// The variables may only be written in SMM, that is by the firmware: without that Secure Boot would be a show.
void AddFirmware(const FirmwareFiles& firmware, std::vector<std::string>& argv) {
  argv.insert(argv.end(), {"-global", "driver=cfi.pflash01,property=secure,value=on", "-drive",
                           "if=pflash,unit=0,format=raw,readonly=on,file=" + Escaped(firmware.code), "-drive",
                           "if=pflash,unit=1,format=raw,file=" + Escaped(firmware.variables)});
}

}  // namespace

std::vector<std::string> LoadMachineArgv(const LoadMachineSpec& spec) {
  const bool emulated = spec.accelerator == Accelerator::kTcg;
  // As for the lab's guests: what costs time under emulation and says nothing of a module is off; noxsave because 7.3
  // panics in fpu__init_system_xstate without it (design.md section 6). tsc=reliable: harness/lab/standstill.h.
  const std::string quick =
      emulated ? " tsc=reliable noxsave mitigations=off init_on_alloc=0 hardened_usercopy=off kfence.sample_interval=0 "
                 "cryptomgr.notests nowatchdog audit=0 random.trust_cpu=on"
               : "";
  std::vector<std::string> argv = {"qemu-system-x86_64",
                                   "-nodefaults",
                                   "-no-user-config",
                                   "-no-reboot",
                                   "-display",
                                   "none",
                                   "-machine",
                                   spec.firmware ? "q35,smm=on,usb=off,vmport=off,hpet=off,dump-guest-core=off"
                                                 : "q35,usb=off,vmport=off,hpet=off,dump-guest-core=off",
                                   "-accel",
                                   emulated ? "tcg" : "kvm",
                                   "-cpu",
                                   emulated ? "EPYC,-xsavec" : "host",
                                   "-smp",
                                   "1",
                                   "-m",
                                   std::to_string(spec.memory_mib),
                                   "-serial",
                                   fmt::format("file:{}", spec.console_log.string()),
                                   "-serial",
                                   fmt::format("file:{}", spec.report.string()),
                                   "-kernel",
                                   spec.kernel.string(),
                                   "-initrd",
                                   spec.initramfs.string(),
                                   "-append",
                                   "console=ttyS0 panic=-1 loglevel=4 printk.devkmsg=on" + quick};
  if (spec.firmware) AddFirmware(*spec.firmware, argv);
  return argv;
}

Result<LoadMachineEnd> RunLoadMachine(const LoadMachineSpec& spec, std::chrono::milliseconds limit,
                                      const std::function<bool()>& cancelled) {
  const auto output = spec.console_log.parent_path() / "qemu.log";
  const auto start = Clock::now();
  VFQUAL_TRY(auto qemu, BackgroundProcess::Start(LoadMachineArgv(spec), output, {.die_with_starter = true}),
             "start the machine");
  MachineWatch watch(std::move(qemu), spec.console_log, output);
  LoadMachineEnd end;
  for (;;) {
    const auto& death = watch.CheckDeath();
    if (death) {
      end.report = ReadReport(spec);
      // Its init ends the machine when all is done.
      if (!SaysEnd(end.report)) end.death = *death;
      break;
    }
    if (SizeOf(spec.report) > kMaxLoadReportBytes || SizeOf(spec.console_log) > kMostConsoleBytes) {
      return Fail("the machine writes without end");
    }
    if (cancelled && cancelled()) return Fail("interrupted; the machine was ended");
    if (Clock::now() - start > limit) {
      end.timed_out = true;
      watch.Process().Stop(kStopGrace);
      end.report = ReadReport(spec);
      break;
    }
    std::this_thread::sleep_for(kPollInterval);
  }
  end.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return end;
}

}  // namespace vfqual
