/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer: the input is a datagram on the group of connection sync, or the text of a file of
 * /proc/net. A heartbeat that is understood is taken, answered, and read again from what is sent.
 */
#include "base/mem.h"
#include "sync/bound.h"
#include "sync/bulk.h"
#include "sync/listed.h"
#include "sync/packet.h"
#include "sync/peers.h"
#include "sync/rejoin.h"
#include "sync/relay/allow.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use_datagram(const uint8_t *data, size_t size)
{
	struct sync_peers peers = {.own_id = 1};
	struct addr addr = {.family = AF_INET, .bytes = {10, 8, 0, 12}};
	struct sync_heartbeat heartbeat, answer;
	uint8_t sent[SYNC_HEARTBEAT_SIZE_MAX];
	const struct sync_peer *peer;
	struct mono now = {NS_PER_S};

	sync_hello_is(data, size, 0);
	sync_entries_are(data, size, 0);
	if (!sync_heartbeat_decode(data, size, 0, &heartbeat))
		return;
	assert(!sync_hello_is(data, size, 0) && !sync_entries_are(data, size, 0));
	sync_peers_announced(&peers, (struct mono){0});
	sync_peers_hear_entries(&peers, &addr, now);
	for (int i = 0; i < 4; i++)
		sync_peers_hear(&peers, &addr, &heartbeat, now = mono_add_ns(now, NS_PER_S), &peer);
	answer = sync_peers_report(&peers, now);
	size = sync_heartbeat_encode(&answer, 51, sent);
	assert(size <= sizeof(sent) && sync_heartbeat_decode(sent, size, 51, &heartbeat));
	sync_peers_step(&peers, MONO_NEVER);
}

static struct sync_route items[] = {
    {.service = {.family = AF_INET, .protocol = IPPROTO_TCP, .ep = {{.family = AF_INET, .bytes = {1}}, 80}},
     .dest = {{.family = AF_INET, .bytes = {2}}, 0}},
    {.service = {.family = AF_INET, .fwmark = 7}, .dest = {{.family = AF_INET, .bytes = {2}}, 0},
     .persistence_s = 300},
};

/* A line of the kernel's list becomes an entry that is read. */
static void use_line(const char *text)
{
	struct sync_routes routes = {items, sizeof(items) / sizeof(items[0]), 0};
	struct sync_marks marks = {0};
	uint8_t raw[SYNC_LISTED_MAX];
	size_t len = sync_listed_entry(text, &routes, &marks, raw);
	struct sync_datagram one = {.at = raw, .end = raw + len, .n_left = 1};
	struct sync_entry entry;

	assert(len <= sizeof(raw));
	if (len)
		assert(sync_datagram_next(&one, &entry) == 1 && entry.timeout_s);
}

static void use_text(const char *text)
{
	struct endpoint group = {{.family = AF_INET, .bytes = {224, 0, 0, 81}}, 8848};
	struct addr source;

	use_line(text);
	for (int i = 0; i < 2; i++) {
		sync_members_read(text, 7, &group.addr);
		sync_source_read(text, &group, &source);
		group.addr = (struct addr){.family = AF_INET6, .bytes = {0xff, 2}};
	}
}

/* What a peer's datagram leaves is read, and leads to a destination of the routes. */
static void use_relayed(const uint8_t *data, size_t size)
{
	struct sync_routes routes = {items, sizeof(items) / sizeof(items[0]), 0}, own = {items + 1, 1, 0};
	struct relay_rules rules = {&routes, &own, 0};
	struct relay_place place = {.newest = relay_newest_new(1), .seq = 2, .floor = 1};
	struct relay_allowed allowed = {0};
	uint8_t left[RELAY_PAYLOAD_MAX];
	struct sync_datagram datagram;
	struct sync_entry entry;

	for (int i = 0; i < 2; i++, place.seq = 1, place.floor = 0, place.is_late = true) {
		size_t len = relay_allow(&rules, &place, data, size, &allowed, left);

		assert(len <= size && len <= sizeof(left));
		if (!len)
			continue;
		assert(i == 0 && sync_datagram_open(&datagram, left, len, 0));
		while (sync_datagram_next(&datagram, &entry) > 0)
			assert(sync_routes_have(&routes, &entry) && !sync_routes_serve(&own, &entry));
	}
	relay_newest_free(place.newest);
}

/* All that is read is kept, and comes out of a bulk again in datagrams that are read. */
static void use_entries(const uint8_t *data, size_t size)
{
	static uint8_t sent[SYNC_BULK_BURST][SYNC_BULK_SIZE];
	struct sync_mirror *mirror = sync_mirror_new(100, 1);
	size_t lens[SYNC_BULK_BURST], n, n_read = 0, len;
	struct mono now = {NS_PER_S};
	struct sync_datagram datagram;
	struct sync_entry entry;
	struct sync_routes routes = {items, sizeof(items) / sizeof(items[0]), 0};
	struct sync_bulk bulk;

	sync_packet_datagram(data, size, &len);
	if (sync_datagram_open(&datagram, data, size, 0))
		while (sync_datagram_next(&datagram, &entry) == 1)
			sync_mirror_take(mirror, &entry, now);
	sync_bulk_begin(&bulk, mirror, now);
	while (bulk.is_on) {
		now = bulk.due;
		n = sync_bulk_step(&bulk, mirror, &routes, 51, now, sent, lens);
		for (size_t i = 0; i < n; i++) {
			assert(lens[i] <= SYNC_BULK_SIZE);
			assert(sync_datagram_open(&datagram, sent[i], lens[i], 51));
			while (sync_datagram_next(&datagram, &entry) == 1)
				n_read++;
		}
	}
	assert(n_read == bulk.n_entries && n_read <= sync_mirror_n(mirror));
	sync_mirror_free(mirror);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_calloc(size + 1, 1);

	if (size)
		memcpy(text, data, size);
	use_text(text);
	free(text);
	use_datagram(data, size);
	use_entries(data, size);
	use_relayed(data, size);
	return 0;
}
