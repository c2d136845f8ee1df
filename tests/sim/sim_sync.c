/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two or three directors whose relays carry the connections of model kernels over a bad network, on a virtual clock.
 *
 * Real: the machine of each peer (sync/relay/peer.h) with all that it uses, mirror, bulk, routes, and the frames on the
 * wire but for their encryption. Fake: kernels with connections that come, change and go; who is MASTER of which
 * address; the network, with loss up to 30 %, copies, changed order, cuts of one direction or both; the handshake,
 * which succeeds where both directions work; the death of sync processes and of whole machines; services that are added
 * and removed.
 *
 * Claims, at any time:
 *  - a director takes no entry for a service that it serves itself;
 *  - an entry of a frame never replaces one of a later frame of the same session;
 *  - no director is READY for a peer for longer than two rounds of counters while more than 2 % of what the peer counts
 *    is missing in its own kernel;
 *  - frames that ask for others, frames that are sent again, bulks and the bytes of the ring stay within their bounds;
 *  - a peer that floods changes nothing for another peer.
 * After the peace: each director is READY for each other one, and has every connection of every master, with the state
 * that the master announced last.
 *
 * Usage: sim_sync [SCENARIOS [FIRST]]   or   sim_sync seed SEED   to replay one.
 */
#include "base/mem.h"
#include "sync/bulk.h"
#include "sync/relay/counts.h"
#include "sync/relay/peer.h"
#include "tests/sim/sync_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCENARIOS 300
#define NODES	  3
#define CONNS	  200
#define SYNCID	  5
#define PEACE_S	  32
#define QUIET_S	  4 /* of it, at its end: connections change no more */
#define ROUNDS_NS (24 * NS_PER_S)

/* A connection in a kernel. */
struct conn {
	bool is_there;
	uint32_t version; /* grows with each change, whoever makes it */
	int from;	  /* the peer that it came from; -1: the own kernel's */
	uint64_t session, seq; /* of the frame that it came in */
};

struct side {
	struct relay_peer *peer;
	uint64_t session; /* 0: none */
	struct sync_bulk bulk;
	struct mono wake;
	uint32_t n_dropped; /* by the kernel, not yet said */
	struct mono ready_without; /* since when it is READY though connections are missing */
	bool is_without;
	uint64_t n_nacks, n_again, n_bulks; /* at the last look */
};

struct node {
	bool is_alive; /* its sync process */
	unsigned configured, own; /* services, as bits */
	struct sync_routes routes, own_routes;
	struct sync_mirror *mirror;
	struct conn conns[CONNS];
	struct side sides[NODES];
	struct mono restart; /* of its sync process */
};

static struct {
	uint64_t random, seed, last_session;
	struct mono now;
	unsigned n;
	struct node nodes[NODES];
	struct sync_net net;
	bool cut[NODES][NODES];
	unsigned loss, copies, mixed, drops; /* per mille */
	uint32_t version;
	bool is_peace;
	uint64_t seq; /* of the frame that arrives */
	const char *failure;
} sim;

/* What must have happened. */
static struct {
	unsigned long ready, degraded, dead, resent, lost, recovered, older, own, route, dropped, cut, splits, restarts,
	    reboots, stops, floods, coverage, bulks[RELAY_BULK_N_REASONS];
} met;

static uint64_t below(uint64_t n)
{
	uint64_t z = sim.random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	return n ? z % n : 0;
}

static bool chance(unsigned per_mille)
{
	return below(1000) < per_mille;
}

static void fail(const char *what)
{
	if (!sim.failure)
		sim.failure = what;
}

/* --- the network --- */

static int64_t delay_ns(void)
{
	return (int64_t)below(2000) * NS_PER_US + (chance(sim.mixed) ? (int64_t)below(60) * NS_PER_MS : 0);
}

static void transmit(int from, int to, const uint8_t *frame, size_t len)
{
	unsigned copies = 1 + chance(sim.copies);

	for (unsigned i = 0; i < copies; i++)
		if (!sim.cut[from][to] && !chance(sim.loss))
			sync_net_put(&sim.net,
				     &(struct packet){.at = mono_add_ns(sim.now, delay_ns()),
						      .session = sim.nodes[from].sides[to].session,
						      .from = from,
						      .to = to},
				     frame, len);
}

