// suite_compute: OpenCL through the ICD loader computes, and computes right.
// By hand, in a guest: suite_compute [--allow-cpu-device]
#include <gtest/gtest.h>

#include <array>
#include <functional>

#include "suites/compute/saxpy.h"
#include "suites/opencl/kernels.h"
#include "suites/opencl/read_sum.h"
#include "suites/opencl/session.h"
#include "suites/support/add_test.h"
#include "suites/support/outcome.h"
#include "suites/support/suite_main.h"

namespace vfqual::suites {
namespace {

template <class T>
Status ToStatus(const opencl::Result<T>& result) {
  if (!result) return Fail(result.error().what);
  return {};
}

void DeviceIsAGpu(bool allow_cpu_device) {
  const auto device = opencl::ListDevices().and_then(
      [=](const auto& devices) { return opencl::ChooseDevice(devices, allow_cpu_device); });
  if (!device) return ExpectOk(ToStatus(device));
  testing::Test::RecordProperty("platform", device->platform_name);
  testing::Test::RecordProperty("device", device->name);
  testing::Test::RecordProperty("driver_version", device->driver_version);
  if (opencl::IsSoftware(*device)) Warn("the device computes on the CPU, which the caller allowed");
}

// Runs `body` with an opened device and the program of all kernels, or fails the test.
void WithKernels(bool allow_cpu_device,
                 const std::function<void(const opencl::Session&, const opencl::Program&)>& body) {
  const auto session = opencl::OpenDefaultSession(allow_cpu_device);
  if (!session) return ExpectOk(ToStatus(session));
  const auto program = opencl::BuildKernels(*session);
  if (!program) return ExpectOk(ToStatus(program));
  body(*session, *program);
}

void SaxpyMatchesReference(const opencl::Session& session, const opencl::Program& program) {
  // Below 65536, from where on PoCL compiles the kernel a second time.
  constexpr std::array<std::size_t, 5> kCounts{1, 7, 64, 1021, 65437};
  for (const auto count : kCounts) ExpectOk(CheckSaxpy(session, program, count));
}

void SumMatchesReference(const opencl::Session& session, const opencl::Program& program) {
  constexpr std::size_t kBytes = 1U << 20U;
  const auto sum = opencl::ReadSum::Make(session, program, kBytes);
  if (!sum) return ExpectOk(ToStatus(sum));
  ExpectOk(ToStatus(sum->Pass().and_then([&] { return sum->Verify(); })));
}

void ProgramReportsBuildErrors(bool allow_cpu_device) {
  const auto session = opencl::OpenDefaultSession(allow_cpu_device);
  if (!session) return ExpectOk(ToStatus(session));
  // An error of the preprocessor, so that no implementation compiles much before it.
  const auto program = opencl::BuildProgram(*session, "#error the mistake\n__kernel void broken() {}");
  if (program) return ExpectOk(Fail("a program with an #error in it was built"));
  if (program.error().status != CL_BUILD_PROGRAM_FAILURE) return ExpectOk(ToStatus(program));
  if (program.error().what.find("the mistake") == std::string::npos) {
    ExpectOk(Fail("the build log does not name the mistake: " + program.error().what));
  }
}

void AddComputeTests(bool allow_cpu_device) {
  AddTest("OpenclDevice", "IsAGpu", [=] { DeviceIsAGpu(allow_cpu_device); });
  AddTest("OpenclProgram", "ReportsBuildErrors", [=] { ProgramReportsBuildErrors(allow_cpu_device); });
  AddTest("OpenclSaxpy", "MatchesReference", [=] { WithKernels(allow_cpu_device, SaxpyMatchesReference); });
  AddTest("OpenclSum", "MatchesReference", [=] { WithKernels(allow_cpu_device, SumMatchesReference); });
}

}  // namespace
}  // namespace vfqual::suites

int main(int argc, char** argv) {
  namespace suites = vfqual::suites;
  bool allow_cpu_device = false;
  const auto add_options = [&](CLI::App& app) {
    app.description("Checks that OpenCL works on this machine's GPU.");
    app.add_flag("--allow-cpu-device", allow_cpu_device,
                 "a device that computes on the CPU will do (as in the lab, with PoCL)");
    app.footer("Example: suite_compute --gtest_output=json:compute.json");
  };
  return suites::RunSuite(argc, argv, add_options, [&] { suites::AddComputeTests(allow_cpu_device); });
}
