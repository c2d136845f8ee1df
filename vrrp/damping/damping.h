/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * interface_up_down_delays: how long a change of an interface must last until it counts for the
 * instances that use or track the interface. An interface that returns to the state that counts
 * before its delay is over has not changed. Pure.
 */
#ifndef LVSD_VRRP_DAMPING_DAMPING_H
#define LVSD_VRRP_DAMPING_DAMPING_H

#include "base/vec.h"
#include "vrrp/fsm.h"

/* What the machine says of an interface. */
enum vrrp_damped_state {
	VRRP_DAMPED_MISSING,
	VRRP_DAMPED_DOWN,
	VRRP_DAMPED_UP,
};

/* What a look at an interface has changed. */
enum vrrp_damped_news {
	VRRP_DAMPED_NOTHING, /* what counts is what the machine says; or a delay goes on */
	VRRP_DAMPED_WAITS,   /* a delay has begun */
	VRRP_DAMPED_BACK,    /* the interface is as before, so the delay is dropped */
};

struct vrrp_damped {
	char name[CONF_IFNAME_MAX];
	int64_t down_ns, up_ns;
	bool is_up;       /* what counts */
	bool has_been_up; /* the first time that it is up counts at once, as at the start */
	struct mono due;  /* when the other state counts; MONO_NEVER: no delay has begun */
};

/* Begins as {0}. */
struct vrrp_damping {
	VEC(struct vrrp_damped) list;
};

void vrrp_damping_fini(struct vrrp_damping *damping);
/* Takes over the delays of a configuration. An interface that had delays before keeps its state,
 * and a delay that has begun keeps its end. */
void vrrp_damping_set(struct vrrp_damping *damping, const struct conf_link_delay *delays, size_t n);
/* The delays of an interface, with its state. NULL: it has no delays. */
const struct vrrp_damped *vrrp_damping_find(const struct vrrp_damping *damping, const char *name);

/*
 * How long the interface of an instance may be down until that counts: a backup must not take over
 * before. Example: advert_int 1 s, 3 intervals of silence: 1.996 s, as in keepalived.
 */
int64_t vrrp_damping_bound(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm);

/* Takes the present state of the interface. bound_ns is the least vrrp_damping_bound() of the
 * instances on the interface; INT64_MAX: there are none. An interface that is missing counts as
 * down at once. */
enum vrrp_damped_news vrrp_damping_update(struct vrrp_damped *damped, enum vrrp_damped_state state,
					int64_t bound_ns, struct mono now);
/* When vrrp_damping_update() is due for some interface though nothing happens; MONO_NEVER: not. */
struct mono vrrp_damping_wake(const struct vrrp_damping *damping);

#endif
