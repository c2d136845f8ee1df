/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/sim/vrrp_net.h"
#include "vrrp/pkt.h"
#include "vrrp/transition.h"

#include <stdio.h>
#include <string.h>

struct sim sim;

/* --- chance --- */

static uint64_t chance(void)
{
	uint64_t z = sim.random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint64_t below(uint64_t n)
{
	return n ? chance() % n : 0;
}

bool percent(unsigned n)
{
	return below(100) < n;
}

/* --- claims --- */

static _Noreturn void fail(const char *what)
{
	snprintf(sim.failure, sizeof(sim.failure), "%s", what);
	longjmp(sim.failed, 1);
}

void claim(bool is_true, const char *what)
{
	if (!is_true)
		fail(what);
}

/* --- routers --- */

struct addr address_of(unsigned i)
{
	return (struct addr){AF_INET, {10, 0, 0, (uint8_t)(i + 1)}};
}

void trace(unsigned i, const char *what)
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

/* The packets of a router to another one, in their order, as in one switched network. */
static struct mono behind_others(const struct packet *packet, struct mono at)
{
	for (size_t k = 0; k < sim.n_packets; k++) {
		const struct packet *other = &sim.packets[k];

		if (other->from == packet->from && other->to == packet->to &&
		    mono_before(at, other->at))
			at = other->at;
	}
	return at;
}

static void send_to(unsigned to, struct packet packet)
{
	if (sim.is_cut[packet.from][to] || percent(sim.loss_percent))
		return;
	packet.to = to;
	packet.at = mono_add_ns(sim.now, 1000 + (int64_t)below((uint64_t)sim.delay_max_ns));
	if (sim.is_in_order)
		packet.at = behind_others(&packet, packet.at);
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
void forge(unsigned from)
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

static void claim_gives_way_seldom(struct router *router, const struct vrrp_transition *transition)
{
	if (transition->cause != VRRP_CAUSE_GAVE_WAY)
		return;
	claim(!router->gave_way_at.ns || mono_sub(sim.now, router->gave_way_at) >= 60 * NS_PER_S,
	      "a router gave way twice in a minute");
	router->gave_way_at = sim.now;
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
			claim_gives_way_seldom(router, &action->transition);
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

void step_kind(unsigned i, enum vrrp_event_kind kind)
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

void start(unsigned i, enum vrrp_event_kind kind)
{
	struct router *router = &sim.routers[i];

	router->fsm = (struct vrrp_fsm){.is_link_up = true};
	router->is_alive = true;
	router->paused_until = sim.now;
	router->answer_at = MONO_NEVER;
	returns(router);
	router->gave_way_at = (struct mono){0};
	trace(i, kind == VRRP_EVENT_RESUME ? "is replaced" : "starts");
	step_kind(i, kind);
}

/* A process that dies leaves its addresses where they are. */
void crash(unsigned i)
{
	trace(i, "crashes");
	sim.routers[i].is_alive = false;
}

void pause_router(unsigned i, bool is_machine, int64_t ns)
{
	trace(i, is_machine ? "is paused with its machine" : "is stopped");
	sim.routers[i].is_machine_paused = is_machine;
	sim.routers[i].paused_until = mono_add_ns(sim.now, ns);
}

void set_link(unsigned i, bool is_up)
{
	trace(i, is_up ? "link up" : "link down");
	if (is_up)
		returns(&sim.routers[i]);
	step_kind(i, is_up ? VRRP_EVENT_LINK_UP : VRRP_EVENT_LINK_DOWN);
}

void set_forwarding(unsigned i, bool is_forwarding)
{
	trace(i, is_forwarding ? "its port forwards" : "its port does not forward");
	for (unsigned k = 0; k < sim.n; k++)
		sim.is_cut[i][k] = sim.is_cut[k][i] = !is_forwarding;
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

void run_until(struct mono end)
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

void run_for(int64_t ns)
{
	run_until(mono_add_ns(sim.now, ns));
}
