/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and changes this machine's devices, addresses and default routes over rtnetlink
 * (libnl-route). */
#ifndef LVSD_ADMIN_REAL_LINK_H
#define LVSD_ADMIN_REAL_LINK_H

#include "admin/real/state.h"

struct real_link;

/* Opens a socket of rtnetlink. Returns 0, or -errno with the sentence, as all functions below with
 * err do. */
int real_link_open(struct real_link **ret_link, struct err *err);
void real_link_close(struct real_link *link);

/* Finds a device. Returns 0, or -ENODEV. */
int real_link_find(struct real_link *link, const char *dev, bool *ret_is_up);
int real_link_set_up(struct real_link *link, const char *dev, bool is_up, struct err *err);

/* Whether the device has the address, whatever its prefix length is. */
bool real_link_has_addr(struct real_link *link, const char *dev, const struct addr *addr);
/* Adds the address with a prefix of all its bits. IPv6 addresses get no duplicate detection, since
 * other machines have them, too. */
int real_link_add_addr(struct real_link *link, const char *dev, const struct addr *addr,
		       struct err *err);
/* Removes the address. Returns 0 also if it does not exist. */
int real_link_del_addr(struct real_link *link, const char *dev, const struct addr *addr,
		       struct err *err);

/* The only IPv4 address on devices other than lo, leaving out addresses with scope host. AF_UNSPEC:
 * there is none, or more than one. */
struct addr real_link_only_addr(struct real_link *link);

/* Finds the default route that a new one through a gateway of this family would replace. Returns 0;
 * -ENOENT: there is none; -EOPNOTSUPP: it has several next hops. */
int real_link_default_route(struct real_link *link, uint16_t family, struct real_route *ret_route);
/* Replaces the default route by route. */
int real_link_set_default(struct real_link *link, const struct real_route *route, struct err *err);
int real_link_del_default(struct real_link *link, const struct addr *gateway, struct err *err);

#endif
