/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef LAB_GPU_UAPI_H
#define LAB_GPU_UAPI_H

#include <drm/drm.h>

#if defined(__cplusplus)
extern "C" {
#endif

/*
 * The lab's stand-in for a GPU keeps i915's driver name, so its one ioctl takes
 * the last driver-private number, which i915 does not use.
 */
#define DRM_LAB_GPU_SUBMIT 0x5f

/**
 * struct drm_lab_gpu_submit - one piece of work: a register read on the function
 * @seqno: out: how many submissions this function has completed, this one included;
 *	counts from 1 and is shared by all open files of the function
 * @value: out: the value of the register that was read across PCI (BAR 0, offset 8)
 * @flags: in: must be zero
 *
 * Errors: EINVAL if @flags is not zero; EIO if the function is wedged or its registers
 * read as all ones; ENODEV if the function was unplugged.
 */
struct drm_lab_gpu_submit {
	__u64 seqno;
	__u32 value;
	__u32 flags;
};

#define DRM_IOCTL_LAB_GPU_SUBMIT \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_LAB_GPU_SUBMIT, struct drm_lab_gpu_submit)

#if defined(__cplusplus)
}
#endif

#endif /* LAB_GPU_UAPI_H */
