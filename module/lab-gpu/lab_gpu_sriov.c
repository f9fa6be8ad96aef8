// SPDX-License-Identifier: GPL-2.0
/* What a function is, and the coming and going of VFs. */
#include <drm/drm_print.h>

#include "lab_gpu.h"

const char *lab_gpu_mode_name(enum lab_gpu_mode mode)
{
	switch (mode) {
	case LAB_GPU_PF:
		return "SR-IOV PF";
	case LAB_GPU_VF:
		return "SR-IOV VF";
	default:
		return "non virtualized";
	}
}

static void lab_gpu_limit_vfs(struct lab_gpu *lab, unsigned int limit)
{
	int err = pci_sriov_set_totalvfs(lab_gpu_to_pci_dev(lab), limit);

	if (err)
		drm_err(&lab->drm, "Failed to set number of VFs to %u (%pe)\n", limit,
			ERR_PTR(err));
}

static bool lab_gpu_is_vf(struct pci_dev *pdev)
{
	/* A guest sees a VF as a plain function, with the SR-IOV capability left out. */
	return pdev->is_virtfn || !pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_SRIOV);
}

int lab_gpu_sriov_probe(struct lab_gpu *lab, unsigned int max_vfs)
{
	struct pci_dev *pdev = lab_gpu_to_pci_dev(lab);

	if (lab_gpu_is_vf(pdev)) {
		lab->mode = LAB_GPU_VF;
	} else if (dev_is_pf(&pdev->dev)) {
		lab->device_vfs = pci_sriov_get_totalvfs(pdev);
		/* The firmware may have left no room for the VFs' BAR. */
		if (pci_resource_start(pdev, PCI_IOV_RESOURCES))
			lab->driver_vfs = min(max_vfs, lab->device_vfs);

		lab->mode = lab->driver_vfs ? LAB_GPU_PF : LAB_GPU_NATIVE;
		lab_gpu_limit_vfs(lab, lab->driver_vfs);
	}

	if (lab->mode != LAB_GPU_NATIVE)
		dev_info(&pdev->dev, "Running in %s mode\n", lab_gpu_mode_name(lab->mode));

	return lab->mode == LAB_GPU_PF ? lab_gpu_provisioning_init(lab, lab->driver_vfs) : 0;
}

void lab_gpu_sriov_abort(struct lab_gpu *lab, int err, const char *reason)
{
	drm_err(&lab->drm, "GT0: IOV: Initialization failed (%pe) %s\n", ERR_PTR(err), reason);
	drm_info(&lab->drm, "PF aborted (%pe) %pS\n", ERR_PTR(err), (void *)_RET_IP_);
	lab->pf_status = err;
}

void lab_gpu_sriov_confirm(struct lab_gpu *lab)
{
	struct device *dev = lab->drm.dev;

	if (lab->mode != LAB_GPU_PF)
		return;

	if (lab->pf_status < 0) {
		dev_notice(dev, "No VFs could be associated with this PF!\n");
		lab_gpu_limit_vfs(lab, 0);
		return;
	}

	dev_info(dev, "%d VFs could be associated with this PF\n", lab->driver_vfs);
	lab->pf_status = lab->driver_vfs;
}

/* Under the device's lock, like probe and remove. Returns @num_vfs or a negative errno. */
int lab_gpu_sriov_enable_vfs(struct lab_gpu *lab, unsigned int num_vfs)
{
	int err;

	err = READ_ONCE(lab->wedged) ? -EIO : lab_gpu_provisioning_prepare(lab, num_vfs);
	if (err)
		goto fail;

	err = pci_enable_sriov(lab_gpu_to_pci_dev(lab), num_vfs);
	if (err) {
		lab_gpu_provisioning_release(lab);
		goto fail;
	}

	lab_gpu_sysfs_link_vfs(lab);
	dev_info(lab->drm.dev, "Enabled %u VFs\n", num_vfs);
	return num_vfs;

fail:
	drm_err(&lab->drm, "Failed to enable %u VFs (%pe)\n", num_vfs, ERR_PTR(err));
	return err;
}

int lab_gpu_sriov_disable_vfs(struct lab_gpu *lab)
{
	struct pci_dev *pdev = lab_gpu_to_pci_dev(lab);
	unsigned int num_vfs = pci_num_vf(pdev);
	unsigned int assigned = pci_vfs_assigned(pdev);

	if (assigned) {
		dev_warn(&pdev->dev, "Can't disable %u VFs, %u are still assigned\n",
			 num_vfs, assigned);
		return -EPERM;
	}

	if (!num_vfs)
		return 0;

	lab_gpu_sysfs_unlink_vfs(lab);
	pci_disable_sriov(pdev);
	lab_gpu_provisioning_release(lab);

	dev_info(&pdev->dev, "Disabled %u VFs\n", num_vfs);
	return 0;
}
