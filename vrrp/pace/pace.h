/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vrrp_garp_interval and vrrp_gna_interval: the least time between two announcements on an interface,
 * whichever instances they are of. The interfaces of a garp_group have intervals of their own, which
 * they share. An address whose turn has not come waits in the queue of its family and its interface,
 * or garp_group. It waits there once on each interface, with the number of its announcements that are
 * due. Each turn sends one of them, and then the address goes to the end of the queue. Pure.
 */
#ifndef LVSD_VRRP_PACE_PACE_H
#define LVSD_VRRP_PACE_PACE_H

#include "base/addr.h"
#include "base/mono.h"
#include "base/vec.h"
#include "conf/conf.h"

/* One announcement of an address of an instance. */
struct vrrp_announcement {
	unsigned id; /* of the instance */
	struct addr vip;
	char interface[CONF_IFNAME_MAX];
	int64_t interval_ns; /* of the address's family, without a garp_group; 0: no pace */
	unsigned most;       /* how many announcements of the address may wait; at least 1 */
};

struct vrrp_paced {
	struct vrrp_announcement what;
	unsigned count; /* how many are due */
};

struct vrrp_pace_lane {
	char interface[CONF_IFNAME_MAX];
	unsigned group; /* the garp_group, from 1; then the interface is ""; 0: none */
	uint16_t family;
	int64_t interval_ns;
	struct mono next; /* the earliest time of the next announcement */
	VEC(struct vrrp_paced) queue;
};

/* An interface of a garp_group. */
struct vrrp_pace_member {
	char interface[CONF_IFNAME_MAX];
	unsigned group;              /* from 1 */
	int64_t garp_ns, gna_ns;     /* the group's intervals; 0: no pace */
};

/* Begins as {0}. */
struct vrrp_pace {
	VEC(struct vrrp_pace_lane) lanes;
	VEC(struct vrrp_pace_member) members;
};

void vrrp_pace_fini(struct vrrp_pace *pace);
/* Takes over the garp_groups of a configuration. What waits already leaves at the pace it had. */
void vrrp_pace_set_groups(struct vrrp_pace *pace, const struct conf_garp_group *groups, size_t n);
/* Offers an announcement that is due. Returns true if it is to be sent now; false if it waits for
 * vrrp_pace_take(). Example: interval 1 s, and two addresses at the same time: true, false. */
bool vrrp_pace_offer(struct vrrp_pace *pace, const struct vrrp_announcement *what, struct mono now);
/* When vrrp_pace_take() will return an announcement; MONO_NEVER: none waits. */
struct mono vrrp_pace_wake(const struct vrrp_pace *pace);
/* Takes the next announcement whose time has come. Returns false if there is none. */
bool vrrp_pace_take(struct vrrp_pace *pace, struct mono now, struct vrrp_announcement *ret_what);
/* Drops the announcements of an instance that wait. With vip, only those of this address. */
void vrrp_pace_forget(struct vrrp_pace *pace, unsigned id, const struct addr *vip);

#endif
