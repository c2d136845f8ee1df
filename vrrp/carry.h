/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries out what the router says about one instance (edge): packets, addresses, announcements,
 * reports and the log. Decides nothing. */
#ifndef LVSD_VRRP_CARRY_H
#define LVSD_VRRP_CARRY_H

#include "base/chan.h"
#include "vrrp/instance.h"

struct vrrp_carrier {
	struct vrrp_router *router;
	struct vrrp_link *link;
	struct chan *chan; /* to the director */
	int announce_fd;   /* -1: not open yet */
};

void vrrp_carry_out(struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		    const struct vrrp_router_action *action, struct mono now);

/* Tells the director the state and the counters. */
void vrrp_carry_report(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance);
/* Those of vips that are there leave the machine: a predecessor has left them. A master that has one keeps it. */
void vrrp_carry_left(const struct vrrp_carrier *carrier, const struct vrrp_vip_index *index,
		     const struct conf_vip *vips, size_t n);
/* The addresses that a new configuration does not list any more leave the machine. */
void vrrp_carry_stale(const struct vrrp_carrier *carrier, struct vrrp_instance *instance);

#endif
