#include "suites/opencl/device.h"

#include <CL/cl_ext.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace vfqual::opencl {
namespace {

std::string PlatformName(cl_platform_id platform) {
  std::array<char, 256> text{};
  clGetPlatformInfo(platform, CL_PLATFORM_NAME, text.size() - 1, text.data(), nullptr);
  return text.data();
}

std::string DeviceText(cl_device_id device, cl_device_info what) {
  std::size_t size = 0;
  if (clGetDeviceInfo(device, what, 0, nullptr, &size) != CL_SUCCESS) return {};
  std::string text(size, '\0');
  if (clGetDeviceInfo(device, what, size, text.data(), nullptr) != CL_SUCCESS) return {};
  text.resize(std::min(text.find('\0'), text.size()));
  return text;
}

cl_ulong DeviceNumber(cl_device_id device, cl_device_info what) {
  cl_ulong number = 0;
  clGetDeviceInfo(device, what, sizeof number, &number, nullptr);
  return number;
}

std::string PciAddress(cl_device_id device) {
  cl_device_pci_bus_info_khr bus{};
  if (clGetDeviceInfo(device, CL_DEVICE_PCI_BUS_INFO_KHR, sizeof bus, &bus, nullptr) != CL_SUCCESS) return {};
  return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", bus.pci_domain, bus.pci_bus, bus.pci_device, bus.pci_function);
}

Device Describe(cl_platform_id platform, cl_device_id id) {
  Device device{.platform = platform,
                .id = id,
                .platform_name = PlatformName(platform),
                .name = DeviceText(id, CL_DEVICE_NAME),
                .driver_version = DeviceText(id, CL_DRIVER_VERSION),
                .extensions = DeviceText(id, CL_DEVICE_EXTENSIONS),
                .pci_address = {},
                .type = DeviceNumber(id, CL_DEVICE_TYPE),
                .compute_units = DeviceNumber(id, CL_DEVICE_MAX_COMPUTE_UNITS),
                .max_alloc_bytes = DeviceNumber(id, CL_DEVICE_MAX_MEM_ALLOC_SIZE),
                .global_mem_bytes = DeviceNumber(id, CL_DEVICE_GLOBAL_MEM_SIZE)};
  if (Offers(device, "cl_khr_pci_bus_info")) device.pci_address = PciAddress(id);
  return device;
}

}  // namespace

Result<std::vector<Device>> ListDevices() {
  cl_uint platform_count = 0;
  if (const cl_int status = clGetPlatformIDs(0, nullptr, &platform_count); status != CL_SUCCESS) {
    return CallFailed("clGetPlatformIDs", status);
  }
  std::vector<cl_platform_id> platforms(platform_count);
  if (const cl_int status = clGetPlatformIDs(platform_count, platforms.data(), nullptr); status != CL_SUCCESS) {
    return CallFailed("clGetPlatformIDs", status);
  }
  std::vector<Device> devices;
  for (auto* const platform : platforms) {
    cl_uint count = 0;
    cl_int status = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, nullptr, &count);
    if (status == CL_DEVICE_NOT_FOUND) continue;
    std::vector<cl_device_id> ids(count);
    if (status == CL_SUCCESS) status = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, count, ids.data(), nullptr);
    if (status != CL_SUCCESS) return CallFailed("clGetDeviceIDs", status);
    for (auto* const id : ids) devices.push_back(Describe(platform, id));
  }
  return devices;
}

bool Offers(const Device& device, std::string_view extension) {
  return fmt::format(" {} ", device.extensions).find(fmt::format(" {} ", extension)) != std::string::npos;
}

bool IsSoftware(const Device& device) {
  if ((device.type & CL_DEVICE_TYPE_CPU) != 0) return true;
  constexpr std::array<std::string_view, 3> kSoftwareRenderers{"llvmpipe", "softpipe", "SwiftShader"};
  return std::any_of(kSoftwareRenderers.begin(), kSoftwareRenderers.end(),
                     [&](std::string_view renderer) { return device.name.find(renderer) != std::string::npos; });
}

Result<Device> ChooseDevice(const std::vector<Device>& devices, bool allow_cpu_device) {
  const auto gpu = std::find_if(devices.begin(), devices.end(), [](const Device& device) {
    return (device.type & CL_DEVICE_TYPE_GPU) != 0 && !IsSoftware(device);
  });
  if (gpu != devices.end()) return *gpu;
  if (devices.empty()) return tl::unexpected(Error{CL_DEVICE_NOT_FOUND, "no OpenCL platform offers a device"});
  if (allow_cpu_device) return devices.front();
  return tl::unexpected(
      Error{CL_DEVICE_NOT_FOUND,
            fmt::format("no GPU among the {} OpenCL device(s); the first is '{}', which computes on the CPU",
                        devices.size(), devices.front().name)});
}

}  // namespace vfqual::opencl
