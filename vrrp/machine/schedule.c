/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/schedule.h"
#include "base/pack.h"

#include <errno.h>

struct vrrp_schedule vrrp_schedule_of(const struct conf_global *global)
{
	struct vrrp_schedule schedule = {.rt_priority = global->vrrp_rt_priority};

	for (size_t i = 0; i < global->n_vrrp_cpus; i++)
		for (unsigned cpu = global->vrrp_cpus[i].first;
		     cpu <= global->vrrp_cpus[i].last && cpu < VRRP_CPUS_MAX; cpu++)
			schedule.cpus[cpu / 8] |= (uint8_t)(1u << cpu % 8);
	return schedule;
}

bool vrrp_schedule_has_cpus(const struct vrrp_schedule *schedule)
{
	for (size_t i = 0; i < sizeof(schedule->cpus); i++)
		if (schedule->cpus[i])
			return true;
	return false;
}

size_t vrrp_schedule_encode(const struct vrrp_schedule *schedule, void *buffer, size_t size)
{
	struct pack_writer w = {buffer, size, false};

	pack_put_u8(&w, schedule->rt_priority);
	pack_put(&w, schedule->cpus, sizeof(schedule->cpus));
	return w.is_full ? 0 : size - w.left;
}

int vrrp_schedule_decode(const void *body, size_t len, struct vrrp_schedule *ret_schedule)
{
	struct pack_reader r = {body, len, false};
	struct vrrp_schedule schedule = {0};

	schedule.rt_priority = pack_take_u8(&r);
	pack_take_into(&r, schedule.cpus, sizeof(schedule.cpus));
	if (r.is_bad || r.left || schedule.rt_priority > CONF_RT_PRIORITY_MAX)
		return -EBADMSG;
	*ret_schedule = schedule;
	return 0;
}
