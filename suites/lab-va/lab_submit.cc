#include "suites/lab-va/lab_submit.h"

#include <sys/ioctl.h>

#include <cerrno>

#include "module/lab-gpu/uapi/lab_gpu.h"

namespace vfqual::lab_va {

SubmitWork SubmitTo(int drm_fd) {
  return [drm_fd] {
    drm_lab_gpu_submit submit{};
    if (ioctl(drm_fd, DRM_IOCTL_LAB_GPU_SUBMIT, &submit) == 0) return VA_STATUS_SUCCESS;
    return errno == EIO ? VA_STATUS_ERROR_HW_BUSY : VA_STATUS_ERROR_OPERATION_FAILED;
  };
}

}  // namespace vfqual::lab_va
