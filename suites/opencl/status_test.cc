#include "suites/opencl/status.h"

#include <gtest/gtest.h>

namespace vfqual::opencl {
namespace {

TEST(StatusName, IsTheNameInTheHeader) {
  EXPECT_EQ(StatusName(CL_SUCCESS), "CL_SUCCESS");
  EXPECT_EQ(StatusName(-5), "CL_OUT_OF_RESOURCES");
  EXPECT_EQ(StatusName(-1001), "CL_PLATFORM_NOT_FOUND_KHR");
  EXPECT_EQ(StatusName(-4711), "OpenCL status -4711");
}

TEST(CallFailed, NamesCallAndStatus) {
  const auto error = CallFailed("clFinish", CL_OUT_OF_HOST_MEMORY);
  EXPECT_EQ(error.value().status, CL_OUT_OF_HOST_MEMORY);
  EXPECT_EQ(error.value().what, "clFinish: CL_OUT_OF_HOST_MEMORY");
}

}  // namespace
}  // namespace vfqual::opencl
