/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which services this director serves: their connections are its own to announce. Pure. */
#ifndef LVSD_SYNC_SERVES_H
#define LVSD_SYNC_SERVES_H

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
	bool has_instances, has_master, has_other; /* any instance at all; one that is MASTER; one that is not */
};

/* Adds an instance with one of its addresses; NULL: it has none. */
void serves_add(struct serves *serves, const struct addr *addr, bool is_master);
/* To be called when all are added. */
void serves_sort(struct serves *serves);
void serves_free(struct serves *serves);

/* The bytes of one address in a frame, which begins with one byte. */
#define SERVES_ADDR_SIZE 18

/* Writes the addresses from *at on, as many as fit into size bytes, and moves *at behind them. Returns the length. To
 * be called until *at is serves->n, and once at least. */
size_t serves_encode(const struct serves *serves, size_t *at, uint8_t *body, size_t size);
/* Appends what a frame has. *ret_is_whole: it was the last one, and *serves is sorted. Returns 0; or -EBADMSG, and what
 * was appended is to be dropped. */
int serves_decode(struct serves *serves, const void *body, size_t len, bool *ret_is_whole);

/* Is the service served here? One with a mark, or an address of no instance, is if there is no instance or
 * any is MASTER. */
bool serves_service(const struct serves *serves, const struct svckey *service);

/* Is the service certainly served here, and nowhere else? One with a mark, or an address of no instance, is if each
 * instance is MASTER here. If some are MASTER elsewhere, or there is none, the other directors may serve it too. */
bool serves_alone(const struct serves *serves, const struct svckey *service);

#endif
