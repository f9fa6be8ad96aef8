#include <fmt/format.h>

#include "suites/compute/checks.h"
#include "suites/support/outcome.h"

namespace vfqual::suites {

Status CheckPciAddress(const opencl::Device& device, const std::string& expected, bool faulty) {
  const auto address = faulty ? std::string("ffff:ff:1f.7") : device.pci_address;
  if (expected.empty()) {
    SkipTest(SkipReason::kNothingExpected, "no --pci-address was given to compare with");
  } else if (address.empty()) {
    SkipTest(SkipReason::kNoPciBusInfo, fmt::format("'{}' does not offer cl_khr_pci_bus_info", device.name));
  } else if (address != expected) {
    return Fail(fmt::format("'{}' is the PCI function {}, {} expected", device.name, address, expected));
  }
  return {};
}

Status CheckBuildErrors(const ComputeRun& run) {
  // An error of the preprocessor, so that no implementation compiles much before it.
  const std::string directive = run.faulty ? "#pragma" : "#error";
  const auto program = opencl::BuildProgram(run.session, directive + " the mistake\n__kernel void broken() {}");
  if (program) return Fail("a program with an #error in it was built");
  if (program.error().status != CL_BUILD_PROGRAM_FAILURE) return Fail(program.error().what);
  if (program.error().what.find("the mistake") == std::string::npos) {
    return Fail("the build log does not name the mistake: " + program.error().what);
  }
  return {};
}

}  // namespace vfqual::suites
