/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lab's stand-in for an SR-IOV GPU: it drives QEMU's NVMe controller, whose virtual
 * functions are real PCI functions, under i915's name and with i915's interfaces.
 *
 * Where a comment says "as i915", the behaviour was read from strongtz/i915-sriov-dkms 2026.05.06.
 */
#ifndef LAB_GPU_H
#define LAB_GPU_H

#include <linux/atomic.h>
#include <linux/pci.h>
#include <drm/drm_device.h>

#include "lab_gpu_provisioning.h"

enum lab_gpu_mode {
	LAB_GPU_NATIVE,		/* has SR-IOV, but no VFs are wanted */
	LAB_GPU_PF,
	LAB_GPU_VF,
};

/**
 * struct lab_gpu - one function of the device, PF or VF
 * @drm: the DRM device; owns this structure's memory
 * @regs: BAR 0
 * @mode: what this function is
 * @submissions: how many submissions have succeeded
 * @wedged: set through debugfs to make submissions fail
 * @device_vfs: PF: how many VFs the device has
 * @driver_vfs: PF: how many VFs the driver offers
 * @pf_status: PF: as i915: VFs on offer when ready, a negative errno when aborted
 * @provisioning: PF: what each VF was given
 * @vf_dirs: PF: prelim_iov/vfN by N - 1, NULL where the tree was not made
 */
struct lab_gpu {
	struct drm_device drm;
	void __iomem *regs;
	enum lab_gpu_mode mode;
	atomic64_t submissions;
	bool wedged;

	unsigned int device_vfs;
	unsigned int driver_vfs;
	int pf_status;
	struct lab_gpu_provisioning provisioning;
	struct kobject **vf_dirs;
};

static inline struct lab_gpu *to_lab_gpu(struct drm_device *drm)
{
	return container_of(drm, struct lab_gpu, drm);
}

static inline struct pci_dev *lab_gpu_to_pci_dev(struct lab_gpu *lab)
{
	return to_pci_dev(lab->drm.dev);
}

/* lab_gpu_sriov.c */
const char *lab_gpu_mode_name(enum lab_gpu_mode mode);
int lab_gpu_sriov_probe(struct lab_gpu *lab, unsigned int max_vfs);
void lab_gpu_sriov_abort(struct lab_gpu *lab, int err, const char *reason);
void lab_gpu_sriov_confirm(struct lab_gpu *lab);
int lab_gpu_sriov_enable_vfs(struct lab_gpu *lab, unsigned int num_vfs);
int lab_gpu_sriov_disable_vfs(struct lab_gpu *lab);

/* lab_gpu_sysfs.c */
int lab_gpu_sysfs_register(struct lab_gpu *lab);
void lab_gpu_sysfs_link_vfs(struct lab_gpu *lab);
void lab_gpu_sysfs_unlink_vfs(struct lab_gpu *lab);

/* lab_gpu_debugfs.c */
void lab_gpu_debugfs_register(struct lab_gpu *lab);

#endif /* LAB_GPU_H */
