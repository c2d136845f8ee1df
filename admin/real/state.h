/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Remembers what `lvsadm real-server up` changed and what was there before, in a file below /run,
 * so that `down` undoes exactly that. Each network namespace has its own file, because addresses
 * and sysctls belong to the namespace. A reboot forgets the file and the changes.
 */
#ifndef LVSD_ADMIN_REAL_STATE_H
#define LVSD_ADMIN_REAL_STATE_H

#include "admin/real/setup.h"

/* A virtual address that was set up. */
struct real_entry {
	struct addr vip;
	enum real_method method;
	enum real_arp arp;
	char dev[REAL_DEV_MAX];
	struct addr source;    /* of the arptables rules; AF_UNSPEC without such rules */
	bool is_address_added; /* false: the address was there before */
	bool is_rules_added;   /* the arptables rules */
};

/* A sysctl that was changed, and its value before. */
struct real_former {
	char name[REAL_SYSCTL_MAX];
	int before, set; /* set: the value that lvsadm wrote */
};

/* A default route, as far as it can be restored. */
struct real_route {
	struct addr gateway; /* AF_UNSPEC: none, the route is on the link */
	char dev[REAL_DEV_MAX];
	struct addr source; /* the preferred source; AF_UNSPEC: none */
	int protocol, scope; /* RTPROT_*, RT_SCOPE_* */
};

/* The default route that was set, and the one in its place before. */
struct real_gateway {
	struct addr gateway; /* AF_UNSPEC: no default route was set */
	bool has_before;
	struct real_route before;
};

/* A device. */
struct real_dev {
	char name[REAL_DEV_MAX];
};

/* All that can be undone. */
struct real_state {
	VEC(struct real_entry) entries;
	VEC(struct real_former) sysctls;
	VEC(struct real_dev) links_up;   /* devices that were down before */
	struct real_gateway gateways[2]; /* for IPv4 and IPv6 */
};

/* Reads the file; without one the state is empty. Returns 0, or -errno with the sentence. */
int real_state_load(struct real_state *ret_state, struct err *err);
/* Replaces the file, or removes it if there is nothing to undo. Returns 0, or -errno with the
 * sentence. */
int real_state_save(const struct real_state *state, struct err *err);
void real_state_free(struct real_state *state);

/* NULL: there is none. */
struct real_entry *real_state_find(struct real_state *state, const struct addr *vip);
struct real_former *real_state_find_sysctl(struct real_state *state, const char *name);

#endif
