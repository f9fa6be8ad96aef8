// SPDX-License-Identifier: GPL-2.0
/* The PCI driver, the DRM device and its one ioctl. */
#include <linux/module.h>
#include <linux/string_helpers.h>
#include <linux/version.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_print.h>

#include "lab_gpu.h"
#include "uapi/lab_gpu.h"

#define DRIVER_NAME "i915"

/* QEMU's NVMe controller with use-intel-id=on; its VFs carry the same id. */
#define LAB_GPU_DEVICE_ID 0x5845

/*
 * NVMe's controller status (CSTS) is the one register that QEMU answers on a VF which was not
 * brought online, as here: it reads 2, fatal status, where all others read 0. On the PF it reads
 * 0 or 1.
 */
#define LAB_GPU_STATUS_REG 0x1c

#define ENABLE_GUC_SUBMISSION BIT(0)
#define ENABLE_GUC_LOAD_HUC BIT(1)

static int enable_guc = -1;
module_param(enable_guc, int, 0400);
MODULE_PARM_DESC(enable_guc,
		 "GuC submission and HuC loading, as a bitmask (-1=auto, meaning both [default], 0=disable, 1=GuC submission, 2=HuC load)");

static unsigned int max_vfs;
module_param(max_vfs, uint, 0400);
MODULE_PARM_DESC(max_vfs, "How many VFs the PF offers at most (0=none [default])");

static bool guc_feature_wanted(int feature)
{
	return enable_guc < 0 || enable_guc & feature;
}

/* A read that no device answers gives all ones on hardware, but 0 in QEMU. */
static int lab_gpu_read(struct lab_gpu *lab, u32 *value)
{
	*value = readl(lab->regs + LAB_GPU_STATUS_REG);
	if (!PCI_POSSIBLE_ERROR(*value) && (*value || lab->mode != LAB_GPU_VF))
		return 0;

	drm_err_ratelimited(&lab->drm, "Device is non-operational; MMIO access returns 0x%X!\n",
			    *value);
	return -EIO;
}

static int lab_gpu_submit_ioctl(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct lab_gpu *lab = to_lab_gpu(drm);
	struct drm_lab_gpu_submit *args = data;
	int err, idx;

	if (args->flags)
		return -EINVAL;

	if (!drm_dev_enter(drm, &idx))
		return -ENODEV;

	err = READ_ONCE(lab->wedged) ? -EIO : lab_gpu_read(lab, &args->value);
	if (!err)
		args->seqno = atomic64_inc_return(&lab->submissions);

	drm_dev_exit(idx);
	return err;
}

static const struct drm_ioctl_desc lab_gpu_ioctls[] = {
	DRM_IOCTL_DEF_DRV(LAB_GPU_SUBMIT, lab_gpu_submit_ioctl, DRM_RENDER_ALLOW),
};

static const struct file_operations lab_gpu_fops = {
	.owner = THIS_MODULE,
	.open = drm_open,
	.release = drm_release,
	.unlocked_ioctl = drm_ioctl,
	.compat_ioctl = drm_compat_ioctl,
	.poll = drm_poll,
	.read = drm_read,
	.llseek = noop_llseek,
#ifdef FOP_UNSIGNED_OFFSET /* from 6.12 on, where DRM demands it */
	.fop_flags = FOP_UNSIGNED_OFFSET,
#endif
};

static const struct drm_driver lab_gpu_drm_driver = {
	.driver_features = DRIVER_RENDER,
	.fops = &lab_gpu_fops,
	.ioctls = lab_gpu_ioctls,
	.num_ioctls = ARRAY_SIZE(lab_gpu_ioctls),
	.name = DRIVER_NAME,
	.desc = "Stand-in for a GPU in a lab",
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0) /* then the field went */
	.date = "20250101",
#endif
	.major = 1,
	.minor = 6,
};

static void lab_gpu_unplug(void *drm)
{
	drm_dev_unplug(drm);
}

