// Each frame of the lab's VA driver is one piece of work for the lab's stand-in kernel driver.
#pragma once

#include <va/va.h>

#include <functional>

namespace vfqual::lab_va {

// VA_STATUS_ERROR_HW_BUSY where the function is wedged, VA_STATUS_ERROR_OPERATION_FAILED where it is gone.
using SubmitWork = std::function<VAStatus()>;

// Through DRM_IOCTL_LAB_GPU_SUBMIT (module/lab-gpu/uapi/lab_gpu.h) on the display's file descriptor, which is not
// owned.
SubmitWork SubmitTo(int drm_fd);

}  // namespace vfqual::lab_va
