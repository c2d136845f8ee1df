/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/newest.h"
#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct last {
	uint64_t hash, seq; /* seq 0: empty */
};

struct relay_newest {
	uint64_t seed;
	uint64_t forgotten; /* the greatest number that was forgotten for lack of room */
	struct last sets[RELAY_NEWEST_SETS][RELAY_NEWEST_WAYS];
};

struct relay_newest *relay_newest_new(uint64_t seed)
{
	struct relay_newest *newest = mem_calloc(1, sizeof(*newest));

	newest->seed = seed;
	return newest;
}

void relay_newest_free(struct relay_newest *newest)
{
	free(newest);
}

void relay_newest_clear(struct relay_newest *newest)
{
	memset(newest->sets, 0, sizeof(newest->sets));
	newest->forgotten = 0;
}

static uint64_t key_hash(const struct relay_newest *newest, const uint8_t *key, size_t len)
{
	uint64_t hash = hash_mix(newest->seed, len);

	for (size_t i = 0; i < len; i += 8) {
		uint64_t word = 0;

		memcpy(&word, key + i, len - i < 8 ? len - i : 8);
		hash = hash_mix(hash, word);
	}
	return hash;
}

bool relay_newest_has(const struct relay_newest *newest, const uint8_t *key, size_t len, uint64_t seq)
{
	uint64_t hash = key_hash(newest, key, len);
	const struct last *set = newest->sets[hash % RELAY_NEWEST_SETS];

	for (size_t i = 0; i < RELAY_NEWEST_WAYS; i++)
		if (set[i].seq && set[i].hash == hash)
			return set[i].seq > seq;
	return newest->forgotten > seq;
}

void relay_newest_note(struct relay_newest *newest, const uint8_t *key, size_t len, uint64_t seq, uint64_t floor)
{
	uint64_t hash = key_hash(newest, key, len);
	struct last *set = newest->sets[hash % RELAY_NEWEST_SETS], *oldest = set;

	for (size_t i = 0; i < RELAY_NEWEST_WAYS; i++) {
		if (set[i].seq && set[i].hash == hash) {
			set[i].seq = seq > set[i].seq ? seq : set[i].seq;
			return;
		}
		if (set[i].seq < oldest->seq)
			oldest = &set[i];
	}
	if (oldest->seq > floor && oldest->seq > newest->forgotten)
		newest->forgotten = oldest->seq;
	*oldest = (struct last){hash, seq};
}
