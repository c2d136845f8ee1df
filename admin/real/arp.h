/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules of arptables that keep others from learning a virtual address from this machine: requests
 * for it are dropped, and those that it sends have another source.
 */
#ifndef LVSD_ADMIN_REAL_ARP_H
#define LVSD_ADMIN_REAL_ARP_H

#include "base/addr.h"
#include "base/err.h"

/* Adds the rules that lack; *ret_is_changed tells. 0 or -errno with the sentence. */
int real_arp_add(const struct addr *vip, const struct addr *source, bool *ret_is_changed,
		 struct err *err);
/* Removes them; 0 as well when they are gone. */
int real_arp_del(const struct addr *vip, const struct addr *source, struct err *err);

#endif
