/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VRRP routers on a virtual network and a virtual clock. Each scenario comes from one seed:
 * routers, priorities and intervals; a time of trouble (loss, delay, duplication, one-way
 * partitions, pauses of the process and of the whole machine, crashes, links down, priority
 * changes, forged adverts); then peace, in which the claims below must hold. Adverts travel as
 * bytes, through the encoder, the decoder and the check. One scenario in four speaks version 2,
 * half of those with a password.
 *
 * Claims: (1) after three master-down intervals of peace, and what may hold preemption, there is
 * exactly one master, the best one if all preempt; (2) it stays so, with one advert an interval;
 * (3) without preemption no restart or pause of a backup displaces a living master; (4) a master
 * whose process is replaced at once is not displaced; (5) a master that hears a better one is
 * master no more; (6) the addresses are on the masters and nowhere else, and the advert goes out
 * before they are added; (7) an advert with a wrong password or interval never reaches the
 * machine (version 2); (8) with connection sync (two scenarios in five) a router that started or
 * left FAULT preempts no master that it hears before the hold is over, unless that one lowers its
 * priority; (9) whether the director answers or hangs, the hold ends, and the best router is
 * master; (10) in peace the one master has announced its addresses after each other router stepped
 * down for a better one.
 *
 * Usage: sim_vrrp [SCENARIOS]   or   sim_vrrp seed SEED   to replay one with a trace.
 */
#include "vrrp/fsm.h"
#include "vrrp/pkt.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUTERS_MAX  5
#define PACKETS_MAX  4096
#define BYTES_MAX    20
#define TROUBLES     40
#define SCENARIOS    10000
#define DEFAULT_SEED 1

struct router {
	struct vrrp_fsm_conf conf;
	struct vrrp_fsm fsm;
	bool is_alive, has_vips;
	bool is_machine_paused; /* packets are lost; of a stopped process they wait */
	struct mono paused_until;
	int64_t jitter_ns; /* how late its next timer is */
	bool is_director_hung;
	struct mono answer_at; /* of the director, which was asked to say hello; MONO_NEVER */
	/* For claim 8: the lower master that was heard first since the return. */
	bool has_returned;
	struct mono returned_at;
	struct mono lower_since; /* MONO_NEVER: there is nothing to claim */
	unsigned lower_from;
	uint8_t lower_priority;
	unsigned sent;
	struct mono announced_at, yielded_at; /* yielded_at: MASTER -> BACKUP for a better one */
};

struct packet {
	struct mono at;
	uint64_t order;
	unsigned from, to;
	uint8_t bytes[BYTES_MAX];
	size_t len;
	bool is_forged;
};

static struct {
	uint64_t random;
	struct mono now;
	struct router routers[ROUTERS_MAX];
	unsigned n;
	struct packet packets[PACKETS_MAX];
	uint64_t n_forged;
	size_t n_packets;
	uint64_t next_order;
	unsigned loss_percent, duplicate_percent;
	int64_t delay_max_ns, jitter_max_ns, interval_max_ns;
	bool is_cut[ROUTERS_MAX][ROUTERS_MAX];
	bool is_mixed; /* intervals differ: a fresh backup does not know how long the master's is */
	uint8_t version;
	const char *password; /* NULL: none */
	bool is_tracing;
	jmp_buf failed;
	char failure[256];
	uint64_t n_events;
} sim;

/* --- chance --- */

