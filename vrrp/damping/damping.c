/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/damping/damping.h"

#include <stdlib.h>
#include <string.h>

void vrrp_damping_fini(struct vrrp_damping *damping)
{
	vec_free(&damping->list);
}

const struct vrrp_damped *vrrp_damping_find(const struct vrrp_damping *damping, const char *name)
{
	for (size_t i = 0; i < damping->list.n; i++)
		if (!strcmp(damping->list.items[i].name, name))
			return &damping->list.items[i];
	return NULL;
}

void vrrp_damping_set(struct vrrp_damping *damping, const struct conf_link_delay *delays, size_t n)
{
	struct vrrp_damping next = {0};

	for (size_t i = 0; i < n; i++) {
		const struct vrrp_damped *known = vrrp_damping_find(damping, delays[i].interface);
		struct vrrp_damped *damped = vec_push(&next.list);

		*damped = known ? *known : (struct vrrp_damped){.due = MONO_NEVER};
		strncpy(damped->name, delays[i].interface, sizeof(damped->name) - 1);
		damped->down_ns = (int64_t)delays[i].down_us * NS_PER_US;
		damped->up_ns = (int64_t)delays[i].up_us * NS_PER_US;
	}
	vrrp_damping_fini(damping);
	*damping = next;
}

int64_t vrrp_damping_bound(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm)
{
	int64_t interval_ns = fsm->state == VRRP_BACKUP && fsm->master_interval_ns
				  ? fsm->master_interval_ns
				  : conf->interval_ns;
	int64_t n = conf->down_adverts ? conf->down_adverts : CONF_DOWN_ADVERTS;

	return n > 1 ? (n - 1) * interval_ns - interval_ns / 256 : 0;
}

/* Has the change lasted long enough? Begins its delay if it has none. */
static bool is_over(struct vrrp_damped *damped, int64_t delay_ns, struct mono now)
{
	if (mono_is_never(damped->due))
		damped->due = mono_add_ns(now, delay_ns);
	return mono_reached(now, damped->due);
}

enum vrrp_damped_news vrrp_damping_update(struct vrrp_damped *damped, enum vrrp_damped_state state,
					int64_t bound_ns, struct mono now)
{
	bool is_up = state == VRRP_DAMPED_UP, was_waiting = !mono_is_never(damped->due);
	int64_t down_ns = damped->down_ns < bound_ns ? damped->down_ns : bound_ns;

	if (is_up == damped->is_up) {
		damped->due = MONO_NEVER;
		return was_waiting ? VRRP_DAMPED_BACK : VRRP_DAMPED_NOTHING;
	}
	if (state != VRRP_DAMPED_MISSING && damped->has_been_up &&
	    !is_over(damped, is_up ? damped->up_ns : down_ns, now))
		return was_waiting ? VRRP_DAMPED_NOTHING : VRRP_DAMPED_WAITS;
	damped->is_up = is_up;
	damped->has_been_up |= is_up;
	damped->due = MONO_NEVER;
	return VRRP_DAMPED_NOTHING;
}

struct mono vrrp_damping_wake(const struct vrrp_damping *damping)
{
	struct mono wake = MONO_NEVER;

	for (size_t i = 0; i < damping->list.n; i++)
		wake = mono_min(wake, damping->list.items[i].due);
	return wake;
}
