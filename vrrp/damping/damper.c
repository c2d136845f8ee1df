/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/damping/damper.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>

struct vrrp_damper {
	const struct vrrp_link *link;
	struct vrrp_damping damping;
	struct loop_timer *timer;
	vrrp_damper_bound_fn *bound;
	void *arg; /* of bound */
};

struct vrrp_damper *vrrp_damper_new(struct loop *loop, const struct vrrp_link *link,
				    vrrp_damper_bound_fn *bound, loop_fn *on_due, void *arg)
{
	struct vrrp_damper *damper = mem_calloc(1, sizeof(*damper));

	damper->link = link;
	damper->bound = bound;
	damper->arg = arg;
	damper->timer = loop_timer_new(loop, on_due, arg);
	return damper;
}

void vrrp_damper_free(struct vrrp_damper *damper)
{
	if (!damper)
		return;
	loop_timer_free(damper->timer);
	vrrp_damping_fini(&damper->damping);
	free(damper);
}

void vrrp_damper_set(struct vrrp_damper *damper, const struct conf_link_delay *delays, size_t n)
{
	vrrp_damping_set(&damper->damping, delays, n);
}

static void say(const struct vrrp_damped *damped, enum vrrp_damped_news news, struct mono now)
{
	double seconds = (double)mono_sub(damped->due, now) / NS_PER_S;

	if (news == VRRP_DAMPED_WAITS && damped->is_up)
		log_notice("interface %s has gone down: that counts in %.3g s, unless it is up again "
			   "before (interface_up_down_delays%s)",
			   damped->name, seconds,
			   seconds * NS_PER_S < (double)damped->down_ns - NS_PER_MS
			       ? "; its delay is shortened, as another director would take over before"
			       : "");
	else if (news == VRRP_DAMPED_WAITS)
		log_notice("interface %s is up: that counts in %.3g s, unless it goes down before "
			   "(interface_up_down_delays)",
			   damped->name, seconds);
	else if (news == VRRP_DAMPED_BACK)
		log_notice("interface %s is %s again within its delay, so nothing has changed",
			   damped->name, damped->is_up ? "up" : "down");
}

void vrrp_damper_update(struct vrrp_damper *damper)
{
	struct mono now = clock_mono();

	for (size_t i = 0; i < damper->damping.list.n; i++) {
		struct vrrp_damped *damped = &damper->damping.list.items[i];
		const struct vrrp_link_if *interface =
		    vrrp_link_by_name(damper->link, damped->name);
		enum vrrp_damped_state state = !interface         ? VRRP_DAMPED_MISSING
					       : interface->is_up ? VRRP_DAMPED_UP
								  : VRRP_DAMPED_DOWN;

		say(damped,
		    vrrp_damping_update(damped, state, damper->bound(damped->name, damper->arg), now),
		    now);
	}
	loop_timer_set(damper->timer, vrrp_damping_wake(&damper->damping));
}

bool vrrp_damper_is_up(const struct vrrp_damper *damper, const struct vrrp_link_if *interface)
{
	const struct vrrp_damped *damped =
	    interface ? vrrp_damping_find(&damper->damping, interface->name) : NULL;

	return damped ? damped->is_up : interface && interface->is_up;
}

const char *vrrp_damper_text(const struct vrrp_link_if *interface)
{
	return interface->is_up           ? "is up, but not for long enough yet "
					    "(interface_up_down_delays)"
	       : interface->lacks_carrier ? "has no carrier"
					  : "is down";
}