static uint64_t chance(void)
{
	uint64_t z = sim.random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static uint64_t below(uint64_t n)
{
	return n ? chance() % n : 0;
}

static bool percent(unsigned n)
{
	return below(100) < n;
}

/* --- claims --- */

static _Noreturn void fail(const char *what)
{
	snprintf(sim.failure, sizeof(sim.failure), "%s", what);
	longjmp(sim.failed, 1);
}

static void claim(bool is_true, const char *what)
{
	if (!is_true)
		fail(what);
}

/* --- routers --- */

static struct addr address_of(unsigned i)
{
	return (struct addr){AF_INET, {10, 0, 0, (uint8_t)(i + 1)}};
}

static void trace(unsigned i, const char *what)
{
	const struct router *router = &sim.routers[i];

	if (sim.is_tracing)
		printf("%10.4f s  router %u (priority %u, %s) %s\n", (double)sim.now.ns / NS_PER_S,
		       i, router->conf.priority, vrrp_state_text(router->fsm.state), what);
}

static void put_packet(const struct packet *packet)
{
	claim(sim.n_packets < PACKETS_MAX, "a storm of adverts");
	sim.packets[sim.n_packets] = *packet;
	sim.packets[sim.n_packets++].order = sim.next_order++;
}

static void send_to(unsigned to, struct packet packet)
{
	if (sim.is_cut[packet.from][to] || percent(sim.loss_percent))
		return;
	packet.to = to;
	packet.at = mono_add_ns(sim.now, 1000 + (int64_t)below((uint64_t)sim.delay_max_ns));
	put_packet(&packet);
	if (!percent(sim.duplicate_percent))
		return;
	packet.at = mono_add_ns(sim.now, 1000 + (int64_t)below((uint64_t)sim.delay_max_ns));
	put_packet(&packet);
}

static struct vrrp_pkt advert_of(const struct router *router, uint8_t priority)
{
	static const uint8_t vip[4] = {10, 0, 0, 100};
	struct vrrp_pkt pkt = {.version = sim.version,
			       .vrid = 51,
			       .priority = priority,
			       .n_addrs = 1,
			       .interval_ns = router->conf.interval_ns,
			       .addrs = vip,
			       .has_pseudo_header = true};

	if (sim.password) {
		pkt.auth = VRRP_AUTH_PASS;
		memcpy(pkt.password, sim.password, VRRP_AUTH_BYTES);
	}
	return pkt;
}

static void encode(const struct vrrp_pkt *pkt, struct packet *packet)
{
	struct vrrp_path path = {address_of(packet->from), vrrp_group(AF_INET), VRRP_HOP_LIMIT};

	packet->len = vrrp_pkt_encode(pkt, &path, packet->bytes, sizeof(packet->bytes));
}

/* What a router with another file sends; in version 3 there is nothing to tell it by. */
static void forge(unsigned from)
{
	struct vrrp_pkt pkt = advert_of(&sim.routers[from], (uint8_t)below(256));
	struct packet packet = {.from = from, .is_forged = true};

	if (sim.version != 2)
		return;
	if (sim.password && percent(50))
		pkt.password[below(VRRP_AUTH_BYTES)] ^= (uint8_t)(1 + below(255));
	else
		pkt.interval_ns += NS_PER_S;
	encode(&pkt, &packet);
	for (unsigned to = 0; to < sim.n; to++)
		if (to != from)
			send_to(to, packet);
}

static void send_advert(unsigned from, uint8_t priority)
{
	struct router *router = &sim.routers[from];
	struct vrrp_pkt pkt = advert_of(router, priority);
	struct packet packet = {.from = from};

	encode(&pkt, &packet);
	router->sent++;
	for (unsigned to = 0; to < sim.n; to++)
		if (to != from && router->fsm.is_link_up)
			send_to(to, packet);
}

static void claim_held(const struct router *router, const struct vrrp_transition *transition)
{
	claim(transition->cause != VRRP_CAUSE_LOWER || mono_is_never(router->lower_since) ||
		  mono_sub(sim.now, router->lower_since) >= router->conf.hold_ns,
	      "a master was preempted before it could tell of its connections");
}

static void perform(unsigned i, const struct vrrp_actions *actions)
{
	struct router *router = &sim.routers[i];
	bool has_sent = false;

	for (size_t k = 0; k < actions->n; k++) {
		const struct vrrp_action *action = &actions->items[k];
		char text[VRRP_CAUSE_TEXT_MAX];

		switch (action->kind) {
		case VRRP_ACTION_SEND_ADVERT:
			send_advert(i, action->priority);
			has_sent = true;
			break;
		case VRRP_ACTION_ADD_VIPS:
			claim(has_sent || router->has_vips || router->fsm.is_listening,
			      "addresses were added before the advert");
			router->has_vips = true;
			break;
		case VRRP_ACTION_DEL_VIPS:
			router->has_vips = false;
			break;
		case VRRP_ACTION_ANNOUNCE:
		case VRRP_ACTION_REANNOUNCE:
			claim(has_sent || router->has_vips,
			      "addresses were announced before the advert");
			router->announced_at = sim.now;
			break;
		case VRRP_ACTION_NOTIFY:
			trace(i, vrrp_transition_text(&action->transition, text));
			claim_held(router, &action->transition);
			if (action->transition.cause == VRRP_CAUSE_BETTER ||
			    action->transition.cause == VRRP_CAUSE_TIE)
				router->yielded_at = sim.now;
			break;
		case VRRP_ACTION_NEWS:
			break;
		}
	}
}

static void step(unsigned i, const struct vrrp_event *event)
{
	struct router *router = &sim.routers[i];
	struct vrrp_actions actions;

	sim.n_events++;
	vrrp_step(&router->conf, &router->fsm, event, sim.now, &actions);
	perform(i, &actions);
	router->jitter_ns = (int64_t)below((uint64_t)sim.jitter_max_ns);
	if (!router->fsm.wants_hello || router->is_director_hung)
		router->answer_at = MONO_NEVER;
	else if (mono_is_never(router->answer_at))
		router->answer_at =
		    mono_add_ns(sim.now, (int64_t)below((uint64_t)router->conf.interval_ns));
	claim(router->has_vips == (router->fsm.state == VRRP_MASTER),
	      "the addresses are not where the master is");
}

static void step_kind(unsigned i, enum vrrp_event_kind kind)
{
	const struct vrrp_event event = {.kind = kind};

	step(i, &event);
}

/* What claim 8 needs to know, beside the machine. */
static void note_lower(struct router *router, unsigned from, uint8_t priority, int64_t interval_ns)
{
	bool is_lower = priority < router->conf.priority;

	if (priority == VRRP_PRIORITY_STOP)
		return;
	if (!is_lower || router->fsm.state != VRRP_BACKUP ||
	    (router->lower_from == from && priority < router->lower_priority))
		router->lower_since = MONO_NEVER;
	else if (router->has_returned && mono_sub(sim.now, router->returned_at) <= interval_ns)
		router->lower_since = sim.now;
	router->has_returned = false;
	router->lower_from = from;
	router->lower_priority = priority;
}

static void returns(struct router *router)
{
	router->has_returned = true;
	router->returned_at = sim.now;
	router->lower_since = MONO_NEVER;
	router->lower_priority = 0;
	router->is_director_hung = percent(20);
}

static void deliver(const struct packet *packet)
{
	struct router *router = &sim.routers[packet->to];
	struct vrrp_path path = {address_of(packet->from), vrrp_group(AF_INET), VRRP_HOP_LIMIT};
	struct vrrp_policy policy = {.version = sim.version,
				     .source = router->conf.source,
				     .interval_ns = router->conf.interval_ns};
	struct vrrp_event event = {.kind = VRRP_EVENT_ADVERT, .source = path.source};
	struct vrrp_pkt pkt;
	bool is_accepted;

	if (sim.password) {
		policy.auth = VRRP_AUTH_PASS;
		memcpy(policy.password, sim.password, VRRP_AUTH_BYTES);
	}
	claim(vrrp_pkt_decode(packet->bytes, packet->len, &path, &pkt) == VRRP_ACCEPTED,
	      "an advert does not decode");
	is_accepted = vrrp_pkt_check(&pkt, &path, &policy) == VRRP_ACCEPTED;
	claim(is_accepted != packet->is_forged,
	      is_accepted ? "a forged advert was accepted" : "a good advert was rejected");
	sim.n_forged += packet->is_forged;
	if (packet->is_forged || !router->is_alive || !router->fsm.is_link_up)
		return;
	event.priority = pkt.priority;
	event.interval_ns = pkt.interval_ns;
	note_lower(router, packet->from, pkt.priority, pkt.interval_ns);
	step(packet->to, &event);
	claim(router->fsm.state != VRRP_MASTER || pkt.priority <= router->conf.priority,
	      "a master that heard a better one stayed master");
}

static void start(unsigned i, enum vrrp_event_kind kind)
{
	struct router *router = &sim.routers[i];

	router->fsm = (struct vrrp_fsm){.is_link_up = true};
	router->is_alive = true;
	router->paused_until = sim.now;
	router->answer_at = MONO_NEVER;
	returns(router);
	trace(i, kind == VRRP_EVENT_RESUME ? "is replaced" : "starts");
	step_kind(i, kind);
}

/* A process that dies leaves its addresses where they are. */
static void crash(unsigned i)
{
	trace(i, "crashes");
	sim.routers[i].is_alive = false;
}

static void pause_router(unsigned i, bool is_machine, int64_t ns)
{
	trace(i, is_machine ? "is paused with its machine" : "is stopped");
	sim.routers[i].is_machine_paused = is_machine;
	sim.routers[i].paused_until = mono_add_ns(sim.now, ns);
}

static void set_link(unsigned i, bool is_up)
{
	trace(i, is_up ? "link up" : "link down");
	if (is_up)
		returns(&sim.routers[i]);
	step_kind(i, is_up ? VRRP_EVENT_LINK_UP : VRRP_EVENT_LINK_DOWN);
}

/* --- time --- */

static struct mono later(struct mono a, struct mono b)
{
	return mono_before(a, b) ? b : a;
}

static struct mono timer_at(const struct router *router)
{
	struct mono wake = vrrp_fsm_wake(&router->fsm);

	if (!router->is_alive || mono_is_never(wake))
		return MONO_NEVER;
	return later(mono_add_ns(wake, router->jitter_ns), router->paused_until);
}

/* The directors that have said hello by now. */
static void answer_hellos(void)
{
	for (unsigned i = 0; i < sim.n; i++) {
		struct router *router = &sim.routers[i];
		const struct vrrp_event event = {.kind = VRRP_EVENT_HOLD,
						 .hold_ns = router->conf.hold_ns};

		if (!router->is_alive || mono_before(sim.now, router->answer_at) ||
		    mono_before(sim.now, router->paused_until))
			continue;
		trace(i, "the director has said hello");
		step(i, &event);
	}
}

static void take_packet(size_t k)
{
	struct packet packet = sim.packets[k];
	struct router *router = &sim.routers[packet.to];

	sim.packets[k] = sim.packets[--sim.n_packets];
	if (!mono_before(sim.now, router->paused_until)) {
		deliver(&packet);
	} else if (!router->is_machine_paused) {
		packet.at = router->paused_until;
		sim.packets[sim.n_packets++] = packet;
	}
}

/* The first waiting packet; packets come before timers, as the worker drains its sockets first. */
static size_t first_packet(void)
{
	size_t best = 0;

	for (size_t k = 1; k < sim.n_packets; k++) {
		const struct packet *a = &sim.packets[k], *b = &sim.packets[best];

		if (mono_before(a->at, b->at) || (a->at.ns == b->at.ns && a->order < b->order))
			best = k;
	}
	return best;
}

static void run_until(struct mono end)
{
	for (;;) {
		struct mono packet_at = MONO_NEVER, at = MONO_NEVER;
		unsigned who = 0;
		size_t k = first_packet();

		if (sim.n_packets)
			packet_at = sim.packets[k].at;
		for (unsigned i = 0; i < sim.n; i++)
			if (mono_before(timer_at(&sim.routers[i]), at)) {
				at = timer_at(&sim.routers[i]);
				who = i;
			}
		if (mono_before(end, mono_min(at, packet_at)))
			break;
		sim.now = later(sim.now, mono_min(at, packet_at));
		answer_hellos();
		if (mono_before(at, packet_at))
			step_kind(who, VRRP_EVENT_TIMER);
		else
			take_packet(k);
	}
	sim.now = later(sim.now, end);
}

static void run_for(int64_t ns)
{
	run_until(mono_add_ns(sim.now, ns));
}

/* --- a scenario --- */

static void set_up(uint64_t seed)
{
	static const int64_t intervals_ms[] = {10, 50, 100, 1000};
	int64_t base = intervals_ms[seed % 4] * NS_PER_MS, hold_ns, delay_ns;
	bool is_preempting;

	/* Version 2 counts in seconds, and all must have the same interval. */
	sim.version = seed % 16 >= 12 ? 2 : 3;
	sim.password = sim.version == 2 && seed % 2 ? "pass\0\0\0" : NULL;
	if (sim.version == 2)
		base = (int64_t)(1 + seed % 3) * NS_PER_S;

	sim.random = seed * 0x2545f4914f6cdd1du + 1;
	sim.now = (struct mono){NS_PER_S};
	sim.n_packets = 0;
	sim.n = 2 + (unsigned)below(ROUTERS_MAX - 1);
	sim.is_mixed = sim.version == 3 && percent(25);
	is_preempting = percent(60);
	hold_ns = percent(40) ? base * (int64_t)(1 + below(8)) : 0;
	delay_ns = percent(20) ? base * (int64_t)below(8) : 0;
	memset(sim.routers, 0, sizeof(sim.routers));
	sim.interval_max_ns = base;
	for (unsigned i = 0; i < sim.n; i++) {
		struct vrrp_fsm_conf *conf = &sim.routers[i].conf;

		conf->version = sim.version;
		conf->priority = (uint8_t)(percent(5) ? 255 : 1 + below(254));
		conf->is_preempting = is_preempting;
		conf->hold_ns = hold_ns;
		conf->preempt_delay_ns = delay_ns;
		sim.routers[i].answer_at = sim.routers[i].lower_since = MONO_NEVER;
		conf->interval_ns = sim.is_mixed ? base * (int64_t)(1 + below(3)) : base;
		conf->source = address_of(i);
		if (conf->interval_ns > sim.interval_max_ns)
			sim.interval_max_ns = conf->interval_ns;
	}
}

static void make_peace(void)
{
	sim.loss_percent = sim.duplicate_percent = 0;
	sim.delay_max_ns = sim.interval_max_ns / 100;
	sim.jitter_max_ns = sim.interval_max_ns / 100;
	memset(sim.is_cut, 0, sizeof(sim.is_cut));
	for (unsigned i = 0; i < sim.n; i++) {
		sim.routers[i].paused_until = sim.now;
		if (!sim.routers[i].is_alive)
			start(i, VRRP_EVENT_START);
		else if (!sim.routers[i].fsm.is_link_up)
			set_link(i, true);
	}
}

static void change_priority(unsigned i)
{
	struct router *router = &sim.routers[i];

	/* The new configuration is the first thing that a router does when it wakes up. */
	if (mono_before(sim.now, router->paused_until)) {
		run_until((struct mono){router->paused_until.ns - 1});
		router->paused_until = sim.now;
	}
	if (router->conf.priority != VRRP_PRIORITY_OWNER)
		router->conf.priority = (uint8_t)(1 + below(254));
	router->lower_since = MONO_NEVER;
	router->has_returned = false;
	trace(i, "has a new priority");
	if (router->is_alive)
		step_kind(i, VRRP_EVENT_CONFIG);
}

static void trouble(void)
{
	int64_t interval = sim.interval_max_ns;
	unsigned i = (unsigned)below(sim.n);
	struct router *router = &sim.routers[i];

	switch (below(9)) {
	case 0:
		sim.loss_percent = (unsigned)below(80);
		sim.duplicate_percent = (unsigned)below(30);
		sim.delay_max_ns = (int64_t)below((uint64_t)interval * 2);
		sim.jitter_max_ns = (int64_t)below((uint64_t)interval);
		break;
	case 1:
		for (unsigned k = 0; k < sim.n * sim.n; k++)
			sim.is_cut[k / sim.n][k % sim.n] = percent(40);
		break;
	case 2:
	case 3:
		if (router->is_alive)
			pause_router(i, percent(50), (int64_t)below((uint64_t)interval * 10));
		break;
	case 4:
		if (router->is_alive)
			crash(i);
		else
			start(i, percent(50) && router->has_vips ? VRRP_EVENT_RESUME
								 : VRRP_EVENT_START);
		break;
	case 5:
		if (router->is_alive)
			set_link(i, !router->fsm.is_link_up);
		break;
	case 6:
		change_priority(i);
		break;
	case 7:
		if (router->is_alive) {
			step_kind(i, VRRP_EVENT_STOP);
			router->is_alive = false;
		}
		break;
	case 8:
		forge(i);
		break;
	}
}

static int64_t down_max_ns(void)
{
	return 4 * sim.interval_max_ns;
}

/* The one master; fails when there is none or more than one. */
static unsigned the_master(const char *when)
{
	unsigned n = 0, who = 0;

	for (unsigned i = 0; i < sim.n; i++)
		if (sim.routers[i].fsm.state == VRRP_MASTER) {
			n++;
			who = i;
		}
	claim(n == 1, when);
	return who;
}

static void claim_best(unsigned master)
{
	for (unsigned i = 0; i < sim.n; i++)
		claim(!sim.routers[i].conf.is_preempting ||
			  sim.routers[i].conf.priority <= sim.routers[master].conf.priority,
		      "a better router than the master is backup");
}

static void claim_announced(unsigned master, struct mono peace)
{
	for (unsigned i = 0; i < sim.n; i++)
		claim(mono_before(sim.routers[i].yielded_at, peace) ||
			  !mono_before(sim.routers[master].announced_at, sim.routers[i].yielded_at),
		      "the master has not announced since another one stepped down");
}

static void claim_steady(unsigned master)
{
	int64_t ns = 10 * down_max_ns();
	unsigned before = sim.routers[master].sent, expected;

	run_for(ns);
	claim(the_master("peace does not last") == master, "the master changed in peace");
	expected = (unsigned)(ns / sim.routers[master].conf.interval_ns);
	claim(sim.routers[master].sent - before <= expected + 2, "more adverts than intervals");
	claim(sim.routers[master].sent - before >= expected * 9 / 10, "too few adverts");
}

/* A pause that follows another within a master-down interval may hide two halves of one silence. */
static bool is_awake(unsigned i)
{
	return mono_before(mono_add_ns(sim.routers[i].paused_until, down_max_ns()), sim.now);
}

/* Backups come and go and sleep; priorities of backups change. */
static void claim_no_preemption(unsigned master)
{
	for (unsigned k = 0; k < 10; k++) {
		unsigned i = (unsigned)below(sim.n);

		if (i == master || sim.routers[i].conf.priority == VRRP_PRIORITY_OWNER)
			continue;
		if (percent(50) && is_awake(i)) {
			pause_router(i, percent(50), (int64_t)below((uint64_t)down_max_ns() * 3));
		} else if (!sim.is_mixed && percent(50)) {
			crash(i);
			run_for((int64_t)below((uint64_t)down_max_ns()));
			start(i, VRRP_EVENT_START);
		} else {
			change_priority(i);
		}
		run_for((int64_t)below((uint64_t)down_max_ns() * 2));
		claim(the_master("a backup displaced a living master") == master,
		      "a backup displaced a living master");
	}
	run_for(down_max_ns() * 4);
}

/* A replaced process takes a tenth of half an interval, at an advert_int of 0.1 s. */
static void claim_replaceable(unsigned master)
{
	for (unsigned k = 0; k < 5; k++) {
		crash(master);
		run_for((int64_t)below((uint64_t)sim.routers[master].conf.interval_ns / 2));
		start(master, VRRP_EVENT_RESUME);
		run_for(down_max_ns() * 2 + (int64_t)below((uint64_t)sim.interval_max_ns));
		claim(the_master("a replaced master was displaced") == master,
		      "a replaced master was displaced");
	}
}

/* Until all that holds preemption is over, whoever answers. */
static int64_t longest_wait_ns(void)
{
	const struct vrrp_fsm_conf *conf = &sim.routers[0].conf;

	return conf->hold_ns || conf->preempt_delay_ns
		   ? 4 * conf->hold_ns + conf->preempt_delay_ns + 2 * down_max_ns()
		   : 0;
}

static void run_scenario(uint64_t seed)
{
	struct mono peace;
	unsigned master;

	set_up(seed);
	make_peace();
	for (unsigned k = 0; k < TROUBLES; k++) {
		trouble();
		run_for((int64_t)below((uint64_t)sim.interval_max_ns * 3));
	}
	make_peace();
	peace = sim.now;
	run_for(3 * down_max_ns() + longest_wait_ns());
	master = the_master("peace has not exactly one master");
	claim_best(master);
	claim_announced(master, peace);
	claim_steady(master);
	claim_replaceable(master);
	if (!sim.routers[master].conf.is_preempting)
		claim_no_preemption(master);
}

/* Returns whether the scenario held. */
static bool holds(uint64_t seed)
{
	if (setjmp(sim.failed)) {
		printf("FAILED at %.4f s: %s\nreplay: sim_vrrp seed %llu\n",
		       (double)sim.now.ns / NS_PER_S, sim.failure, (unsigned long long)seed);
		return false;
	}
	run_scenario(seed);
	return true;
}

int main(int argc, char **argv)
{
	unsigned long n = SCENARIOS, failures = 0;

	if (argc == 3 && strcmp(argv[1], "seed") == 0) {
		sim.is_tracing = true;
		return holds(strtoull(argv[2], NULL, 10)) ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	if (argc == 2)
		n = strtoul(argv[1], NULL, 10);
	for (unsigned long i = 0; i < n && failures < 5; i++)
		failures += !holds(DEFAULT_SEED + i);
	printf("%lu scenarios, %llu events, %llu forged adverts, %lu failed\n", n,
	       (unsigned long long)sim.n_events, (unsigned long long)sim.n_forged, failures);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
