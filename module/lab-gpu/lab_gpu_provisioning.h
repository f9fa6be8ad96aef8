/* SPDX-License-Identifier: GPL-2.0 */
/* What the PF shares out among its VFs, and the knobs it keeps for each function. */
#ifndef LAB_GPU_PROVISIONING_H
#define LAB_GPU_PROVISIONING_H

#include <linux/mutex.h>
#include <linux/types.h>

struct lab_gpu;

enum lab_gpu_resource {
	LAB_GPU_GGTT,		/* in bytes */
	LAB_GPU_CONTEXTS,
	LAB_GPU_DOORBELLS,
	LAB_GPU_RESOURCES
};

/* One value for each function, number 0 being the PF. */
enum lab_gpu_knob {
	LAB_GPU_EXEC_QUANTUM_MS,
	LAB_GPU_PREEMPT_TIMEOUT_US,
	LAB_GPU_CAT_ERROR_COUNT,
	LAB_GPU_ENGINE_RESET_COUNT,
	LAB_GPU_PAGE_FAULT_COUNT,
	LAB_GPU_H2G_TIME_US,
	LAB_GPU_IRQ_TIME_US,
	LAB_GPU_DOORBELL_TIME_US,
	LAB_GPU_KNOBS
};

/* One value for all functions. */
enum lab_gpu_policy {
	LAB_GPU_SCHED_IF_IDLE,
	LAB_GPU_ENGINE_RESET,
	LAB_GPU_SAMPLE_PERIOD_MS,
	LAB_GPU_POLICIES
};

struct lab_gpu_config {
	u64 quota[LAB_GPU_RESOURCES];
	u32 knob[LAB_GPU_KNOBS];
	bool paused;
};

/**
 * struct lab_gpu_provisioning - the PF's book of quotas
 * @lock: guards all that follows
 * @num_vfs: how many VFs @config has room for
 * @manual: automatic provisioning is off
 * @automatic: the present quotas were made by automatic provisioning
 * @spare: what is kept back for the PF; 0 stands for the least that is allowed
 * @policy: values for all functions
 * @config: one for each function, number 0 being the PF
 */
struct lab_gpu_provisioning {
	struct mutex lock;
	unsigned int num_vfs;
	bool manual;
	bool automatic;
	u64 spare[LAB_GPU_RESOURCES];
	u32 policy[LAB_GPU_POLICIES];
	struct lab_gpu_config *config;
};

int lab_gpu_provisioning_init(struct lab_gpu *lab, unsigned int num_vfs);
int lab_gpu_provisioning_prepare(struct lab_gpu *lab, unsigned int num_vfs);
void lab_gpu_provisioning_release(struct lab_gpu *lab);

/* The tree's getters and setters: the function, which one, and for setters the value. */
u64 lab_gpu_get_auto(struct lab_gpu *lab, unsigned int function, unsigned int unused);
int lab_gpu_set_auto(struct lab_gpu *lab, unsigned int function, unsigned int unused, u64 value);
u64 lab_gpu_get_quota(struct lab_gpu *lab, unsigned int vf, unsigned int resource);
int lab_gpu_set_quota(struct lab_gpu *lab, unsigned int vf, unsigned int resource, u64 value);
u64 lab_gpu_get_free(struct lab_gpu *lab, unsigned int function, unsigned int resource);
u64 lab_gpu_get_spare(struct lab_gpu *lab, unsigned int function, unsigned int resource);
int lab_gpu_set_spare(struct lab_gpu *lab, unsigned int function, unsigned int resource, u64 value);
u64 lab_gpu_get_knob(struct lab_gpu *lab, unsigned int function, unsigned int knob);
int lab_gpu_set_knob(struct lab_gpu *lab, unsigned int function, unsigned int knob, u64 value);
u64 lab_gpu_get_policy(struct lab_gpu *lab, unsigned int function, unsigned int policy);
int lab_gpu_set_policy(struct lab_gpu *lab, unsigned int function, unsigned int policy, u64 value);

int lab_gpu_pause_vf(struct lab_gpu *lab, unsigned int vf);
void lab_gpu_resume_vf(struct lab_gpu *lab, unsigned int vf);
void lab_gpu_clear_vf(struct lab_gpu *lab, unsigned int vf);

#endif /* LAB_GPU_PROVISIONING_H */
