/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets the sysctl promote_secondaries on the interfaces of instances with the keyword of that name.
 * Without the sysctl, the kernel removes all addresses of a network together with the first one,
 * those of other instances too. Edge. This process later clears the sysctl where it has set it; a
 * setting that was on before stays on. A process that dies leaves the setting on.
 */
#ifndef LVSD_VRRP_MACHINE_PROMOTE_H
#define LVSD_VRRP_MACHINE_PROMOTE_H

#include "base/vec.h"
#include "vrrp/machine/link.h"

/* Begins as {0}. */
struct vrrp_promote {
	VEC(unsigned) set; /* indexes of interfaces on which it was off before */
};

void vrrp_promote_fini(struct vrrp_promote *promote);
/* Sets it on an interface, for an instance. Does nothing if there is no interface of that name. */
void vrrp_promote_set(struct vrrp_promote *promote, struct vrrp_link *link, const char *instance,
		      const char *interface);

/* Clears the sysctl where it was set, on the interfaces for which is_wanted returns false. NULL: on
 * all of them, as lvsd stops. */
typedef bool vrrp_promote_wanted_fn(unsigned index, const void *arg);
void vrrp_promote_put_back(struct vrrp_promote *promote, struct vrrp_link *link,
			   vrrp_promote_wanted_fn *is_wanted, const void *arg);

#endif
