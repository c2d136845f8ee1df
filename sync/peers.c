/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/peers.h"

#include <string.h>

/* So many in a row cannot be chance. */
#define N_IN_A_ROW 3

/* No director has a longer period. */
#define PERIOD_MAX_S 60

/* So many heartbeats as master of all instances must pass before the connections in the table are
 * this director's own. */
#define N_MASTER_MIN 3

/* After this time without any heartbeat, none was heard. */
#define NONE_HEARD_NS (5 * SYNC_HEARTBEAT_S * NS_PER_S / 2)

/* A peer is silent after so many halves of its period without a heartbeat. */
#define SILENT_HALVES 5
#define HEARD_S       (SYNC_HEARTBEAT_S * SILENT_HALVES / 2)

/* Two of our heartbeats are at most a period apart. A peer that was heard without a gap for longer
 * than this must have received one of ours meanwhile. */
#define STEADY_NS (3 * SYNC_HEARTBEAT_S * NS_PER_S / 2)

/* The kernel keeps entries back for up to 3 s. The rest is for busy machines. */
#define ANNOUNCED_NS (6 * NS_PER_S)

/* The entries that a peer reports may be so old: our kernel announced the connection within the
 * period before we noticed it, and the peer listens for entries only once in a period. */
#define SAMPLED_NS (3 * SYNC_HEARTBEAT_S * NS_PER_S)

int64_t sync_moment_age_s(const struct sync_moment *moment, struct mono now)
{
	return moment->is_known ? mono_sub(now, moment->at) / NS_PER_S : -1;
}

const char *sync_peer_state_name(enum sync_peer_state state)
{
	static const char *const names[] = {
	    [SYNC_PEER_HEARD] = "heard", [SYNC_PEER_SILENT] = "silent", [SYNC_PEER_LEFT] = "left"};

	return names[state];
}

/* Whether no heartbeat of the peer was missed before this one. */
static bool is_next(const struct sync_peer *peer, struct mono now)
{
	return mono_sub(now, peer->heartbeat.at) < (int64_t)peer->period_s * NS_PER_S * 3 / 2;
}

static int64_t silence_ns(const struct sync_peer *peer)
{
	return (int64_t)peer->period_s * NS_PER_S * SILENT_HALVES / 2;
}

/* Finds a peer by its id, since its address may have changed; otherwise by its address, since it
 * may be a new process. */
static struct sync_peer *peer_find(struct sync_peers *peers, const struct addr *addr, uint64_t id)
{
	for (size_t i = 0; i < peers->n && id; i++)
		if (peers->items[i].id == id)
			return &peers->items[i];
	for (size_t i = 0; i < peers->n; i++)
		if (!addr_cmp(&peers->items[i].addr, addr))
			return &peers->items[i];
	return NULL;
}

bool sync_peers_know(const struct sync_peers *peers, const struct addr *addr)
{
	for (size_t i = 0; i < peers->n; i++)
		if (peers->items[i].id && !addr_cmp(&peers->items[i].addr, addr))
			return true;
	return false;
}

/* Returns a free place, or else the place of the peer that has been away longest. */
static struct sync_peer *make_room(struct sync_peers *peers)
{
	struct sync_peer *oldest = NULL;

	if (peers->n < SYNC_PEERS_MAX)
		return &peers->items[peers->n++];
	for (size_t i = 0; i < peers->n; i++) {
		struct sync_peer *peer = &peers->items[i];

		if ((!peer->id || peer->state != SYNC_PEER_HEARD) &&
		    (!oldest || mono_before(peer->heartbeat.at, oldest->heartbeat.at)))
			oldest = peer;
	}
	return oldest;
}

static struct sync_peer *find_or_make(struct sync_peers *peers, const struct addr *addr,
				      uint64_t id)
{
	struct sync_peer *peer = peer_find(peers, addr, id);

	if (peer)
		return peer;
	peer = make_room(peers);
	if (peer)
		*peer = (struct sync_peer){.addr = *addr, .period_s = SYNC_HEARTBEAT_S};
	return peer;
}

