// SPDX-License-Identifier: GPL-2.0
/*
 * All of the driver in one compilation unit, as kernel/sched/build_policy.c does it: nearly all of
 * the compiler's time goes into the kernel's headers, and each further unit costs the lab, whose
 * one emulated vCPU builds this at every run, some four seconds. Each file includes what it needs.
 */
#include "lab_gpu_drv.c"
#include "lab_gpu_sriov.c"
#include "lab_gpu_provisioning.c"
#include "lab_gpu_sysfs.c"
#include "lab_gpu_debugfs.c"
