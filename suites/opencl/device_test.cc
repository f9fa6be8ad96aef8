#include "suites/opencl/device.h"

#include <gtest/gtest.h>

namespace vfqual::opencl {
namespace {

Device Named(std::string name, cl_device_type type) {
  Device device;
  device.name = std::move(name);
  device.type = type;
  return device;
}

const Device kPocl = Named("pthread-haswell", CL_DEVICE_TYPE_CPU);
const Device kLlvmpipe = Named("llvmpipe (LLVM 15.0.6, 256 bits)", CL_DEVICE_TYPE_GPU);
const Device kIntel = Named("Intel(R) UHD Graphics 770", CL_DEVICE_TYPE_GPU);

TEST(IsSoftware, ByTypeAndByName) {
  EXPECT_TRUE(IsSoftware(kPocl));
  EXPECT_TRUE(IsSoftware(kLlvmpipe));
  EXPECT_FALSE(IsSoftware(kIntel));
}

TEST(Offers, TakesWholeNamesOnly) {
  Device device;
  device.extensions = "cl_khr_fp16 cl_khr_pci_bus_info_more";
  EXPECT_TRUE(Offers(device, "cl_khr_fp16"));
  EXPECT_FALSE(Offers(device, "cl_khr_pci_bus_info"));
  EXPECT_FALSE(Offers({}, "cl_khr_fp16"));
}

TEST(ChooseDevice, TakesTheGpuWhereverItStands) {
  for (const bool allow_cpu_device : {false, true}) {
    const auto device = ChooseDevice({kPocl, kLlvmpipe, kIntel}, allow_cpu_device);
    ASSERT_TRUE(device.has_value());
    EXPECT_EQ(device->name, kIntel.name);
  }
}

TEST(ChooseDevice, TakesTheCpuOnlyWhereThatIsAllowed) {
  const auto allowed = ChooseDevice({kPocl, kLlvmpipe}, true);
  ASSERT_TRUE(allowed.has_value());
  EXPECT_EQ(allowed->name, kPocl.name);
  const auto refused = ChooseDevice({kPocl, kLlvmpipe}, false);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().status, CL_DEVICE_NOT_FOUND);
  EXPECT_EQ(refused.error().what,
            "no GPU among the 2 OpenCL device(s); the first is 'pthread-haswell', which computes on the CPU");
}

TEST(ChooseDevice, SaysThatThereIsNone) {
  const auto device = ChooseDevice({}, true);
  ASSERT_FALSE(device.has_value());
  EXPECT_EQ(device.error().what, "no OpenCL platform offers a device");
}

}  // namespace
}  // namespace vfqual::opencl