static struct sync_moment moment_of_age(uint16_t age_s, struct mono now)
{
	if (age_s == SYNC_AGE_NEVER)
		return (struct sync_moment){0};
	return (struct sync_moment){true, mono_add_ns(now, -(int64_t)age_s * NS_PER_S)};
}

static const struct sync_record *find_record(const struct sync_heartbeat *heartbeat, uint64_t id)
{
	for (size_t i = 0; i < heartbeat->n_records; i++)
		if (heartbeat->records[i].id == id)
			return &heartbeat->records[i];
	return NULL;
}

/* Counts signs in a row: at `begins` of them *is_true becomes true, and without a sign false.
 * Returns the event of the change, or 0. */
static unsigned count(unsigned n_signs, unsigned *n, bool *is_true, unsigned begins, unsigned ends)
{
	bool was_true = *is_true;

	*n = n_signs ? *n + n_signs : 0;
	*is_true = n_signs && (was_true || *n >= N_IN_A_ROW);
	return *is_true == was_true ? 0 : *is_true ? begins : ends;
}

/*
 * How many signs of deafness a report contains. A report that our heartbeats do not arrive is
 * proof, unless the peer's own heartbeats have just come back after a gap: then the link was
 * interrupted in both directions, and ours may not have arrived there yet. A missing report is one
 * sign, since a peer that has just started has not received ours yet.
 */
static unsigned signs_of_deafness(const struct sync_record *record)
{
	if (!record)
		return 1;
	return record->heartbeat_s > HEARD_S ? N_IN_A_ROW : 0;
}

/* Takes in what the peer reports about us. Returns the events. */
static unsigned take_record(struct sync_peers *peers, struct sync_peer *peer,
			    const struct sync_heartbeat *heartbeat, struct mono now)
{
	const struct sync_record *record = find_record(heartbeat, peers->own_id);
	struct sync_moment there;
	unsigned n_signs = signs_of_deafness(record), events = 0;

	peer->hears_us = n_signs == 0;
	if (peer->hears_us || !record || mono_sub(now, peer->steady) >= STEADY_NS)
		events = count(n_signs, &peer->n_deaf, &peer->is_deaf, SYNC_PEER_IS_DEAF,
			       SYNC_PEER_HEARS);
	if (!record)
		return events;
	there = moment_of_age(record->entries_s, now);
	if (there.is_known)
		peer->entries_there = there;
	if (peers->announced.is_known && peer->hears_us &&
	    mono_sub(now, peers->announced.at) >= ANNOUNCED_NS) {
		bool has_entries =
		    peer->entries_there.is_known &&
		    mono_sub(peers->announced.at, peer->entries_there.at) <= SAMPLED_NS;

		events |= count(!has_entries, &peer->n_without_entries, &peer->lacks_entries,
				SYNC_PEER_LACKS_ENTRIES, SYNC_PEER_HAS_ENTRIES);
		peers->announced.is_known = false;
	}
	return events;
}

unsigned sync_peers_hear(struct sync_peers *peers, const struct addr *addr,
			 const struct sync_heartbeat *heartbeat, struct mono now,
			 const struct sync_peer **ret_peer)
{
	struct sync_peer *peer;
	unsigned events = 0;

	*ret_peer = NULL;
	if (heartbeat->id == peers->own_id)
		return 0;
	peer = find_or_make(peers, addr, heartbeat->id);
	if (!peer)
		return SYNC_PEER_NO_ROOM;
	*ret_peer = peer;
	if (!peer->id)
		events = SYNC_PEER_NEW;
	else if (peer->state != SYNC_PEER_HEARD && !heartbeat->is_leaving)
		events = SYNC_PEER_BACK |
			 (peer->state == SYNC_PEER_SILENT ? SYNC_PEER_WAS_SILENT : 0);
	if (peer->id != heartbeat->id) {
		events |= SYNC_PEER_RESTARTED;
		peer->n_deaf = 0;
	}
	if (events || !is_next(peer, now))
		peer->steady = now;
	peer->addr = *addr;
	peer->id = heartbeat->id;
	peer->period_s = heartbeat->period_s && heartbeat->period_s <= PERIOD_MAX_S
			     ? heartbeat->period_s
			     : SYNC_HEARTBEAT_S;
	peer->heartbeat = (struct sync_moment){true, now};
	if (heartbeat->is_leaving) {
		events |= peer->state == SYNC_PEER_LEFT ? 0 : SYNC_PEER_LEAVES;
		peer->state = SYNC_PEER_LEFT;
		return events;
	}
	peer->state = SYNC_PEER_HEARD;
	return events | take_record(peers, peer, heartbeat, now);
}

