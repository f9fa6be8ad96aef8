// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/class/drm/cardN/prelim_iov, as i915 lays it out (intel_iov_sysfs.c, i915_sriov_sysfs.c).
 *
 * The tree is described by tables of folders and files; each file is a number with a getter and a
 * setter, but for the few that are words.
 */
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>
#include <linux/sysfs.h>

#include <drm/drm_file.h>

#include "lab_gpu.h"

/*
 * One kind of file. @max is the largest number that may be written, 1 for an on-off switch; @arg
 * goes to the getter and the setter. @show and @store, where given, stand in for the numbers.
 */
struct iov_file_type {
	const char *name;
	umode_t mode;
	u64 max;
	unsigned int arg;
	u64 (*get)(struct lab_gpu *lab, unsigned int function, unsigned int arg);
	int (*set)(struct lab_gpu *lab, unsigned int function, unsigned int arg, u64 value);
	ssize_t (*show)(struct lab_gpu *lab, unsigned int function, char *buf);
	int (*store)(struct lab_gpu *lab, unsigned int function, const char *buf);
};

/* One kind of folder; both lists end with an entry without a name. */
struct iov_dir_type {
	const char *name;
	const struct iov_file_type *files;
	const struct iov_dir_type *dirs;
};

/* A file in place. */
struct iov_file {
	struct kobj_attribute attr;
	const struct iov_file_type *type;
	struct lab_gpu *lab;
	unsigned int function;
};

static ssize_t mode_show(struct lab_gpu *lab, unsigned int function, char *buf)
{
	return sysfs_emit(buf, "%s\n", lab_gpu_mode_name(lab->mode));
}

static u64 get_id(struct lab_gpu *lab, unsigned int function, unsigned int unused)
{
	return function;
}

/* Nothing runs on a VF that could be stopped; the words are checked and the state is kept. */
static int control_store(struct lab_gpu *lab, unsigned int function, const char *buf)
{
	if (sysfs_streq(buf, "pause"))
		return lab_gpu_pause_vf(lab, function);

	if (sysfs_streq(buf, "resume") || sysfs_streq(buf, "stop"))
		lab_gpu_resume_vf(lab, function);
	else if (sysfs_streq(buf, "clear"))
		lab_gpu_clear_vf(lab, function);
	else
		return -EINVAL;
	return 0;
}

