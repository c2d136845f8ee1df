/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices, addresses and default routes of this machine, over rtnetlink (libnl-route). */
#ifndef LVSD_ADMIN_REAL_LINK_H
#define LVSD_ADMIN_REAL_LINK_H

#include "admin/real/state.h"

struct real_link;

int real_link_open(struct real_link **ret_link, struct err *err);
void real_link_close(struct real_link *link);

/* 0, or -ENODEV. */
int real_link_find(struct real_link *link, const char *dev, bool *ret_is_up);
int real_link_set_up(struct real_link *link, const char *dev, bool is_up, struct err *err);

bool real_link_has_addr(struct real_link *link, const char *dev, const struct addr *addr);
/* With a prefix of all bits; IPv6 without duplicate detection, as others have the address too. */
int real_link_add_addr(struct real_link *link, const char *dev, const struct addr *addr,
		       struct err *err);
/* 0 as well when it is gone already. */
int real_link_del_addr(struct real_link *link, const char *dev, const struct addr *addr,
		       struct err *err);

/* The one IPv4 address of the devices but lo that is not a host's alone; AF_UNSPEC: none or
 * several. */
struct addr real_link_only_addr(struct real_link *link);

/*
 * The default route that one through a gateway of this family would take the place of. 0;
 * -ENOENT: there is none; -EOPNOTSUPP: it has several next hops.
 */
int real_link_default_route(struct real_link *link, uint16_t family, struct real_route *ret_route);
/* Takes that place. */
int real_link_set_default(struct real_link *link, const struct real_route *route, struct err *err);
int real_link_del_default(struct real_link *link, const struct addr *gateway, struct err *err);

#endif