/* --- connections --- */

static void counts_make(const struct node *node, unsigned services, struct relay_counts *counts)
{
	memset(counts, 0, sizeof(*counts));
	for (unsigned conn = 0; conn < CONNS; conn++)
		if (node->conns[conn].is_there && (services >> model_service(conn) & 1))
			counts->served[conn % (2 * MODEL_SERVICES)]++;
}

static void rules_make(struct node *node)
{
	model_routes(&node->routes, node->configured);
	model_routes(&node->own_routes, node->own);
}

/* --- a relay --- */

static void step(int at, int to, const struct relay_event *event);

/* A frame with its header, which is not encrypted here. */
static size_t seal(const struct relay_send *send, uint8_t frame[static RELAY_FRAME_MAX])
{
	uint8_t payload[RELAY_PAYLOAD_MAX];
	struct relay_header header = {.type = (uint8_t)send->body.type, .flags = send->body.flags, .seq = send->seq};

	header.len = (uint16_t)relay_body_encode(&send->body, payload);
	relay_header_encode(&header, frame);
	memcpy(frame + RELAY_HEADER_SIZE, payload, header.len);
	memset(frame + RELAY_HEADER_SIZE + header.len, 0, RELAY_TAG_SIZE);
	return RELAY_HEADER_SIZE + header.len + RELAY_TAG_SIZE;
}

static void open_frame(const struct packet *packet, struct relay_body *body, uint64_t *ret_seq)
{
	struct relay_header header;

	if (!relay_header_decode(packet->frame, packet->len, &header) ||
	    !relay_body_decode(&header, packet->frame + RELAY_HEADER_SIZE, body)) {
		printf("FAILED: a frame cannot be read\nreplay: sim_sync seed %llu\n", (unsigned long long)sim.seed);
		exit(EXIT_FAILURE);
	}
	*ret_seq = header.seq;
}

/* The kernel of a node gets a datagram that a peer's relay let through. */
static void kernel_take(int at, int from, const uint8_t *data, size_t len)
{
	uint64_t session = sim.nodes[at].sides[from].session;
	struct node *node = &sim.nodes[at];
	struct sync_datagram reader;
	struct sync_entry entry;

	if (!sync_datagram_open(&reader, data, len, SYNCID))
		fail("a kernel got bytes that it does not read");
	while (!sim.failure && sync_datagram_next(&reader, &entry) == 1) {
		unsigned number = model_conn(&entry);
		struct conn *conn = &node->conns[number];

		if (node->own >> model_service(number) & 1)
			fail("a director took an entry for a service that it serves");
		if (!(node->configured >> model_service(number) & 1))
			fail("a director took an entry for a service that it does not have");
		if (conn->from == from && conn->session == session && sim.seq < conn->seq)
			fail("an older entry replaced a newer one");
		*conn = (struct conn){entry.state == MODEL_ESTABLISHED, model_version(&entry), from, session, sim.seq};
		sync_mirror_take(node->mirror, &entry, sim.now);
	}
}

static void give_kernel(int at, int from, const struct relay_actions *actions)
{
	if (!actions->kernel_len)
		return;
	if (chance(sim.drops)) {
		sim.nodes[at].sides[from].n_dropped++;
		met.dropped++;
		return;
	}
	kernel_take(at, from, actions->kernel, actions->kernel_len);
}

static void count(int at, int to)
{
	const struct node *node = &sim.nodes[at];
	struct relay_counts served, here;

	counts_make(node, node->own, &served);
	counts_make(node, ~0u, &here);
	step(at, to, &(struct relay_event){.type = RELAY_EVENT_COUNTS, .counts = {&served, &here}});
}

static void note_state(const struct relay_peer *peer)
{
	met.ready += peer->state == RELAY_READY;
	met.degraded += peer->state == RELAY_DEGRADED;
	met.dead += peer->state == RELAY_DOWN && !peer->has_left;
	met.stops += peer->has_left;
}