/* Says of the microcontrollers what i915 says; there are none, so the versions are 0. */
static int lab_gpu_guc_init(struct lab_gpu *lab)
{
	bool submission = guc_feature_wanted(ENABLE_GUC_SUBMISSION);

	if (lab->mode == LAB_GPU_VF) {
		if (!submission) {
			drm_err(&lab->drm, "GuC submission disabled\n");
			return -ENODEV;
		}
		dev_info(lab->drm.dev, "GuC firmware PRELOADED version 0.0 submission:%s\n",
			 lab_gpu_mode_name(lab->mode));
		dev_info(lab->drm.dev, "HuC firmware PRELOADED\n");
		return 0;
	}

	if (enable_guc) {
		drm_info(&lab->drm, "GT0: GuC firmware i915/lab_guc.bin version 0.0.0\n");
		if (guc_feature_wanted(ENABLE_GUC_LOAD_HUC))
			drm_info(&lab->drm, "GT0: HuC firmware i915/lab_huc.bin version 0.0.0\n");
		drm_info(&lab->drm, "GT0: GUC: submission %s\n", str_enabled_disabled(submission));
	}

	if (lab->mode == LAB_GPU_PF && !submission)
		lab_gpu_sriov_abort(lab, -EIO, "GuC");
	return 0;
}

static int lab_gpu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct lab_gpu *lab;
	u32 status;
	int err;

	err = pcim_enable_device(pdev);
	if (err)
		return err;

	lab = devm_drm_dev_alloc(&pdev->dev, &lab_gpu_drm_driver, struct lab_gpu, drm);
	if (IS_ERR(lab))
		return PTR_ERR(lab);
	pci_set_drvdata(pdev, lab);

	err = lab_gpu_sriov_probe(lab, max_vfs);
	if (err)
		return err;

	lab->regs = devm_ioremap_resource(&pdev->dev, &pdev->resource[0]);
	if (IS_ERR(lab->regs))
		return PTR_ERR(lab->regs);

	err = lab_gpu_read(lab, &status);
	if (err)
		return err;

	err = lab_gpu_guc_init(lab);
	if (err)
		return err;

	err = drm_dev_register(&lab->drm, 0);
	if (err)
		return err;

	err = devm_add_action_or_reset(&pdev->dev, lab_gpu_unplug, &lab->drm);
	if (err)
		return err;

	lab_gpu_debugfs_register(lab);

	err = lab_gpu_sysfs_register(lab);
	if (err)
		return err;

	lab_gpu_sriov_confirm(lab);
	return 0;
}

/* VFs must be gone before the PCI core sees the PF without a driver; devm undoes the rest. */
static void lab_gpu_remove(struct pci_dev *pdev)
{
	lab_gpu_sriov_disable_vfs(pci_get_drvdata(pdev));
}

static int lab_gpu_sriov_configure(struct pci_dev *pdev, int num_vfs)
{
	struct lab_gpu *lab = pci_get_drvdata(pdev);

	if (lab->mode != LAB_GPU_PF)
		return -ENODEV;

	return num_vfs ? lab_gpu_sriov_enable_vfs(lab, num_vfs) : lab_gpu_sriov_disable_vfs(lab);
}

/* i915 learns of a VF's reset from its GuC; without one, only that of a VF bound here is seen. */
static void lab_gpu_reset_done(struct pci_dev *pdev)
{
	if (pdev->is_virtfn)
		dev_info(&pci_physfn(pdev)->dev, "VF%u FLR\n", pci_iov_vf_id(pdev) + 1);
}

static const struct pci_error_handlers lab_gpu_error_handlers = {
	.reset_done = lab_gpu_reset_done,
};

static const struct pci_device_id lab_gpu_ids[] = {
	{ PCI_VDEVICE(INTEL, LAB_GPU_DEVICE_ID) },
	{ }
};
MODULE_DEVICE_TABLE(pci, lab_gpu_ids);

static struct pci_driver lab_gpu_driver = {
	.name = DRIVER_NAME,
	.id_table = lab_gpu_ids,
	.probe = lab_gpu_probe,
	.remove = lab_gpu_remove,
	.shutdown = lab_gpu_remove,
	.sriov_configure = lab_gpu_sriov_configure,
	.err_handler = &lab_gpu_error_handlers,
};
module_pci_driver(lab_gpu_driver);

MODULE_DESCRIPTION("Stand-in for Intel's SR-IOV GPU driver, for a lab without a GPU");
MODULE_VERSION("0.1.0");
MODULE_LICENSE("GPL");
