#include "suites/device/lab_submit.h"

#include <fcntl.h>

#include "suites/support/unique_fd.h"
#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

TEST(CheckLabValue, TakesAVfsStatusOnly) {
  EXPECT_THAT(CheckLabValue({.seqno = 1, .value = 2}), IsOk());
  EXPECT_THAT(CheckLabValue({.seqno = 1, .value = 1}), IsError("holds 0x00000001, a VF's holds 0x00000002"));
  EXPECT_THAT(CheckLabValue({.seqno = 1, .value = 0xffffffffU}), IsError("holds 0xffffffff"));
}

TEST(CheckLabOrder, WantsAHigherNumber) {
  EXPECT_THAT(CheckLabOrder({.seqno = 4, .value = 0}, {.seqno = 5, .value = 0}), IsOk());
  EXPECT_THAT(CheckLabOrder({.seqno = 4, .value = 0}, {.seqno = 4, .value = 0}),
              IsError("work 4 was followed by work 4"));
  EXPECT_THAT(CheckLabOrder({.seqno = 4, .value = 0}, {.seqno = 3, .value = 0}), IsError("higher number expected"));
}

TEST(SubmitLabWork, NamesTheErrorOfADeviceThatIsNotTheLabs) {
  const UniqueFd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  EXPECT_THAT(SubmitLabWork(null.Get()), IsError("DRM_IOCTL_LAB_GPU_SUBMIT: Inappropriate ioctl"));
}

}  // namespace
}  // namespace vfqual::suites