static void carry_out(int at, int to, const struct relay_actions *actions)
{
	struct side *side = &sim.nodes[at].sides[to];
	uint8_t frame[RELAY_FRAME_MAX];
	size_t len;

	for (size_t i = 0; i < actions->n_sends; i++) {
		const struct relay_send *send = &actions->sends[i];

		len = seal(send, frame);
		relay_peer_sealed(side->peer, send->seq, send->body.type, frame, len, sim.now);
		transmit(at, to, frame, len);
	}
	for (size_t i = 0; i < actions->n_again; i++) {
		const uint8_t *again = relay_ring_find(side->peer->ring, actions->again[i], &len);

		if (again)
			transmit(at, to, again, len);
		met.resent++;
	}
	give_kernel(at, to, actions);
	if (actions->is_bulk_begun) {
		sync_bulk_begin(&side->bulk, sim.nodes[at].mirror, sim.now);
		met.bulks[side->peer->bulk.reason]++;
	}
	if (actions->is_state_new)
		note_state(side->peer);
	if (actions->is_session_over)
		side->session = 0;
	if (actions->is_count_wanted)
		count(at, to);
}

static void step(int at, int to, const struct relay_event *event)
{
	struct node *node = &sim.nodes[at];
	struct side *side = &node->sides[to];
	const struct relay_self self = {.rules = {&node->routes, &node->own_routes, SYNCID},
					.n_entries = (uint32_t)sync_mirror_n(node->mirror),
					.is_master = node->own > 0};
	struct relay_actions *actions = mem_calloc(1, sizeof(*actions));

	relay_peer_step(side->peer, &self, event, sim.now, actions);
	carry_out(at, to, actions);
	free(actions);
	side->wake = mono_min(relay_peer_wake(side->peer), relay_peer_bulk_wake(side->peer));
}

static void step_all(int at, const struct relay_event *event)
{
	for (unsigned to = 0; to < sim.n; to++)
		if ((int)to != at)
			step(at, (int)to, event);
}

static void wake(int at, int to)
{
	struct node *node = &sim.nodes[at];
	struct side *side = &node->sides[to];
	uint8_t data[SYNC_BULK_SIZE];

	if (mono_reached(sim.now, relay_peer_bulk_wake(side->peer))) {
		size_t len = sync_bulk_next(&side->bulk, node->mirror, &node->own_routes, SYNCID, sim.now, data);

		step(at, to, &(struct relay_event){.type = RELAY_EVENT_BULK, .bytes = {data, len}});
	} else {
		step(at, to, &(struct relay_event){.type = RELAY_EVENT_TICK});
	}
}

static void arrive(struct packet *packet)
{
	const struct side *side = &sim.nodes[packet->to].sides[packet->from];
	struct relay_body body;
	uint64_t seq;

	if (sim.nodes[packet->to].is_alive && packet->session && side->session == packet->session) {
		open_frame(packet, &body, &seq);
		sim.seq = seq;
		step(packet->to, packet->from,
		     &(struct relay_event){.type = RELAY_EVENT_FRAME, .frame = {seq, &body}});
	}
	free(packet->frame);
}

/* --- the kernels' own connections --- */

/* The kernel announces the connection, and the sync process hears it. */
static void announce(int at, unsigned number)
{
	struct node *node = &sim.nodes[at];
	struct conn *conn = &node->conns[number];
	uint8_t raw[MODEL_ENTRY_LEN], data[100];
	struct sync_datagram_writer writer = {.data = data, .size = sizeof(data)};
	struct sync_datagram one = {.at = raw, .end = raw + MODEL_ENTRY_LEN, .n_left = 1};
	struct sync_entry entry;

	model_entry(number, conn->version, conn->is_there, raw);
	sync_datagram_next(&one, &entry);
	if (!node->is_alive)
		return;
	sync_mirror_take(node->mirror, &entry, sim.now);
	sync_datagram_put(&writer, &entry, entry.timeout_s);
	step_all(at, &(struct relay_event){.type = RELAY_EVENT_LOCAL,
					   .bytes = {data, sync_datagram_end(&writer, SYNCID)}});
}

static void change_connection(void)
{
	unsigned number = (unsigned)below(CONNS);

	for (unsigned at = 0; at < sim.n; at++) {
		struct conn *conn = &sim.nodes[at].conns[number];

		if (!(sim.nodes[at].own >> model_service(number) & 1))
			continue;
		*conn = (struct conn){!conn->is_there || !chance(300), ++sim.version, -1, 0, 0};
		announce((int)at, number);
	}
}

