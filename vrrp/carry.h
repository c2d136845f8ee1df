/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries out the actions of the router (vrrp/router.h) for one instance: sends packets, adds and
 * removes addresses, announces them, reports to the director, writes the log. Edge: decides
 * nothing. */
#ifndef LVSD_VRRP_CARRY_H
#define LVSD_VRRP_CARRY_H

#include "vrrp/instance.h"
#include "vrrp/holding/items_link.h"
#include "vrrp/claim/prober.h"
#include "vrrp/holding/refusal_watch.h"
#include "vrrp/pace/announcer.h"

/* Functions that are called with news for the director. */
struct vrrp_sink {
	void (*on_report)(const struct vrrp_report *report, void *arg);
	/* The state of a source that the vrrp process watches itself (an interface) has changed. */
	void (*on_source)(const struct vrrp_source *source, void *arg);
	/* All items that the kernel refuses now, when they have changed. */
	void (*on_refusals)(const struct vrrp_refusals *refusals, void *arg);
	/* The virtual routers that no instance has, for vrrp_runner_report(). */
	void (*on_unknowns)(const struct vrrp_unknowns *unknowns, void *arg);
	void *arg;
};

struct vrrp_carrier {
	struct vrrp_router *router;
	struct vrrp_link *link;
	struct vrrp_route_net *routes;
	struct vrrp_sink sink;
	vrrp_items_shared_fn *is_item_shared; /* called with arg */
	/* The instance of an id of the router. */
	const struct vrrp_instance *(*find)(unsigned id, const void *arg);
	const void *arg;
	struct vrrp_announcer *announcer;
	struct vrrp_prober *prober;
	struct vrrp_refusal_watch *refusals; /* told of each addition and removal */
};

/* Carries out one action of the router. The action is for this instance. */
void vrrp_carry_out(struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		    const struct vrrp_router_action *action, struct mono now);

/* Counts an advertisement of VRRP_ROUTER_SEND that has left, or logs why it has not. Reports now and then
 * how late advertisements leave. */
void vrrp_carry_sent(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		     const struct vrrp_sent *sent, struct mono now);

/* Sends the director a VRRP_FRAME_STATE with the state and the counters of the instance. */
void vrrp_carry_report(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance);

/* What an earlier vrrp process has left: addresses that no instance has any more, and those that it added for
 * owners which the next configuration has too. */
struct vrrp_left {
	VEC(struct conf_vip) gone, owned;
};

/* Removes what is gone from the machine, where it is present. An address that a master of this process has stays.
 * Notes in index what is owned. */
void vrrp_carry_left(const struct vrrp_carrier *carrier, struct vrrp_vip_index *index,
		     const struct vrrp_left *former);

/* Adds the routes and rules of the instance's new configuration, and removes what the
 * configuration does not list any more. */
void vrrp_carry_stale(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		      struct mono now);

/* Looks whether the machine has the addresses of the instance. Of a master: the router hears which are missing
 * (true: in ret_missing). Of a BACKUP or FAULT: those that somebody has added go. */
bool vrrp_carry_compare(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
			enum vrrp_vips_missing *ret_missing, struct mono now);

/* Adds the routes and rules that a master lacks. */
void vrrp_carry_items(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		      struct mono now);
/* Only those of a kind whose time has come: each kind has a rhythm of its own. */
void vrrp_carry_due_items(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
			  struct mono now);

#endif
