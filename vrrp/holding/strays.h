/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other way round than the guard of a master (vrrp/guard.h): an instance that is BACKUP or FAULT removes its
 * addresses when somebody else adds them, since the master has them. It does so at once. If they come back, it does so
 * again after 1 s, 2 s, 4 s and so on up to 30 s (vrrp/holding/retry.h), so that a fight with another program costs
 * little. Addresses that a plan never removes (vrrp/vips.h) stay: those of an owner, those that another instance or
 * static_ipaddress has. Edge.
 */
#ifndef LVSD_VRRP_HOLDING_STRAYS_H
#define LVSD_VRRP_HOLDING_STRAYS_H

#include "vrrp/holding/retry.h"
#include "vrrp/others.h"
#include "vrrp/vips_link.h"

/* Of one instance. Begins as {0}. */
struct vrrp_strays {
	struct vrrp_retry retry;
	struct vrrp_trouble removed, refused, other; /* lines of the log; other: about another prefix length */
	bool is_other_said; /* about those that are there now */
};

/*
 * To be called when the machine has changed, and when vrrp_strays_wake() has come: looks for addresses that are there,
 * and removes them if it is time to. Only for the vips of an instance that is BACKUP or FAULT. keep: the address that
 * advertisements are sent from.
 */
void vrrp_strays_look(struct vrrp_strays *strays, struct vrrp_vips *vips, struct vrrp_link *link,
		      const struct conf_vrrp *conf, const struct addr *keep, struct mono now);
/* The instance is master, or has stopped: nobody looks for any. */
void vrrp_strays_end(struct vrrp_strays *strays);
/* When to look again; MONO_NEVER: with the next change of the machine. */
struct mono vrrp_strays_wake(const struct vrrp_strays *strays);

#endif
