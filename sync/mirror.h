/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mirror: the last sync entry of each connection of this machine's kernel, kept from what the kernel
 * sends. From it another director learns of connections that the kernel itself announces only with
 * their next packet. Bounded. Pure.
 *
 * A connection leaves the mirror when the kernel must have forgotten it: its timeout and the period in
 * which the kernel announces a connection in use again are over.
 */
#ifndef LVSD_SYNC_MIRROR_H
#define LVSD_SYNC_MIRROR_H

#include "base/mono.h"
#include "sync/entry.h"

/* How late the kernel's last announcement of a connection in use may be: sync_refresh_period and the 3 s
 * for which it may keep an entry back. */
#define SYNC_MIRROR_LATE_S 13
/* A longer timeout counts as this one. */
#define SYNC_MIRROR_TIMEOUT_MAX_S 2678400 /* 31 days, the longest that keepalived takes for persistence */

struct sync_mirror;

/* max: the most entries. seed: a number that nobody outside knows, since clients choose their ports. */
struct sync_mirror *sync_mirror_new(size_t max, uint64_t seed);
void sync_mirror_free(struct sync_mirror *mirror);

/* Takes an entry over. Returns false if the mirror is full and does not know the connection. */
bool sync_mirror_take(struct sync_mirror *mirror, const struct sync_entry *entry, struct mono now);

/* Does the mirror have the connection of the entry, with the same server and state (sync_entry_agrees())? */
bool sync_mirror_agrees(const struct sync_mirror *mirror, const struct sync_entry *entry);

size_t sync_mirror_n(const struct sync_mirror *mirror);
/* The bytes of the entries and of the table, as they were asked of malloc(). */
size_t sync_mirror_bytes(const struct sync_mirror *mirror);

/*
 * A place in the mirror, in the order of the entries' hashes. It begins as {0}, and stays right while
 * entries come and go: who walks from the beginning to the end meets each entry that is there all the
 * time, once.
 */
struct sync_place {
	uint64_t hash; /* the next entry has this one or a greater one */
	uint64_t n_skip; /* and so many entries of this hash have been met */
};

/*
 * The next entry at or behind the place that the kernel still has. Returns false at the end. Moves the
 * place behind the entry. ret_timeout_s: the seconds for which the kernel still has the connection; of a
 * template its whole timeout, since another kernel takes this one for each renewal. The entry is valid
 * until the mirror changes.
 */
bool sync_mirror_next(const struct sync_mirror *mirror, struct sync_place *place, struct mono now,
		      struct sync_entry *ret_entry, uint32_t *ret_timeout_s);

/* Forgets what the kernel has forgotten, in a slice of the mirror. To be called once a second: each entry
 * is looked at once in a minute. */
void sync_mirror_expire(struct sync_mirror *mirror, struct mono now);

#endif