#define IOV_NUMBER(_name, _what, _max, _arg) \
	{ .name = (_name), .mode = 0644, .max = (_max), .arg = (_arg), \
	  .get = lab_gpu_get_##_what, .set = lab_gpu_set_##_what }

#define IOV_FREE(_name, _arg) \
	{ .name = (_name), .mode = 0444, .arg = (_arg), .get = lab_gpu_get_free }

#define IOV_SCHEDULING \
	IOV_NUMBER("exec_quantum_ms", knob, U32_MAX, LAB_GPU_EXEC_QUANTUM_MS), \
	IOV_NUMBER("preempt_timeout_us", knob, U32_MAX, LAB_GPU_PREEMPT_TIMEOUT_US)

static const struct iov_file_type available_files[] = {
	IOV_FREE("ggtt_free", LAB_GPU_GGTT),
	IOV_FREE("ggtt_max_quota", LAB_GPU_GGTT),
	IOV_FREE("contexts_free", LAB_GPU_CONTEXTS),
	IOV_FREE("contexts_max_quota", LAB_GPU_CONTEXTS),
	IOV_FREE("doorbells_free", LAB_GPU_DOORBELLS),
	IOV_FREE("doorbells_max_quota", LAB_GPU_DOORBELLS),
	{ }
};

static const struct iov_file_type policies_files[] = {
	IOV_NUMBER("sched_if_idle", policy, 1, LAB_GPU_SCHED_IF_IDLE),
	IOV_NUMBER("engine_reset", policy, 1, LAB_GPU_ENGINE_RESET),
	IOV_NUMBER("sample_period_ms", policy, U32_MAX, LAB_GPU_SAMPLE_PERIOD_MS),
	{ }
};

static const struct iov_file_type pf_gt_files[] = {
	IOV_SCHEDULING,
	IOV_NUMBER("ggtt_spare", spare, U64_MAX, LAB_GPU_GGTT),
	IOV_NUMBER("contexts_spare", spare, U16_MAX, LAB_GPU_CONTEXTS),
	IOV_NUMBER("doorbells_spare", spare, U16_MAX, LAB_GPU_DOORBELLS),
	{ }
};

static const struct iov_dir_type pf_gt_dirs[] = {
	{ .name = "available", .files = available_files },
	{ .name = "policies", .files = policies_files },
	{ }
};

static const struct iov_file_type pf_files[] = {
	IOV_NUMBER("auto_provisioning", auto, 1, 0),
	{ }
};

static const struct iov_dir_type pf_dirs[] = {
	{ .name = "gt0", .files = pf_gt_files, .dirs = pf_gt_dirs },
	{ }
};

static const struct iov_file_type threshold_files[] = {
	IOV_NUMBER("cat_error_count", knob, U32_MAX, LAB_GPU_CAT_ERROR_COUNT),
	IOV_NUMBER("engine_reset_count", knob, U32_MAX, LAB_GPU_ENGINE_RESET_COUNT),
	IOV_NUMBER("page_fault_count", knob, U32_MAX, LAB_GPU_PAGE_FAULT_COUNT),
	IOV_NUMBER("h2g_time_us", knob, U32_MAX, LAB_GPU_H2G_TIME_US),
	IOV_NUMBER("irq_time_us", knob, U32_MAX, LAB_GPU_IRQ_TIME_US),
	IOV_NUMBER("doorbell_time_us", knob, U32_MAX, LAB_GPU_DOORBELL_TIME_US),
	{ }
};

static const struct iov_file_type vf_gt_files[] = {
	IOV_SCHEDULING,
	IOV_NUMBER("ggtt_quota", quota, U64_MAX, LAB_GPU_GGTT),
	IOV_NUMBER("contexts_quota", quota, U16_MAX, LAB_GPU_CONTEXTS),
	IOV_NUMBER("doorbells_quota", quota, U16_MAX, LAB_GPU_DOORBELLS),
	{ }
};

static const struct iov_dir_type vf_gt_dirs[] = {
	{ .name = "threshold", .files = threshold_files },
	{ }
};

/* i915 gives both 0644: reading "control" and writing "id" fail with EIO. */
static const struct iov_file_type vf_files[] = {
	{ .name = "id", .mode = 0644, .get = get_id },
	{ .name = "control", .mode = 0644, .store = control_store },
	{ }
};

static const struct iov_dir_type vf_dirs[] = {
	{ .name = "gt0", .files = vf_gt_files, .dirs = vf_gt_dirs },
	{ }
};

static const struct iov_file_type home_files[] = {
	{ .name = "mode", .mode = 0444, .show = mode_show },
	{ }
};

static const struct iov_dir_type home_type = { .files = home_files };
static const struct iov_dir_type pf_type = { .files = pf_files, .dirs = pf_dirs };
static const struct iov_dir_type vf_type = { .files = vf_files, .dirs = vf_dirs };

static ssize_t iov_file_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct iov_file *file = container_of(attr, struct iov_file, attr);
	const struct iov_file_type *type = file->type;

	if (type->show)
		return type->show(file->lab, file->function, buf);
	if (!type->get)
		return -EIO;

	return sysfs_emit(buf, "%llu\n", type->get(file->lab, file->function, type->arg));
}

static int iov_file_parse(const struct iov_file_type *type, const char *buf, u64 *value)
{
	bool on;
	int err;

	if (type->max == 1) {
		err = kstrtobool(buf, &on);
		*value = on;
		return err;
	}

	err = kstrtou64(buf, 0, value);
	if (!err && *value > type->max)
		err = -ERANGE;
	return err;
}

static ssize_t iov_file_store(struct kobject *kobj, struct kobj_attribute *attr,
			      const char *buf, size_t count)
{
	struct iov_file *file = container_of(attr, struct iov_file, attr);
	const struct iov_file_type *type = file->type;
	u64 value;
	int err;

	if (type->store)
		return type->store(file->lab, file->function, buf) ?: count;
	if (!type->set)
		return -EIO;

	err = iov_file_parse(type, buf, &value);
	if (!err)
		err = type->set(file->lab, file->function, type->arg, value);
	return err ?: count;
}

static void iov_remove_dir(void *kobj)
{
	kobject_put(kobj);
}

