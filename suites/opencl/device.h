// The OpenCL devices behind the ICD loader, and the choice of one.
#pragma once

#include <CL/cl.h>

#include <string>
#include <string_view>
#include <vector>

#include "suites/opencl/status.h"

namespace vfqual::opencl {

struct Device {
  cl_platform_id platform = nullptr;
  cl_device_id id = nullptr;
  std::string platform_name;
  std::string name;
  std::string driver_version;
  std::string extensions;   // words with blanks between them
  std::string pci_address;  // "0000:00:02.0" where cl_khr_pci_bus_info tells it, else empty
  cl_device_type type = 0;
  cl_ulong compute_units = 0;  // of an Intel GPU: its execution units
  cl_ulong max_alloc_bytes = 0;
  cl_ulong global_mem_bytes = 0;
};

// Every device of every platform, in the loader's order; may be empty. CL_PLATFORM_NOT_FOUND_KHR where there is no ICD.
Result<std::vector<Device>> ListDevices();

// Whether the device has the extension, e.g. "cl_khr_fp16".
bool Offers(const Device& device, std::string_view extension);

// Whether the device computes on the CPU: by its type, or by the name of a known software renderer that calls itself a
// GPU.
bool IsSoftware(const Device& device);

// The first real GPU; else, if allowed, the first device of all. CL_DEVICE_NOT_FOUND names what was there instead.
Result<Device> ChooseDevice(const std::vector<Device>& devices, bool allow_cpu_device);

}  // namespace vfqual::opencl
