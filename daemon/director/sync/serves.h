/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which services this director serves: their connections are its own to announce. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_SERVES_H
#define LVSD_DAEMON_DIRECTOR_SYNC_SERVES_H

#include "base/svckey.h"

#include <stdbool.h>
#include <stddef.h>

/* An address of an instance. */
struct served_addr {
	struct addr addr;
	bool is_master; /* its instance is MASTER */
};

/* Begins as {0}. */
struct serves {
	struct served_addr *items;
	size_t n, cap;
	bool has_instances, has_master; /* any instance at all; one that is MASTER */
};

/* Adds an instance with one of its addresses; NULL: it has none. */
void serves_add(struct serves *serves, const struct addr *addr, bool is_master);
/* To be called when all are added. */
void serves_sort(struct serves *serves);
void serves_free(struct serves *serves);

/* Is the service served here? One with a mark, or an address of no instance, is if there is no instance or
 * any is MASTER. */
bool serves_service(const struct serves *serves, const struct svckey *service);

#endif
