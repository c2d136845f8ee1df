/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses, routes and rules of static_ipaddress, static_routes and static_rules: on the machine
 * as long as lvsd runs, whoever is master. An object in the loop (edge), which puts back what somebody
 * removes, and tries what the kernel refuses again (vrrp/holding/retry.h). Its lines of the log begin
 * with "vrrp=(static)".
 */
#ifndef LVSD_VRRP_HOLDING_STATICS_H
#define LVSD_VRRP_HOLDING_STATICS_H

#include "base/arena.h"
#include "base/loop.h"
#include "vrrp/holding/items_link.h"
#include "vrrp/track.h"
#include "vrrp/vips_link.h"

struct vrrp_statics;

/* What the object needs of its process. The caller owns all of it. */
struct vrrp_statics_host {
	struct loop *loop;
	struct vrrp_link *link;
	struct vrrp_route_net *routes;
	const struct vrrp_vip_index *vips;
	vrrp_items_shared_fn *is_item_shared;
	loop_fn *on_change; /* after an attempt to put something back: vrrp_statics_source() may differ */
	void *arg;          /* of both */
};

/* Without an item at first. host is copied. */
struct vrrp_statics *vrrp_statics_new(const struct vrrp_statics_host *host);
/* Frees the memory. Items on the machine stay there; vrrp_statics_stop() removes them. */
void vrrp_statics_free(struct vrrp_statics *statics);

/*
 * Takes over another configuration, in two steps: vrrp_statics_set() adds what the machine lacks, and
 * vrrp_statics_trim() removes what the configuration lists no more. arena: the memory that conf points
 * to, taken over.
 */
void vrrp_statics_set(struct vrrp_statics *statics, const struct conf_statics *conf,
		      struct arena *arena);
void vrrp_statics_trim(struct vrrp_statics *statics);
/* Removes all from the machine. */
void vrrp_statics_stop(struct vrrp_statics *statics);

/* To be called when something has changed on the machine, so that a static item may be gone. What is
 * missing is tried at once if the gain may make it possible. */
void vrrp_statics_recheck(struct vrrp_statics *statics, const struct vrrp_link_gain *gain);

/* The static addresses, and the static items of a kind, with their states. */
const struct vrrp_vips *vrrp_statics_vips(const struct vrrp_statics *statics);
const struct vrrp_items *vrrp_statics_items(const struct vrrp_statics *statics,
					    enum vrrp_item_kind kind);

/* Whether all static items of a track_group are on the machine, as a source of trackers. */
struct vrrp_source vrrp_statics_source(const struct vrrp_statics *statics, const char *group);

#endif