static void sync_start(int at)
{
	struct node *node = &sim.nodes[at];

	node->is_alive = true;
	sync_mirror_free(node->mirror);
	node->mirror = sync_mirror_new(CONNS, sim.seed);
	/* From the kernel's list. */
	for (unsigned number = 0; number < CONNS; number++) {
		uint8_t raw[MODEL_ENTRY_LEN];
		struct sync_datagram one = {.at = raw, .end = raw + MODEL_ENTRY_LEN, .n_left = 1};
		struct sync_entry entry;

		model_entry(number, node->conns[number].version, true, raw);
		sync_datagram_next(&one, &entry);
		if (node->conns[number].is_there)
			sync_mirror_take(node->mirror, &entry, sim.now);
	}
	for (unsigned to = 0; to < sim.n; to++) {
		struct side *side = &node->sides[to];

		relay_peer_free(side->peer);
		*side = (struct side){.wake = MONO_NEVER};
		if ((int)to != at)
			side->peer = relay_peer_new(below(UINT64_MAX));
	}
}

static void sync_die(int at)
{
	struct node *node = &sim.nodes[at];

	for (unsigned to = 0; to < sim.n; to++)
		node->sides[to].session = 0, node->sides[to].wake = MONO_NEVER;
	node->is_alive = false;
	node->restart = mono_add_ns(sim.now, (int64_t)below(5000) * NS_PER_MS);
}

static void become_master(unsigned service, int at)
{
	bool is_news = !(sim.nodes[at].own >> service & 1);

	for (int i = 0; i < (int)sim.n; i++) {
		if (i == at || !(sim.nodes[i].own >> service & 1))
			continue;
		sim.nodes[i].own &= ~(1u << service);
		rules_make(&sim.nodes[i]);
		if (sim.nodes[i].is_alive)
			step_all(i, &(struct relay_event){.type = RELAY_EVENT_BACKUP});
		is_news = true;
	}
	if (!is_news)
		return;
	sim.nodes[at].own |= 1u << service;
	rules_make(&sim.nodes[at]);
	if (sim.nodes[at].is_alive)
		step_all(at, &(struct relay_event){.type = RELAY_EVENT_MASTER});
}

static int other_node(int at)
{
	return (int)(((unsigned)at + 1 + below(sim.n - 1)) % sim.n);
}

static void reboot(int at)
{
	struct node *node = &sim.nodes[at];

	for (unsigned service = 0; service < MODEL_SERVICES; service++)
		if (node->own >> service & 1)
			become_master(service, other_node(at));
	for (unsigned i = 0; i < CONNS; i++)
		node->conns[i] = (struct conn){.from = -1};
	sync_die(at);
}

static void set_services(int at, unsigned services)
{
	struct node *node = &sim.nodes[at];
	unsigned added = services & ~node->configured;

	node->configured = services | node->own;
	rules_make(node);
	for (unsigned i = 0; i < CONNS; i++)
		if (!(node->configured >> model_service(i) & 1))
			node->conns[i] = (struct conn){.from = -1};
	if (added && node->is_alive)
		step_all(at, &(struct relay_event){.type = RELAY_EVENT_SERVICES});
}

/* --- sessions --- */

static void shake_hands(void)
{
	for (int a = 0; a < (int)sim.n; a++) {
		for (int b = a + 1; b < (int)sim.n; b++) {
			struct side *sides[] = {&sim.nodes[a].sides[b], &sim.nodes[b].sides[a]};
			bool is_there = sides[0]->session && sides[0]->session == sides[1]->session;
			const struct relay_event up = {.type = RELAY_EVENT_UP, .payload_max = RELAY_PAYLOAD_MAX};

			if (is_there || !sim.nodes[a].is_alive || !sim.nodes[b].is_alive || sim.cut[a][b] ||
			    sim.cut[b][a] || chance(2 * sim.loss))
				continue;
			sides[0]->session = sides[1]->session = ++sim.last_session;
			step(a, b, &up);
			step(b, a, &up);
		}
	}
}

/* --- trouble --- */

