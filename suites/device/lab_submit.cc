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
  // NVMe's status register as lab_gpu.h documents it: a VF of QEMU's controller that nobody brought online says
  // "controller fatal status" (bit 1), also across VFIO; the PF never does.
  constexpr std::uint32_t kStatusOfVf = 2;
  if (work.value == kStatusOfVf) return {};
  return Fail(fmt::format("the register that was read holds {:#010x}, a VF's holds {:#010x}", work.value, kStatusOfVf));
}

Status CheckLabOrder(const LabWork& earlier, const LabWork& later) {
  if (later.seqno > earlier.seqno) return {};
  return Fail(fmt::format("work {} was followed by work {}, a higher number expected", earlier.seqno, later.seqno));
}

}  // namespace vfqual::suites
