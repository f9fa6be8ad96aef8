// suite_compute: OpenCL through the ICD loader computes, and computes right.
// By hand, in a guest: suite_compute [--allow-cpu-device]
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

#include "suites/compute/checks.h"
#include "suites/opencl/kernels.h"
#include "suites/support/add_test.h"
#include "suites/support/outcome.h"
#include "suites/support/suite_main.h"

namespace vfqual::suites {
namespace {

struct ComputeOptions {
  bool allow_cpu_device = false;
  std::string pci_address;
  std::size_t max_memory_mib = 0;
  std::uint32_t seed = 1;
  std::string fault;
};

struct Check {
  const char* suite_name;
  const char* test_name;
  const char* fault;
  Status (*run)(const ComputeRun&);
};

constexpr std::array kChecks{
    Check{"OpenclProgram", "ReportsBuildErrors", "build_errors", CheckBuildErrors},
    Check{"OpenclSaxpy", "MatchesReference", "saxpy", CheckSaxpy},
    Check{"OpenclSaxpy", "IsThisGuestsOwn", "swapped_result", CheckOwnResult},
    Check{"OpenclSum", "MatchesReference", "sum", CheckSum},
    Check{"OpenclReduction", "MatchesReference", "reduction", CheckReduction},
    Check{"OpenclMatrix", "TiledProductMatchesReference", "matrix", CheckMatrixProduct},
    Check{"OpenclAtomics", "LoseNoUpdate", "atomics", CheckAtomics},
    Check{"OpenclHalf", "MatchesReference", "half", CheckHalf},
    Check{"OpenclImage", "IsReadAndWrittenRight", "image", CheckImage},
    Check{"OpenclSubBuffer", "IsAPartOfItsBuffer", "sub_buffer", CheckSubBuffers},
    Check{"OpenclMappedBuffer", "SharesItsWords", "mapped_buffer", CheckMappedBuffer},
    Check{"OpenclEvents", "TellPossibleTimes", "event_times", CheckEventTimes},
    Check{"OpenclQueue", "KeepsManySmallKernels", "launches", CheckManyLaunches},
    Check{"OpenclQueue", "OutOfOrderWaitsForEvents", "out_of_order", CheckOutOfOrder},
    Check{"OpenclMemory", "QuarterKeepsItsWords", "memory_quarter",
          [](const ComputeRun& run) { return CheckMemory(run, 25); }},
    Check{"OpenclMemory", "HalfKeepsItsWords", "memory_half",
          [](const ComputeRun& run) { return CheckMemory(run, 50); }},
    Check{"OpenclToneMap", "MatchesReference", "tone_map", CheckToneMap},
};
constexpr const char* kPciAddressFault = "pci_address";

opencl::Result<opencl::Device> Choose(bool allow_cpu_device) {
  return opencl::ListDevices().and_then(
      [=](const auto& devices) { return opencl::ChooseDevice(devices, allow_cpu_device); });
}

// A CPU's memory is the machine's, and nothing is learnt from half of it.
std::size_t MaxMemoryMib(const ComputeOptions& options, const opencl::Device& device) {
  constexpr std::size_t kCpuMib = 4;
  return options.max_memory_mib == 0 && opencl::IsSoftware(device) ? kCpuMib : options.max_memory_mib;
}

// That no OpenCL driver is installed says nothing of the GPU.
void FailWith(const opencl::Error& error) {
  if (error.status != opencl::kNoIcd) return ExpectOk(Fail(error.what));
  FailForLack(
      fmt::format("no OpenCL driver (ICD) is installed, or none loads ({}): see /etc/OpenCL/vendors", error.what));
}

void DeviceIsAGpu(bool allow_cpu_device) {
  const auto device = Choose(allow_cpu_device);
  if (!device) return FailWith(device.error());
  testing::Test::RecordProperty("platform", device->platform_name);
  testing::Test::RecordProperty("device", device->name);
  testing::Test::RecordProperty("driver_version", device->driver_version);
  if (opencl::IsSoftware(*device)) Warn("the device computes on the CPU, which the caller allowed");
}

void DeviceHasItsPciAddress(const ComputeOptions& options) {
  const auto device = Choose(options.allow_cpu_device);
  if (!device) return FailWith(device.error());
  ExpectOk(CheckPciAddress(*device, options.pci_address, options.fault == kPciAddressFault));
}

// `opened` is made by the first test that needs it and kept for the others: opening a device and loading a program
// costs an emulated CPU most of a second. Both objects live longer than the tests.
void AddComputeTests(const ComputeOptions& options, std::optional<opencl::Result<opencl::KernelSession>>& opened) {
  AddTest("OpenclDevice", "IsAGpu", [&] { DeviceIsAGpu(options.allow_cpu_device); });
  AddTest("OpenclDevice", "HasItsPciAddress", [&] { DeviceHasItsPciAddress(options); });
  for (const auto& check : kChecks) {
    AddTest(check.suite_name, check.test_name, [&] {
      if (!opened) opened = opencl::OpenWithKernels(options.allow_cpu_device);
      if (!*opened) return FailWith(opened->error());
      ExpectOk(check.run({.session = (*opened)->session,
                          .program = (*opened)->program,
                          .seed = options.seed,
                          .max_memory_bytes = MaxMemoryMib(options, (*opened)->session.device) << 20U,
                          .faulty = options.fault == check.fault}));
    });
  }
}

void AddOptions(CLI::App& app, ComputeOptions& options) {
  app.description("Checks that OpenCL works on this machine's GPU.");
  app.add_flag("--allow-cpu-device", options.allow_cpu_device,
               "a device that computes on the CPU will do (as in the lab, with PoCL)");
  app.add_option("--pci-address", options.pci_address, "the PCI function that the device must be, e.g. 0000:00:02.0");
  app.add_option("--max-memory-mib", options.max_memory_mib,
                 "fill at most this much memory (default: half of a GPU's, 4 MiB of a CPU's)")
      ->check(CLI::Range(1, 1 << 20));
  app.add_option("--seed", options.seed, "of all data; give guests that run at once one each")->capture_default_str();
  std::vector<std::string> faults{kPciAddressFault};
  for (const auto& check : kChecks) faults.emplace_back(check.fault);
  app.add_option("--fault", options.fault, "make the device's result wrong in one test, to prove that the test notices")
      ->check(CLI::IsMember(faults));
  app.footer("Example: suite_compute --gtest_output=json:compute.json");
}

}  // namespace
}  // namespace vfqual::suites

int main(int argc, char** argv) {
  namespace suites = vfqual::suites;
  suites::ComputeOptions options;
  std::optional<vfqual::opencl::Result<vfqual::opencl::KernelSession>> opened;
  return suites::RunSuite(
      argc, argv, [&](CLI::App& app) { suites::AddOptions(app, options); },
      [&] { suites::AddComputeTests(options, opened); });
}