static void cut(void)
{
	int a = (int)below(sim.n), b = other_node(a);

	sim.cut[a][b] = true;
	if (chance(600))
		sim.cut[b][a] = true;
	met.cut++;
}

static void heal(void)
{
	memset(sim.cut, 0, sizeof(sim.cut));
}

static void trouble(void)
{
	int at = (int)below(sim.n);
	unsigned service = (unsigned)below(MODEL_SERVICES);

	switch (below(16)) {
	case 0:
		cut();
		break;
	case 1:
	case 2:
		heal();
		break;
	case 3:
		if (sim.nodes[at].is_alive)
			met.restarts++, sync_die(at);
		break;
	case 4:
		if (chance(300) && sim.nodes[at].is_alive)
			met.reboots++, reboot(at);
		break;
	case 5:
		become_master(service, at);
		break;
	case 6: /* both are master for a while */
		sim.nodes[at].own |= 1u << service;
		sim.nodes[at].configured |= 1u << service;
		rules_make(&sim.nodes[at]);
		met.splits++;
		break;
	case 7:
		set_services(at, sim.nodes[at].configured & ~(1u << service));
		break;
	case 8:
	case 9:
		set_services(at, sim.nodes[at].configured | 1u << service);
		break;
	case 10:
		sim.loss = (unsigned)below(301), sim.copies = (unsigned)below(100), sim.mixed = (unsigned)below(200);
		sim.drops = chance(200) ? (unsigned)below(100) : 0;
		break;
	case 11:
		if (sim.nodes[at].is_alive)
			step_all(at, &(struct relay_event){.type = RELAY_EVENT_RESYNC});
		break;
	case 12:
		if (sim.nodes[at].is_alive && chance(300))
			step_all(at, &(struct relay_event){.type = RELAY_EVENT_LEAVE}), sync_die(at);
		break;
	default: /* many at once */
		for (unsigned i = 0, n = (unsigned)below(60); i < n; i++)
			change_connection();
		break;
	}
}

static void make_peace(void)
{
	sim.is_peace = true;
	sim.loss = sim.copies = sim.mixed = sim.drops = 0;
	heal();
	for (unsigned at = 0; at < sim.n; at++)
		if (!sim.nodes[at].is_alive)
			sync_start((int)at);
	for (unsigned service = 0; service < MODEL_SERVICES; service++) {
		int master = (int)below(sim.n);

		for (unsigned at = 0; at < sim.n; at++)
			if (sim.nodes[at].own >> service & 1)
				master = (int)at;
		become_master(service, master);
	}
	for (unsigned at = 0; at < sim.n; at++)
		set_services((int)at, (1u << MODEL_SERVICES) - 1);
}

/* --- claims --- */

/* Once a second: what the kernels dropped is told, and the bounds are looked at. */
static void look_at_side(int at, int to)
{
	struct side *side = &sim.nodes[at].sides[to];
	struct relay_peer *peer = side->peer;
	struct relay_counts theirs, here;
	uint32_t coverage = RELAY_COVERAGE_ALL;

	if (side->n_dropped) {
		uint32_t n = side->n_dropped;

		side->n_dropped = 0;
		step(at, to, &(struct relay_event){.type = RELAY_EVENT_DROPS, .n = n});
	}
	if (peer->gaps.n_nacks > side->n_nacks + 201)
		fail("too many frames that ask in a second");
	if (peer->n_again > side->n_again + RELAY_AGAIN_PER_S + RELAY_AGAIN_BURST)
		fail("too many frames that are sent again in a second");
	if (relay_ring_bytes(peer->ring) > RELAY_RING_BYTES)
		fail("the ring is too big");
	side->n_nacks = peer->gaps.n_nacks;
	side->n_again = peer->n_again;
	counts_make(&sim.nodes[to], sim.nodes[to].own, &theirs);
	counts_make(&sim.nodes[at], ~0u, &here);
	relay_coverage(&theirs, &here, &coverage);
	if (peer->state != RELAY_READY || coverage >= RELAY_COVERAGE_MIN) {
		side->is_without = false;
		return;
	}
	if (!side->is_without)
		side->ready_without = sim.now;
	side->is_without = true;
	if (mono_sub(sim.now, side->ready_without) > ROUNDS_NS)
		fail("READY, though more than 2 % has been missing for two rounds");
}

