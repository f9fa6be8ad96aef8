// The checks of suite_compute: each runs on the device and asks an oracle about the result. Those that do not apply
// mark the running test as skipped.
#pragma once

#include <string>

#include "suites/compute/compute_run.h"
#include "suites/opencl/device.h"

namespace vfqual::suites {

// device_checks.cc
Status CheckPciAddress(const opencl::Device& device, const std::string& expected, bool faulty);
Status CheckBuildErrors(const ComputeRun& run);

// arithmetic_checks.cc
Status CheckSaxpy(const ComputeRun& run);
Status CheckOwnResult(const ComputeRun& run);  // and not that of a guest with another seed
Status CheckSum(const ComputeRun& run);        // by the kernel that bench_opencl measures bandwidth with
Status CheckReduction(const ComputeRun& run);
Status CheckMatrixProduct(const ComputeRun& run);
Status CheckAtomics(const ComputeRun& run);
Status CheckHalf(const ComputeRun& run);

// buffer_checks.cc
Status CheckSubBuffers(const ComputeRun& run);
Status CheckMappedBuffer(const ComputeRun& run);

// image_check.cc
Status CheckImage(const ComputeRun& run);

// memory_check.cc: `percent` of the device's global memory, at most run.max_memory_bytes where that is not 0; records
// how much it was as the test's property "covered_mib".
Status CheckMemory(const ComputeRun& run, unsigned percent);

// queue_checks.cc
Status CheckEventTimes(const ComputeRun& run);
Status CheckManyLaunches(const ComputeRun& run);
Status CheckOutOfOrder(const ComputeRun& run);

// tone_map_check.cc
Status CheckToneMap(const ComputeRun& run);

}  // namespace vfqual::suites
