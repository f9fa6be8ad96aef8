// SPDX-License-Identifier: GPL-2.0
/*
 * The PF's book of quotas. Nothing is behind the numbers, but they are kept as i915 keeps them:
 * what a VF gets, no other can get, and what does not fit is refused with i915's errno and message.
 */
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/string_helpers.h>

#include <drm/drm_print.h>

#include "lab_gpu.h"

/*
 * i915's limits (GUC_GGTT_TOP, GUC_MAX_CONTEXT_ID, GUC_NUM_DOORBELLS). Only contexts are shared
 * with the PF, which keeps what is left of an even split.
 */
static const struct {
	const char *what;
	u64 total;
	u64 min_spare;
	u64 granularity;
	bool split_with_pf;
	bool required;
	int too_big;
} resources[LAB_GPU_RESOURCES] = {
	[LAB_GPU_GGTT] = {
		.what = "of GGTT",
		.total = 0xfee00000,
		.min_spare = SZ_64M,
		.granularity = SZ_4K,
		.required = true,
		.too_big = -E2BIG,
	},
	[LAB_GPU_CONTEXTS] = {
		.what = "contexts",
		.total = SZ_64K,
		.min_spare = 256,
		.granularity = 128,
		.split_with_pf = true,
		.required = true,
		.too_big = -EDQUOT,
	},
	[LAB_GPU_DOORBELLS] = {
		.what = "doorbells",
		.total = 256,
		.granularity = 1,
		.too_big = -EDQUOT,
	},
};

static u64 spare_locked(struct lab_gpu *lab, unsigned int resource)
{
	return max(lab->provisioning.spare[resource], resources[resource].min_spare);
}

static u64 pf_share(struct lab_gpu *lab, unsigned int resource)
{
	u64 units = div64_u64(resources[resource].total, resources[resource].granularity);
	unsigned int num_vfs = lab->provisioning.num_vfs;

	if (!resources[resource].split_with_pf)
		return 0;

	return (units - div_u64(units, 1 + num_vfs) * num_vfs) * resources[resource].granularity;
}

/* Quotas are never fragmented here, so this is the largest quota too. */
static u64 free_locked(struct lab_gpu *lab, unsigned int resource)
{
	u64 taken = max(spare_locked(lab, resource), pf_share(lab, resource));
	u64 total = resources[resource].total;
	unsigned int vf;

	for (vf = 1; vf <= lab->provisioning.num_vfs; vf++)
		taken += lab->provisioning.config[vf].quota[resource];

	return taken < total ? round_down(total - taken, resources[resource].granularity) : 0;
}

/* As i915, a quota is given back before the new one is looked for, and stays so on failure. */
static int set_quota_locked(struct lab_gpu *lab, unsigned int vf, unsigned int resource, u64 value)
{
	u64 *quota = &lab->provisioning.config[vf].quota[resource];
	u64 granularity = resources[resource].granularity;

	if (check_add_overflow(value, granularity - 1, &value))
		return -EOVERFLOW;
	value = round_down(value, granularity);

	if (value == *quota)
		return 0;

	*quota = 0;
	if (value > resources[resource].total)
		return resources[resource].too_big;
	if (value > free_locked(lab, resource))
		return -EDQUOT;

	*quota = value;
	return 0;
}

static void clear_config_locked(struct lab_gpu *lab, unsigned int vf)
{
	struct lab_gpu_config *config = &lab->provisioning.config[vf];

	memset(config->quota, 0, sizeof(config->quota));
	memset(config->knob, 0, sizeof(config->knob));
}

static void clear_automatic_locked(struct lab_gpu *lab)
{
	unsigned int vf;

	if (!lab->provisioning.automatic)
		return;

	for (vf = 1; vf <= lab->provisioning.num_vfs; vf++)
		clear_config_locked(lab, vf);
	lab->provisioning.automatic = false;
}

static void set_manual_locked(struct lab_gpu *lab, bool manual)
{
	if (manual == lab->provisioning.manual)
		return;

	dev_info(lab->drm.dev, "VFs auto-provisioning was turned %s\n", str_on_off(!manual));
	lab->provisioning.manual = manual;
}

