/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * promote_secondaries of the interfaces of instances that ask for it. Without it the kernel removes
 * all addresses of a network together with the first one, other instances' among them. Edge. A
 * setting that was on before stays on; what this process has set it puts back. A process that dies
 * leaves the setting on.
 */
#ifndef LVSD_VRRP_MACHINE_PROMOTE_H
#define LVSD_VRRP_MACHINE_PROMOTE_H

#include "base/vec.h"
#include "vrrp/machine/link.h"

/* Begins as {0}. */
struct vrrp_promote {
	VEC(unsigned) set; /* indexes of interfaces that had it off */
};

void vrrp_promote_fini(struct vrrp_promote *promote);
/* An instance asks for it on this interface; nothing happens if there is none of that name. */
void vrrp_promote_set(struct vrrp_promote *promote, struct vrrp_link *link, const char *instance,
		      const char *interface);

/* Puts back what was set on interfaces that is_wanted does not claim. NULL: on all, for good, as
 * lvsd stops. */
typedef bool vrrp_promote_wanted_fn(unsigned index, const void *arg);
void vrrp_promote_put_back(struct vrrp_promote *promote, struct vrrp_link *link,
			   vrrp_promote_wanted_fn *is_wanted, const void *arg);

#endif
