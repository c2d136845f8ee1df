/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the vrrp process is scheduled (vrrp_rt_priority, vrrp_cpu_affinity): what crosses from the director
 * to the process. Pure. */
#ifndef LVSD_VRRP_MACHINE_SCHEDULE_H
#define LVSD_VRRP_MACHINE_SCHEDULE_H

#include "conf/conf.h"

/* The kernel has at most so many processors. */
#define VRRP_CPUS_MAX 8192

/* {0}: the file says nothing. Compared with memcmp(). */
struct vrrp_schedule {
	uint8_t cpus[VRRP_CPUS_MAX / 8]; /* bit n: may run on processor n; none: on all */
	uint8_t rt_priority;             /* 1..99; 0: lvsd's own */
};

struct vrrp_schedule vrrp_schedule_of(const struct conf_global *global);
bool vrrp_schedule_has_cpus(const struct vrrp_schedule *schedule);

/* The body of VRRP_FRAME_SCHEDULE. encode returns its length, 0 when size is too small. decode: 0, or
 * -EBADMSG. */
size_t vrrp_schedule_encode(const struct vrrp_schedule *schedule, void *buffer, size_t size);
int vrrp_schedule_decode(const void *body, size_t len, struct vrrp_schedule *ret_schedule);

#endif