static int iov_add_files(struct lab_gpu *lab, struct kobject *dir, struct iov_file *file,
			 const struct iov_file_type *type, unsigned int function)
{
	int err = 0;

	for (; type->name && !err; type++, file++) {
		sysfs_attr_init(&file->attr.attr);
		file->attr.attr.name = type->name;
		file->attr.attr.mode = type->mode;
		file->attr.show = iov_file_show;
		file->attr.store = iov_file_store;
		file->type = type;
		file->lab = lab;
		file->function = function;
		err = sysfs_create_file(dir, &file->attr.attr);
	}
	return err;
}

/*
 * Makes a folder with all below it. devm undoes it in the reverse order, hence the order here: the
 * files' memory must outlive the folder, and the folder its subfolders.
 */
static struct kobject *iov_add_dir(struct lab_gpu *lab, struct kobject *parent, const char *name,
				   const struct iov_dir_type *type, unsigned int function)
{
	const struct iov_dir_type *child;
	struct device *dev = lab->drm.dev;
	struct iov_file *files;
	struct kobject *dir, *child_dir;
	size_t num_files = 0;
	int err;

	while (type->files[num_files].name)
		num_files++;

	files = devm_kcalloc(dev, num_files, sizeof(*files), GFP_KERNEL);
	if (!files)
		return ERR_PTR(-ENOMEM);

	dir = kobject_create_and_add(name, parent);
	if (!dir)
		return ERR_PTR(-ENOMEM);

	err = devm_add_action_or_reset(dev, iov_remove_dir, dir);
	if (err)
		return ERR_PTR(err);

	err = iov_add_files(lab, dir, files, type->files, function);
	if (err)
		return ERR_PTR(err);

	for (child = type->dirs; child && child->name; child++) {
		child_dir = iov_add_dir(lab, dir, child->name, child, function);
		if (IS_ERR(child_dir))
			return child_dir;
	}
	return dir;
}

/* Only on a PF that is ready; undone before the DRM device goes. */
int lab_gpu_sysfs_register(struct lab_gpu *lab)
{
	struct device *dev = lab->drm.dev;
	struct kobject *home, *dir;
	unsigned int vf;
	char name[16];

	if (lab->mode != LAB_GPU_PF || lab->pf_status < 0)
		return 0;

	lab->vf_dirs = devm_kcalloc(dev, lab->driver_vfs, sizeof(*lab->vf_dirs), GFP_KERNEL);
	if (!lab->vf_dirs)
		return -ENOMEM;

	home = iov_add_dir(lab, &lab->drm.primary->kdev->kobj, "prelim_iov", &home_type, 0);
	if (IS_ERR(home))
		return PTR_ERR(home);

	dir = iov_add_dir(lab, home, "pf", &pf_type, 0);
	if (IS_ERR(dir))
		return PTR_ERR(dir);

	for (vf = 1; vf <= lab->driver_vfs; vf++) {
		snprintf(name, sizeof(name), "vf%u", vf);
		lab->vf_dirs[vf - 1] = iov_add_dir(lab, home, name, &vf_type, vf);
		if (IS_ERR(lab->vf_dirs[vf - 1]))
			return PTR_ERR(lab->vf_dirs[vf - 1]);
	}
	return sysfs_create_link(dir, &dev->kobj, "device");
}

static void for_each_vf(struct lab_gpu *lab, void (*call)(struct kobject *dir, struct pci_dev *vf))
{
	struct pci_dev *pf = lab_gpu_to_pci_dev(lab);
	struct pci_dev *vf = NULL;

	while ((vf = pci_get_device(pf->vendor, PCI_ANY_ID, vf))) {
		if (vf->is_virtfn && pci_physfn(vf) == pf)
			call(lab->vf_dirs[pci_iov_vf_id(vf)], vf);
	}
}

static void link_vf(struct kobject *dir, struct pci_dev *vf)
{
	if (sysfs_create_link(dir, &vf->dev.kobj, "device"))
		pci_notice(vf, "No link to this VF in the PF's sysfs tree\n");
}

static void unlink_vf(struct kobject *dir, struct pci_dev *vf)
{
	sysfs_remove_link(dir, "device");
}

/* vfN/device, while the VFs are there. */
void lab_gpu_sysfs_link_vfs(struct lab_gpu *lab)
{
	for_each_vf(lab, link_vf);
}

void lab_gpu_sysfs_unlink_vfs(struct lab_gpu *lab)
{
	for_each_vf(lab, unlink_vf);
}
