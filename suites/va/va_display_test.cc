#include "suites/va/va_display.h"

#include "suites/testing/fake_sysfs.h"
#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(VaCallFailed, NamesTheStatus) {
  EXPECT_EQ(VaCallFailed("vaInitialize", VA_STATUS_ERROR_UNIMPLEMENTED), "vaInitialize: VA_STATUS_ERROR_UNIMPLEMENTED");
}

TEST(TriedDrivers, ComeFromLibvasMessages) {
  EXPECT_THAT(TriedDrivers({"VA-API version 1.17.0", "Trying to open /usr/lib/dri/iHD_drv_video.so",
                            "va_openDriver() returns -1", "Trying to open /usr/lib/dri/i965_drv_video.so"}),
              ElementsAre("/usr/lib/dri/iHD_drv_video.so", "/usr/lib/dri/i965_drv_video.so"));
  EXPECT_THAT(TriedDrivers({"dlopen of /usr/lib/dri/iHD_drv_video.so failed"}), IsEmpty());
}

TEST(SearchPath, HoldsEachFolderOnce) {
  EXPECT_EQ(SearchPath({"/a/iHD_drv_video.so", "/b/iHD_drv_video.so", "/a/i965_drv_video.so", "/b/i965_drv_video.so"}),
            "/a:/b");
}

TEST(OpenVaDisplay, SaysThatTheNodeIsMissingOrIsNone) {
  EXPECT_THAT(OpenVaDisplay("/nonexistent/renderD128"), IsError("/nonexistent/renderD128: No such file"));
  EXPECT_THAT(OpenVaDisplay("/dev/null"), IsError("/dev/null: vaGetDisplayDRM gave no display"));
}

}  // namespace
}  // namespace vfqual::suites
