/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sequence numbers of the last entries of connections, while frames before them are missing. A frame that comes
 * late has older entries; such an entry must not set a connection back of which a newer one is known. Bounded. Pure.
 *
 * Numbers up to the floor are of no use any more: no frame before them can come. So the table empties itself when
 * there is no gap.
 */
#ifndef LVSD_SYNC_RELAY_NEWEST_H
#define LVSD_SYNC_RELAY_NEWEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RELAY_NEWEST_SETS 4096
#define RELAY_NEWEST_WAYS 4

struct relay_newest;

/* seed: a number that nobody outside knows, since clients choose their ports. */
struct relay_newest *relay_newest_new(uint64_t seed);
void relay_newest_free(struct relay_newest *newest);
/* For a new session, whose numbers begin anew. */
void relay_newest_clear(struct relay_newest *newest);

/* Whether an entry with a greater number may have come for the connection with this key (sync_entry_key()). Only where
 * the table was full of others it says so without knowing it. */
bool relay_newest_has(const struct relay_newest *newest, const uint8_t *key, size_t len, uint64_t seq);
/* Notes that the last entry of the connection came with this number. floor: up to there no frame is missing. */
void relay_newest_note(struct relay_newest *newest, const uint8_t *key, size_t len, uint64_t seq, uint64_t floor);

#endif
