/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of arptables that prevent others from learning a virtual address from this machine.
 * Requests for it are dropped, and requests that this machine sends get another source address. */
#ifndef LVSD_ADMIN_REAL_ARP_H
#define LVSD_ADMIN_REAL_ARP_H

#include "base/addr.h"
#include "base/err.h"

/* Adds the rules that are missing; *ret_is_changed tells whether there were any. Returns 0, or
 * -errno with the sentence. */
int real_arp_add(const struct addr *vip, const struct addr *source, bool *ret_is_changed,
		 struct err *err);
/* Removes the rules. Returns 0 also if they do not exist. */
int real_arp_del(const struct addr *vip, const struct addr *source, struct err *err);

#endif