static void look(void)
{
	for (unsigned at = 0; at < sim.n; at++)
		for (unsigned to = 0; to < sim.n; to++)
			if (at != to && sim.nodes[at].is_alive && sim.nodes[to].is_alive)
				look_at_side((int)at, (int)to);
}

static void look_at_last(int at, int master)
{
	const struct node *node = &sim.nodes[at], *other = &sim.nodes[master];
	const struct relay_peer *peer = node->sides[master].peer;

	if (peer->state != RELAY_READY)
		fail("a director is not READY after the peace");
	for (unsigned i = 0; i < CONNS; i++) {
		if (!(other->own >> model_service(i) & 1) || !other->conns[i].is_there)
			continue;
		if (!node->conns[i].is_there)
			fail("a connection is missing after the peace");
		/* What another peer sent last is older: its frames came late, and no number orders two peers. */
		if (node->conns[i].from == master && node->conns[i].version != other->conns[i].version)
			fail("a connection has an older state after the peace");
	}
	met.lost += peer->gaps.n_lost;
	met.recovered += peer->gaps.n_recovered;
	met.older += peer->allowed.n_refused[RELAY_REFUSED_OLDER];
	met.own += peer->allowed.n_refused[RELAY_REFUSED_OWN];
	met.route += peer->allowed.n_refused[RELAY_REFUSED_ROUTE];
}

/* The last peer of the first director sends more than is taken; the first one must stay READY for the other. */
static void flood(void)
{
	struct relay_peer *peer = sim.nodes[0].sides[2].peer;
	const struct relay_peer *other = sim.nodes[0].sides[1].peer;
	uint8_t data[RELAY_PAYLOAD_MAX] = {0, SYNCID, RELAY_PAYLOAD_MAX >> 8, RELAY_PAYLOAD_MAX & 0xff, 255, 1};
	struct relay_body body = {.type = RELAY_DATA, .bytes = {data, RELAY_PAYLOAD_MAX}};
	uint32_t rate = other->pace.rate;
	uint64_t before = peer->n_injected + peer->allowed.n_refused[RELAY_REFUSED_ENTRY], n_flooded = peer->n_flooded;

	for (unsigned i = 0; i < 3000; i++) {
		const struct relay_event event = {.type = RELAY_EVENT_FRAME, .frame = {peer->gaps.top + 1, &body}};

		step(0, 2, &event);
	}
	if (peer->state != RELAY_DOWN && peer->n_flooded == n_flooded)
		fail("a flood was taken");
	if (peer->n_injected + peer->allowed.n_refused[RELAY_REFUSED_ENTRY] - before >
	    2 * RELAY_TAKE_PER_S / 255 / 10 + 2)
		fail("a flood was taken");
	if (other->state != RELAY_READY || other->pace.rate != rate)
		fail("a flood by a peer changed another peer");
	met.floods++;
}

/* --- a scenario --- */

/* Runs up to this time. */
static void run_until(struct mono end)
{
	while (!sim.failure) {
		struct mono next = sim.net.n ? sim.net.items[0].at : MONO_NEVER;
		int at = -1, to = -1;

		for (unsigned i = 0; i < sim.n; i++)
			for (unsigned k = 0; k < sim.n; k++)
				if (i != k && sim.nodes[i].is_alive &&
				    mono_before(sim.nodes[i].sides[k].wake, next))
					next = sim.nodes[i].sides[k].wake, at = (int)i, to = (int)k;
		if (!mono_before(next, end))
			break;
		if (mono_before(sim.now, next))
			sim.now = next;
		if (at >= 0) {
			wake(at, to);
		} else {
			struct packet packet = sync_net_take(&sim.net);

			arrive(&packet);
		}
	}
	sim.now = end;
}

static void run(unsigned n_slices, bool is_quiet)
{
	for (unsigned i = 0; i < n_slices && !sim.failure; i++) {
		run_until(mono_add_ns(sim.now, 250 * NS_PER_MS));
		for (unsigned at = 0; at < sim.n; at++)
			if (!sim.nodes[at].is_alive && mono_reached(sim.now, sim.nodes[at].restart))
				sync_start((int)at);
		shake_hands();
		if (!sim.is_peace && chance(700))
			trouble();
		if (!is_quiet && chance(100))
			change_connection();
		if (i % 4 == 3)
			look();
	}
}