void sync_peers_hear_entries(struct sync_peers *peers, const struct addr *addr, struct mono now)
{
	struct sync_peer *peer = find_or_make(peers, addr, 0);

	if (peer)
		peer->entries = (struct sync_moment){true, now};
}

void sync_peers_announced(struct sync_peers *peers, struct mono now)
{
	if (!peers->announced.is_known)
		peers->announced = (struct sync_moment){true, now};
}

const struct sync_peer *sync_peers_step(struct sync_peers *peers, struct mono now)
{
	for (size_t i = 0; i < peers->n; i++) {
		struct sync_peer *peer = &peers->items[i];

		if (!peer->id || peer->state != SYNC_PEER_HEARD ||
		    mono_sub(now, peer->heartbeat.at) < silence_ns(peer))
			continue;
		peer->state = SYNC_PEER_SILENT;
		return peer;
	}
	return NULL;
}

struct mono sync_peers_wake(const struct sync_peers *peers)
{
	struct mono wake = MONO_NEVER;

	for (size_t i = 0; i < peers->n; i++) {
		const struct sync_peer *peer = &peers->items[i];

		if (peer->id && peer->state == SYNC_PEER_HEARD)
			wake = mono_min(wake, mono_add_ns(peer->heartbeat.at, silence_ns(peer)));
	}
	return wake;
}

static uint16_t wire_age(const struct sync_moment *moment, struct mono now)
{
	int64_t age_s = sync_moment_age_s(moment, now);

	return age_s < 0 || age_s > SYNC_AGE_NEVER ? SYNC_AGE_NEVER : (uint16_t)age_s;
}

struct sync_heartbeat sync_peers_report(const struct sync_peers *peers, struct mono now)
{
	struct sync_heartbeat heartbeat = {.id = peers->own_id, .period_s = SYNC_HEARTBEAT_S};

	for (size_t i = 0; i < peers->n; i++) {
		const struct sync_peer *peer = &peers->items[i];

		if (peer->id)
			heartbeat.records[heartbeat.n_records++] = (struct sync_record){
			    .id = peer->id,
			    .heartbeat_s = wire_age(&peer->heartbeat, now),
			    .entries_s = wire_age(&peer->entries, now),
			};
	}
	return heartbeat;
}

static bool is_any_heard(const struct sync_peers *peers)
{
	for (size_t i = 0; i < peers->n; i++)
		if (peers->items[i].id)
			return true;
	return false;
}

bool sync_peers_none_heard(const struct sync_peers *peers, struct mono began, struct mono now)
{
	return !is_any_heard(peers) && mono_sub(now, began) >= NONE_HEARD_NS;
}

const char *sync_peers_state_name(const struct sync_peers *peers)
{
	const char *name = "never heard";
	bool is_heard = false;

	for (size_t i = 0; i < peers->n; i++) {
		const struct sync_peer *peer = &peers->items[i];

		if (!peer->id)
			continue;
		if (peer->state == SYNC_PEER_SILENT)
			return sync_peer_state_name(peer->state);
		if (!is_heard)
			name = sync_peer_state_name(peer->state);
		is_heard = is_heard || peer->state == SYNC_PEER_HEARD;
	}
	return name;
}

bool sync_announcing_step(struct sync_announcing *announcing, bool is_master, bool is_known,
			  uint64_t n_active)
{
	bool has_more = n_active > announcing->n_active;

	announcing->n_master = is_master ? announcing->n_master + 1 : 0;
	announcing->n_active = n_active;
	return announcing->n_master > N_MASTER_MIN && is_known && has_more;
}
