// SPDX-License-Identifier: GPL-2.0
/*
 * All of the driver in one compilation unit, as kernel/sched/build_policy.c does it: nearly all of
 * the compiler's time goes into the kernel's headers, so each further unit would add a fifth to
 * the build's CPU time, and the lab builds this at every run on one emulated vCPU. Each file
 * includes what it needs.
 */
#include "lab_gpu_drv.c"
#include "lab_gpu_sriov.c"
#include "lab_gpu_provisioning.c"
#include "lab_gpu_sysfs.c"
#include "lab_gpu_debugfs.c"
