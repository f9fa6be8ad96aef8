/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef LAB_GPU_UAPI_H
#define LAB_GPU_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#if defined(__cplusplus)
extern "C" {
#endif

/*
 * The lab's stand-in for a GPU keeps i915's driver name, so its one ioctl takes
 * the last driver-private number (DRM_COMMAND_BASE + 0x5f), which i915 does not use.
 */
#define DRM_LAB_GPU_SUBMIT 0x5f

/**
 * struct drm_lab_gpu_submit - one piece of work: a register read on the function
 * @seqno: out: how many submissions this function has completed, this one included;
 *	counts from 1 and is shared by all open files of the function
 * @value: out: the register that was read across PCI, NVMe's CSTS at BAR 0 + 0x1c; in QEMU
 *	2 on a VF, also when passed through to a guest, and 0 or 1 on the PF
 * @flags: in: must be zero
 *
 * Errors: EINVAL if @flags is not zero; EIO if the function is wedged (debugfs i915_wedged) or
 * its registers do not answer; ENODEV if the function was unplugged.
 */
struct drm_lab_gpu_submit {
	__u64 seqno;
	__u32 value;
	__u32 flags;
};

/* DRM_IOWR(DRM_COMMAND_BASE + ...) spelled out: Debian has no drm.h without libdrm-dev. */
#define DRM_IOCTL_LAB_GPU_SUBMIT \
	_IOWR('d', 0x40 + DRM_LAB_GPU_SUBMIT, struct drm_lab_gpu_submit)

#if defined(__cplusplus)
}
#endif

#endif /* LAB_GPU_UAPI_H */
