/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the router remembers. For its own files alone. */
#ifndef LVSD_VRRP_ROUTER_STATE_H
#define LVSD_VRRP_ROUTER_STATE_H

#include "vrrp/router.h"

struct instance {
	unsigned id;
	const struct conf_vrrp *conf; /* NULL: the id is free */
	uint8_t *addrs;               /* as in an advert */
	bool has_new_vips;            /* between SET and APPLY */
	struct vrrp_fsm_conf fsm_conf;
	struct vrrp_fsm fsm;
	struct vrrp_garp garp;
	struct vrrp_guard guard;
	enum vrrp_vips_missing missing;
	unsigned faults;
	bool leaves_bar; /* while the end of BARRED is acted on */
	const struct conf_track *acts_on; /* while what a tracker said is acted on; else NULL */
	bool was_deaf; /* something else than a tracker was a fault since it took part last */
	struct mono barred_until;
	struct mono silent_at;   /* the bar ends then, unless another router is heard before */
	bool knows_other;        /* another router was heard, and has not been missed in a bar */
	struct mono said_hold;   /* the end of a hold that the log knows */
	struct addr told_master; /* what a backup has learned, as it was reported, and when */
	int64_t told_interval_ns;
	struct mono told_held, told_at;
	uint64_t adverts_received, transitions_to_master;
};

struct vrrp_router {
	VEC(struct instance) instances; /* by id */
	struct vrrp_sources sources;    /* what trackers said last */
	struct vrrp_queue queue;
	bool has_changed_state;
};

/* The instance of an id that is in use. */
struct instance *router_get(const struct vrrp_router *router, unsigned id);
bool router_is_barred(const struct instance *instance);

#endif
