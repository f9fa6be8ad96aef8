#include "suites/device/lab_submit.h"

#include <fmt/format.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

#include "module/lab-gpu/uapi/lab_gpu.h"

namespace vfqual::suites {

Result<LabWork> SubmitLabWork(int render_node) {
  drm_lab_gpu_submit submit{};
  if (ioctl(render_node, DRM_IOCTL_LAB_GPU_SUBMIT, &submit) != 0) {
    if (errno == EIO) return Fail("DRM_IOCTL_LAB_GPU_SUBMIT: the device is wedged (EIO)");
    return Fail(fmt::format("DRM_IOCTL_LAB_GPU_SUBMIT: {}", std::strerror(errno)));
  }
  return LabWork{.seqno = submit.seqno, .value = submit.value};
}

Status CheckLabValue(const LabWork& work) {
  // The lab's device is QEMU's NVMe controller, whose register at offset 8 is its version: 1.4 is 0x00010400.
  constexpr std::uint32_t kNvmeMajorVersion = 1;
  if (work.value >> 16U == kNvmeMajorVersion) return {};
  return Fail(fmt::format("the VF's register holds {:#010x}, an NVMe version 1.x expected", work.value));
}

Status CheckLabOrder(const LabWork& earlier, const LabWork& later) {
  if (later.seqno > earlier.seqno) return {};
  return Fail(fmt::format("work {} was followed by work {}, a higher number expected", earlier.seqno, later.seqno));
}

}  // namespace vfqual::suites