static int provision_evenly_locked(struct lab_gpu *lab, unsigned int num_vfs)
{
	unsigned int resource, vf;
	int err = 0;

	lab->provisioning.automatic = true;

	for (resource = 0; resource < LAB_GPU_RESOURCES && !err; resource++) {
		u64 fair = round_down(div_u64(free_locked(lab, resource), num_vfs),
				      resources[resource].granularity);

		if (!fair)
			err = -ENOSPC;
		for (vf = 1; vf <= num_vfs && !err; vf++)
			err = set_quota_locked(lab, vf, resource, fair);
	}

	if (err) {
		drm_notice(&lab->drm, "GT0: IOV: Failed to auto provision %u VFs (%pe)\n",
			   num_vfs, ERR_PTR(err));
		clear_automatic_locked(lab);
	}
	return err;
}

/* 0 if the VF has all it needs, -ENODATA if it has nothing, -ENOKEY if something is missing. */
static int check_config_locked(struct lab_gpu *lab, unsigned int vf)
{
	bool any = false, all = true;
	unsigned int resource;

	for (resource = 0; resource < LAB_GPU_RESOURCES; resource++) {
		bool has = lab->provisioning.config[vf].quota[resource];

		any |= has;
		all &= has || !resources[resource].required;
	}

	return all ? 0 : any ? -ENOKEY : -ENODATA;
}

int lab_gpu_provisioning_init(struct lab_gpu *lab, unsigned int num_vfs)
{
	struct lab_gpu_provisioning *provisioning = &lab->provisioning;

	mutex_init(&provisioning->lock);
	provisioning->num_vfs = num_vfs;
	provisioning->config = devm_kcalloc(lab->drm.dev, 1 + num_vfs,
					    sizeof(*provisioning->config), GFP_KERNEL);
	return provisioning->config ? 0 : -ENOMEM;
}

/* Makes sure that the first @num_vfs VFs have what they need, from the even split if allowed. */
int lab_gpu_provisioning_prepare(struct lab_gpu *lab, unsigned int num_vfs)
{
	unsigned int vf, empty = 0;
	int err = 0;

	mutex_lock(&lab->provisioning.lock);

	for (vf = 1; vf <= num_vfs && err != -ENOKEY; vf++) {
		err = check_config_locked(lab, vf);
		if (err == -ENODATA)
			empty++;
	}

	if (err != -ENOKEY) {
		bool automatic = empty == num_vfs && !lab->provisioning.manual;

		err = automatic ? provision_evenly_locked(lab, num_vfs) : 0;
	}

	mutex_unlock(&lab->provisioning.lock);
	return err;
}

/* After the VFs are gone: quotas made by hand stay, as i915. */
void lab_gpu_provisioning_release(struct lab_gpu *lab)
{
	unsigned int vf;

	mutex_lock(&lab->provisioning.lock);
	clear_automatic_locked(lab);
	for (vf = 1; vf <= lab->provisioning.num_vfs; vf++)
		lab->provisioning.config[vf].paused = false;
	mutex_unlock(&lab->provisioning.lock);
}

u64 lab_gpu_get_auto(struct lab_gpu *lab, unsigned int function, unsigned int unused)
{
	return !READ_ONCE(lab->provisioning.manual);
}

/* Turning it on is refused while any VF has a quota. */
int lab_gpu_set_auto(struct lab_gpu *lab, unsigned int function, unsigned int unused, u64 value)
{
	unsigned int vf;
	int err = 0;

	mutex_lock(&lab->provisioning.lock);
	for (vf = 1; vf <= lab->provisioning.num_vfs && value && lab->provisioning.manual; vf++) {
		if (check_config_locked(lab, vf) != -ENODATA)
			err = -ESTALE;
	}
	if (!err)
		set_manual_locked(lab, !value);
	mutex_unlock(&lab->provisioning.lock);
	return err;
}

