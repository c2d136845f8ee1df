/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/mirror.h"
#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* 2 to this power is the number of buckets of an empty mirror. */
#define BITS_MIN 8
#define BITS_MAX 24
#define SLICES	 64

struct node {
	struct node *next; /* its hash is not smaller */
	uint32_t hash;
	uint32_t seen_s; /* on the monotonic clock */
	uint16_t len;
	uint8_t raw[];
};

struct sync_mirror {
	struct node **buckets;
	unsigned bits;
	size_t n, max, bytes;
	uint64_t seed;
	unsigned slice; /* the next one to be looked at by sync_mirror_expire() */
};

static size_t n_buckets(const struct sync_mirror *mirror)
{
	return (size_t)1 << mirror->bits;
}

/* By the upper bits, so that the order of all entries is that of their hashes, whatever the number of
 * buckets is. */
static size_t bucket_of(const struct sync_mirror *mirror, uint32_t hash)
{
	return hash >> (32 - mirror->bits);
}

static struct sync_entry entry_of(const struct node *node)
{
	struct sync_datagram one = {.at = node->raw, .end = node->raw + node->len, .n_left = 1};
	struct sync_entry entry;

	sync_datagram_next(&one, &entry);
	return entry;
}

static uint32_t hash_of(const struct sync_mirror *mirror, const uint8_t *key, size_t len)
{
	uint64_t hash = hash_mix(mirror->seed, len);

	for (size_t i = 0; i < len; i += 8) {
		uint64_t word = 0;

		memcpy(&word, key + i, len - i < 8 ? len - i : 8);
		hash = hash_mix(hash, word);
	}
	return (uint32_t)hash;
}

static uint32_t seconds(struct mono time)
{
	return (uint32_t)(time.ns / NS_PER_S);
}

struct sync_mirror *sync_mirror_new(size_t max, uint64_t seed)
{
	struct sync_mirror *mirror = mem_calloc(1, sizeof(*mirror));

	mirror->bits = BITS_MIN;
	mirror->buckets = mem_calloc(n_buckets(mirror), sizeof(struct node *));
	mirror->max = max;
	mirror->seed = seed;
	return mirror;
}

void sync_mirror_free(struct sync_mirror *mirror)
{
	if (!mirror)
		return;
	for (size_t i = 0; i < n_buckets(mirror); i++) {
		for (struct node *node = mirror->buckets[i], *next; node; node = next) {
			next = node->next;
			free(node);
		}
	}
	free(mirror->buckets);
	free(mirror);
}

/* Twice as many buckets. The nodes of a bucket are in order, so they go into two buckets next to each
 * other without a comparison. */
static void buckets_double(struct sync_mirror *mirror)
{
	struct node **old = mirror->buckets;
	size_t n_old = n_buckets(mirror);

	mirror->bits++;
	mirror->buckets = mem_calloc(n_buckets(mirror), sizeof(struct node *));
	for (size_t i = 0; i < n_old; i++) {
		struct node **ends[2] = {&mirror->buckets[2 * i], &mirror->buckets[2 * i + 1]};

		for (struct node *node = old[i], *next; node; node = next) {
			struct node ***end = &ends[bucket_of(mirror, node->hash) & 1];

			next = node->next;
			node->next = NULL;
			**end = node;
			*end = &node->next;
		}
	}
	free(old);
}

/* Where the node with the key is, or where it belongs. */
static struct node **mirror_find(const struct sync_mirror *mirror, uint32_t hash, const uint8_t *key, size_t len,
			  bool *ret_is_there)
{
	struct node **at = &mirror->buckets[bucket_of(mirror, hash)];
	uint8_t other[SYNC_ENTRY_SIZE_MAX];

	*ret_is_there = false;
	for (; *at && (*at)->hash <= hash; at = &(*at)->next) {
		struct sync_entry entry = entry_of(*at);

		if ((*at)->hash != hash || sync_entry_key(&entry, other) != len || memcmp(other, key, len))
			continue;
		*ret_is_there = true;
		break;
	}
	return at;
}

static void node_remove(struct sync_mirror *mirror, struct node **at)
{
	struct node *node = *at;

	*at = node->next;
	mirror->n--;
	mirror->bytes -= sizeof(*node) + node->len;
	free(node);
}