static void begin(uint64_t seed)
{
	memset(&sim, 0, sizeof(sim));
	sim.seed = seed;
	sim.random = seed * 0x2545f4914f6cdd1du + 1;
	sim.now = (struct mono){1000 * NS_PER_S};
	sim.n = 2 + (unsigned)below(2);
	for (unsigned at = 0; at < sim.n; at++) {
		sim.nodes[at].configured = (1u << MODEL_SERVICES) - 1;
		for (unsigned i = 0; i < CONNS; i++)
			sim.nodes[at].conns[i].from = -1;
	}
	for (unsigned service = 0; service < MODEL_SERVICES; service++)
		sim.nodes[below(sim.n)].own |= 1u << service;
	for (unsigned at = 0; at < sim.n; at++) {
		rules_make(&sim.nodes[at]);
		sync_start((int)at);
	}
	for (unsigned i = 0; i < CONNS; i++)
		if (chance(800))
			change_connection();
	sim.loss = (unsigned)below(301);
	sim.copies = (unsigned)below(100);
	sim.mixed = (unsigned)below(200);
}

static void end(void)
{
	sync_net_free(&sim.net);
	for (unsigned at = 0; at < sim.n; at++) {
		sync_mirror_free(sim.nodes[at].mirror);
		sync_routes_free(&sim.nodes[at].routes);
		sync_routes_free(&sim.nodes[at].own_routes);
		for (unsigned to = 0; to < sim.n; to++)
			relay_peer_free(sim.nodes[at].sides[to].peer);
	}
}

static bool holds(uint64_t seed)
{
	begin(seed);
	run(20 + (unsigned)below(80), false);
	make_peace();
	run(4 * (PEACE_S - QUIET_S), false);
	run(4 * QUIET_S, true);
	for (int at = 0; at < (int)sim.n; at++)
		for (int to = 0; to < (int)sim.n; to++)
			if (at != to && !sim.failure)
				look_at_last(at, to);
	if (sim.n == 3 && !sim.failure && chance(200))
		flood();
	if (sim.failure)
		printf("FAILED: %s\nreplay: sim_sync seed %llu\n", sim.failure, (unsigned long long)seed);
	end();
	return !sim.failure;
}

/* Whether what the claims are about happened. */
static bool was_wild(void)
{
	const struct {
		const char *what;
		unsigned long n;
	} rows[] = {
	    {"ready", met.ready},	 {"degraded", met.degraded}, {"dead", met.dead},     {"resent", met.resent},
	    {"lost", met.lost},		 {"recovered", met.recovered}, {"older", met.older}, {"own", met.own},
	    {"route", met.route},	 {"dropped", met.dropped},   {"cut", met.cut},	     {"splits", met.splits},
	    {"restarts", met.restarts},	 {"reboots", met.reboots},   {"stops", met.stops},   {"floods", met.floods},
	    {"bulk join", met.bulks[0]}, {"bulk gap", met.bulks[1]}, {"bulk services", met.bulks[2]},
	    {"bulk coverage", met.bulks[3]}, {"bulk master", met.bulks[4]}, {"bulk command", met.bulks[5]},
	};
	bool is_wild = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		printf("%s%s %lu", i ? ", " : "", rows[i].what, rows[i].n);
		is_wild &= rows[i].n > 0;
	}
	printf("\n");
	return is_wild;
}

int main(int argc, char **argv)
{
	bool is_replay = argc == 3 && !strcmp(argv[1], "seed");
	unsigned long n = argc >= 2 ? strtoul(argv[1], NULL, 10) : SCENARIOS, failures = 0;
	uint64_t first = argc == 3 ? strtoull(argv[2], NULL, 10) : 1;

	if (is_replay)
		return holds(first) ? EXIT_SUCCESS : EXIT_FAILURE;
	for (unsigned long i = 0; i < n && failures < 5; i++)
		failures += !holds(first + i);
	printf("%lu scenarios, %lu failed\n", n, failures);
	if (!was_wild() && n >= SCENARIOS && !failures) {
		printf("FAILED: something of this never happened\n");
		failures++;
	}
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