u64 lab_gpu_get_quota(struct lab_gpu *lab, unsigned int vf, unsigned int resource)
{
	u64 quota;

	mutex_lock(&lab->provisioning.lock);
	quota = lab->provisioning.config[vf].quota[resource];
	mutex_unlock(&lab->provisioning.lock);
	return quota;
}

int lab_gpu_set_quota(struct lab_gpu *lab, unsigned int vf, unsigned int resource, u64 value)
{
	bool changes;
	int err;

	mutex_lock(&lab->provisioning.lock);
	changes = value || lab->provisioning.config[vf].quota[resource];
	err = set_quota_locked(lab, vf, resource, value);
	if (err)
		drm_notice(&lab->drm, "GT0: IOV: Failed to provision VF%u with %llu %s (%pe)\n",
			   vf, value, resources[resource].what, ERR_PTR(err));
	else if (changes)
		set_manual_locked(lab, true);
	mutex_unlock(&lab->provisioning.lock);
	return err;
}

u64 lab_gpu_get_free(struct lab_gpu *lab, unsigned int function, unsigned int resource)
{
	u64 free;

	mutex_lock(&lab->provisioning.lock);
	free = free_locked(lab, resource);
	mutex_unlock(&lab->provisioning.lock);
	return free;
}

u64 lab_gpu_get_spare(struct lab_gpu *lab, unsigned int function, unsigned int resource)
{
	u64 spare;

	mutex_lock(&lab->provisioning.lock);
	spare = spare_locked(lab, resource);
	mutex_unlock(&lab->provisioning.lock);
	return spare;
}

int lab_gpu_set_spare(struct lab_gpu *lab, unsigned int function, unsigned int resource, u64 value)
{
	if (value > resources[resource].total)
		return -EINVAL;
	if (value && value < resources[resource].min_spare)
		return -EINVAL;

	mutex_lock(&lab->provisioning.lock);
	lab->provisioning.spare[resource] = value;
	mutex_unlock(&lab->provisioning.lock);
	return 0;
}

u64 lab_gpu_get_knob(struct lab_gpu *lab, unsigned int function, unsigned int knob)
{
	u64 value;

	mutex_lock(&lab->provisioning.lock);
	value = lab->provisioning.config[function].knob[knob];
	mutex_unlock(&lab->provisioning.lock);
	return value;
}

int lab_gpu_set_knob(struct lab_gpu *lab, unsigned int function, unsigned int knob, u64 value)
{
	mutex_lock(&lab->provisioning.lock);
	lab->provisioning.config[function].knob[knob] = value;
	if (value && function)
		set_manual_locked(lab, true);
	mutex_unlock(&lab->provisioning.lock);
	return 0;
}

u64 lab_gpu_get_policy(struct lab_gpu *lab, unsigned int function, unsigned int policy)
{
	return READ_ONCE(lab->provisioning.policy[policy]);
}

int lab_gpu_set_policy(struct lab_gpu *lab, unsigned int function, unsigned int policy, u64 value)
{
	WRITE_ONCE(lab->provisioning.policy[policy], value);
	return 0;
}

int lab_gpu_pause_vf(struct lab_gpu *lab, unsigned int vf)
{
	int err = 0;

	mutex_lock(&lab->provisioning.lock);
	if (lab->provisioning.config[vf].paused) {
		drm_notice(&lab->drm, "GT0: IOV: VF%u cannot be paused in current state\n", vf);
		err = -EBUSY;
	}
	lab->provisioning.config[vf].paused = true;
	mutex_unlock(&lab->provisioning.lock);
	return err;
}

void lab_gpu_resume_vf(struct lab_gpu *lab, unsigned int vf)
{
	mutex_lock(&lab->provisioning.lock);
	lab->provisioning.config[vf].paused = false;
	mutex_unlock(&lab->provisioning.lock);
}

void lab_gpu_clear_vf(struct lab_gpu *lab, unsigned int vf)
{
	mutex_lock(&lab->provisioning.lock);
	clear_config_locked(lab, vf);
	mutex_unlock(&lab->provisioning.lock);
}