bool sync_mirror_take(struct sync_mirror *mirror, const struct sync_entry *entry, struct mono now)
{
	uint8_t key[SYNC_ENTRY_SIZE_MAX];
	size_t len = sync_entry_key(entry, key);
	uint32_t hash = hash_of(mirror, key, len);
	bool is_there;
	struct node **at = mirror_find(mirror, hash, key, len, &is_there), *node;

	if (is_there && (*at)->len != entry->len) {
		node_remove(mirror, at);
		is_there = false;
	}
	if (!is_there) {
		if (mirror->n >= mirror->max)
			return false;
		node = mem_calloc(1, sizeof(*node) + entry->len);
		*node = (struct node){.next = *at, .hash = hash, .len = (uint16_t)entry->len};
		*at = node;
		mirror->n++;
		mirror->bytes += sizeof(*node) + entry->len;
	}
	node = *at;
	node->seen_s = seconds(now);
	memcpy(node->raw, entry->raw, entry->len);
	if (mirror->n > n_buckets(mirror) && mirror->bits < BITS_MAX)
		buckets_double(mirror);
	return true;
}

bool sync_mirror_agrees(const struct sync_mirror *mirror, const struct sync_entry *entry)
{
	uint8_t key[SYNC_ENTRY_SIZE_MAX];
	size_t len = sync_entry_key(entry, key);
	bool is_there;
	struct node **at = mirror_find(mirror, hash_of(mirror, key, len), key, len, &is_there);
	struct sync_entry known;

	if (!is_there)
		return false;
	known = entry_of(*at);
	return sync_entry_agrees(&known, entry);
}

size_t sync_mirror_n(const struct sync_mirror *mirror)
{
	return mirror->n;
}

size_t sync_mirror_bytes(const struct sync_mirror *mirror)
{
	return mirror->bytes + n_buckets(mirror) * sizeof(struct node *);
}

/* The seconds for which the kernel has the connection at least; 0: it may have forgotten it. */
static uint32_t left_of(const struct node *node, const struct sync_entry *entry, uint32_t now_s)
{
	uint32_t timeout_s = entry->timeout_s;
	uint32_t age = now_s - node->seen_s;

	if (timeout_s > SYNC_MIRROR_TIMEOUT_MAX_S)
		timeout_s = SYNC_MIRROR_TIMEOUT_MAX_S;
	if (age >= timeout_s + SYNC_MIRROR_LATE_S)
		return 0;
	if (entry->is_template)
		return timeout_s ? timeout_s : 1;
	return age < timeout_s ? timeout_s - age : 1;
}

bool sync_mirror_next(const struct sync_mirror *mirror, struct sync_place *place, struct mono now,
		      struct sync_entry *ret_entry, uint32_t *ret_timeout_s)
{
	while (place->hash <= UINT32_MAX) {
		size_t bucket = bucket_of(mirror, (uint32_t)place->hash);
		uint64_t n_same = 0;

		for (const struct node *node = mirror->buckets[bucket]; node; node = node->next) {
			if (node->hash < place->hash || (node->hash == place->hash && n_same++ < place->n_skip))
				continue;
			place->n_skip = node->hash == place->hash ? place->n_skip + 1 : 1;
			place->hash = node->hash;
			n_same = place->n_skip;
			*ret_entry = entry_of(node);
			*ret_timeout_s = left_of(node, ret_entry, seconds(now));
			if (*ret_timeout_s)
				return true;
		}
		*place = (struct sync_place){.hash = (uint64_t)(bucket + 1) << (32 - mirror->bits)};
	}
	return false;
}

void sync_mirror_expire(struct sync_mirror *mirror, struct mono now)
{
	size_t n_slice = n_buckets(mirror) / SLICES;
	size_t first = mirror->slice++ % SLICES * n_slice;

	for (size_t i = first; i < first + n_slice; i++) {
		struct node **at = &mirror->buckets[i];

		while (*at) {
			struct sync_entry entry = entry_of(*at);

			if (left_of(*at, &entry, seconds(now)))
				at = &(*at)->next;
			else
				node_remove(mirror, at);
		}
	}
}
