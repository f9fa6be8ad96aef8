// SPDX-License-Identifier: GPL-2.0
/* dri/<n>/i915_sriov_info, as i915; dri/<n>/i915_wedged, here the switch for injected faults. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/string_helpers.h>

#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include "lab_gpu.h"

static int sriov_info_show(struct seq_file *m, void *unused)
{
	struct lab_gpu *lab = m->private;
	struct pci_dev *pdev = lab_gpu_to_pci_dev(lab);

	seq_printf(m, "supported: %s\n", str_yes_no(true));
	seq_printf(m, "enabled: %s\n", str_yes_no(lab->mode != LAB_GPU_NATIVE));
	if (lab->mode == LAB_GPU_NATIVE)
		return 0;

	seq_printf(m, "mode: %s\n", lab_gpu_mode_name(lab->mode));
	if (lab->mode == LAB_GPU_VF)
		return 0;

	seq_printf(m, "status: %s\n", str_on_off(lab->pf_status > 0));
	if (lab->pf_status < 0)
		seq_printf(m, "error: %d (%pe)\n", lab->pf_status, ERR_PTR(lab->pf_status));
	seq_printf(m, "device vfs: %u\n", lab->device_vfs);
	seq_printf(m, "driver vfs: %u\n", lab->driver_vfs);
	seq_printf(m, "supported vfs: %u\n", pci_sriov_get_totalvfs(pdev));
	seq_printf(m, "enabled vfs: %u\n", pci_num_vf(pdev));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(sriov_info);

static int wedged_get(void *data, u64 *value)
{
	struct lab_gpu *lab = data;

	*value = READ_ONCE(lab->wedged);
	return 0;
}

/* i915 takes the engines to reset; here 1 makes all work fail with EIO until 0 is written. */
static int wedged_set(void *data, u64 value)
{
	struct lab_gpu *lab = data;

	if (value > 1)
		return -EINVAL;

	WRITE_ONCE(lab->wedged, value);
	drm_notice(&lab->drm, "Wedged through debugfs: %s\n", str_yes_no(value));
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(wedged_fops, wedged_get, wedged_set, "%llu\n");

/* DRM removes the files with the device. */
void lab_gpu_debugfs_register(struct lab_gpu *lab)
{
	struct dentry *root = lab->drm.primary->debugfs_root;

	debugfs_create_file("i915_sriov_info", 0444, root, lab, &sriov_info_fops);
	debugfs_create_file_unsafe("i915_wedged", 0644, root, lab, &wedged_fops);
}
