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
		       i, router->conf.priority,
		       router->fsm ? vrrp_state_text(router->fsm->state) : "new", what);
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

static void encode(const struct vrrp_pkt *pkt, struct packet *packet)
{
	struct vrrp_path path = {address_of(packet->from), vrrp_group(AF_INET), VRRP_HOP_LIMIT};

	packet->len = vrrp_pkt_encode(pkt, &path, packet->bytes, sizeof(packet->bytes));
}

/* What a router with another file sends; in version 3 there is nothing to tell it by. */
void forge(unsigned from)
{
	struct packet packet = {.from = from, .is_forged = true};
	struct vrrp_pkt pkt;

	if (sim.version != 2)
		return;
	pkt = vrrp_router_advert(sim.routers[from].router, 0, (uint8_t)below(256));
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
	struct vrrp_pkt pkt = vrrp_router_advert(router->router, 0, priority);
	struct packet packet = {.from = from};

	claim(!router->fsm->is_leaving || priority == VRRP_PRIORITY_STOP,
	      "a router that leaves advertised itself");
	encode(&pkt, &packet);
	router->sent++;
	for (unsigned to = 0; to < sim.n; to++)
		if (to != from && router->fsm->is_link_up)
			send_to(to, packet);
}

static void claim_held(const struct router *router, const struct vrrp_transition *transition)
{
	claim(transition->cause != VRRP_CAUSE_LOWER || mono_is_never(router->lower_since) ||
		  mono_sub(sim.now, router->lower_since) >= router->conf.hold_ns,
	      "a master was preempted before it could tell of its connections");
}

static void claim_gives_way_once(struct router *router, const struct vrrp_transition *transition)
{
	if (transition->cause != VRRP_CAUSE_GAVE_WAY)
		return;
	claim(!router->has_given_way, "a router gave way twice after one return");
	router->has_given_way = true;
}

static void say_state(unsigned i, const struct vrrp_transition *transition)
{
	struct router *router = &sim.routers[i];
	char text[VRRP_CAUSE_TEXT_MAX];

	trace(i, vrrp_transition_text(transition, text));
	claim_held(router, transition);
	claim_gives_way_once(router, transition);
	if (transition->cause == VRRP_CAUSE_BETTER || transition->cause == VRRP_CAUSE_TIE)
		router->yielded_at = sim.now;
}

static void add_vips(struct router *router, bool has_sent)
{
	const struct vrrp_router_event event = {.kind = VRRP_ROUTER_VIPS,
						.missing = VRRP_VIPS_COMPLETE};

	claim(has_sent || router->has_vips || router->fsm->is_listening,
	      "addresses were added before the advert");
	router->has_vips = true;
	vrrp_router_step(router->router, &event, sim.now);
}

static void carry_out(unsigned i)
{
	struct router *router = &sim.routers[i];
	struct vrrp_router_action action;
	bool has_sent = false;

	while (vrrp_router_take(router->router, &action))
		switch (action.kind) {
		case VRRP_ROUTER_SEND:
			send_advert(i, action.priority);
			has_sent = true;
			break;
		case VRRP_ROUTER_ADD_VIPS:
			add_vips(router, has_sent);
			break;
		case VRRP_ROUTER_DEL_VIPS:
			router->has_vips = false;
			break;
		case VRRP_ROUTER_ANNOUNCE:
			claim(router->has_vips, "addresses were announced that are not there");
			claim(!router->fsm->is_leaving, "a router that leaves announced itself");
			router->announced_at = sim.now;
			break;
		case VRRP_ROUTER_SAY_STATE:
			say_state(i, &action.transition);
			break;
		case VRRP_ROUTER_SAY_REJECTED:
			claim(sim.is_forged_expected, "a good advert was rejected");
			break;
		case VRRP_ROUTER_SAY_HEARD:
			claim(!sim.is_forged_expected, "a forged advert was accepted");
			break;
		default:
			break;
		}
}

/* There are other machines in the network, which are heard every now and then. */
static struct mono next_frame(void)
{
	return mono_add_ns(sim.now, (int64_t)below((uint64_t)sim.interval_max_ns * 2));
}

/* --- trackers --- */

/* "a", "b", "c": one each. */
static const char *const track_names[TRACKS_MAX] = {"a", "b", "c"};

void add_weights(struct router *router)
{
	int sum = router->base;

	for (size_t k = 0; k < router->n_tracks; k++) {
		int weight = router->tracks[k].weight, sign = router->tracks[k].is_reverse ? -1 : 1;

		if ((weight > 0 && router->sources[k] == VRRP_SOURCE_UP) ||
		    (weight < 0 && router->sources[k] == VRRP_SOURCE_DOWN))
			sum += sign * weight;
	}
	if (router->base == VRRP_PRIORITY_OWNER)
		sum = VRRP_PRIORITY_OWNER;
	else if (sum < 1 || sum > 254)
		sum = sum < 1 ? 1 : 254;
	router->conf.priority = (uint8_t)sum;
}

bool is_tracked_down(const struct router *router)
{
	for (size_t k = 0; k < router->n_tracks; k++)
		if (!router->tracks[k].weight &&
		    router->sources[k] ==
			(router->tracks[k].is_reverse ? VRRP_SOURCE_UP : VRRP_SOURCE_DOWN))
			return true;
	return false;
}

/* Whatever has happened: priority and faults are what the sources say now. */
static void claim_tracked(const struct router *router)
{
	bool is_faulty = vrrp_router_faults(router->router, 0) & VRRP_FAULT_BIT(VRRP_FAULT_TRACKER);

	claim(vrrp_router_conf(router->router, 0)->priority == router->conf.priority,
	      "the priority is not what the trackers make of it");
	claim(is_faulty == is_tracked_down(router), "the fault is not what the trackers say");
	claim(router->fsm->is_link_up == (router->has_carrier && !is_faulty),
	      "an instance takes part with a fault, or not without one");
}

static void step(unsigned i, const struct vrrp_router_event *event)
{
	struct router *router = &sim.routers[i];

	sim.n_events++;
	vrrp_router_step(router->router, event, sim.now);
	carry_out(i);
	router->jitter_ns = (int64_t)below((uint64_t)sim.jitter_max_ns);
	if (!vrrp_router_wants_frame(router->router, 0))
		router->frame_at = MONO_NEVER;
	else if (mono_is_never(router->frame_at))
		router->frame_at = next_frame();
	if (!router->fsm->wants_hello || router->is_director_hung)
		router->answer_at = MONO_NEVER;
	else if (mono_is_never(router->answer_at))
		router->answer_at =
		    mono_add_ns(sim.now, (int64_t)below((uint64_t)router->conf.interval_ns));
	claim(router->has_vips == (router->fsm->state == VRRP_MASTER),
	      "the addresses are not where the master is");
	claim_tracked(router);
	if (router->leaves && router->fsm->state == VRRP_INIT)
		router->is_alive = false;
}

static void step_kind(unsigned i, enum vrrp_router_event_kind kind)
{
	const struct vrrp_router_event event = {.kind = kind};

	step(i, &event);
}

/* What claim 8 needs to know, beside the machine. */
static void note_lower(struct router *router, unsigned from, uint8_t priority, int64_t interval_ns)
{
	bool is_lower = priority < router->conf.priority;

	if (priority == VRRP_PRIORITY_STOP)
		return;
	if (!is_lower || router->fsm->state != VRRP_BACKUP ||
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
	router->has_given_way = false;
	router->returned_at = sim.now;
	router->lower_since = MONO_NEVER;
	router->lower_priority = 0;
	router->is_director_hung = percent(20);
}

static void deliver(const struct packet *packet)
{
	struct router *router = &sim.routers[packet->to];
	struct vrrp_router_event event = {
	    .kind = VRRP_ROUTER_PACKET,
	    .path = {address_of(packet->from), vrrp_group(AF_INET), VRRP_HOP_LIMIT},
	    .body = packet->bytes,
	    .len = packet->len};
	struct vrrp_pkt pkt;

	if (!router->is_alive || !router->fsm->is_link_up)
		return;
	claim(vrrp_pkt_decode(packet->bytes, packet->len, &event.path, &pkt) == VRRP_ACCEPTED,
	      "an advert does not decode");
	sim.n_forged += packet->is_forged;
	sim.is_forged_expected = packet->is_forged;
	if (!packet->is_forged)
		note_lower(router, packet->from, pkt.priority, pkt.interval_ns);
	step(packet->to, &event);
	claim(packet->is_forged || router->fsm->state != VRRP_MASTER ||
		  pkt.priority <= router->conf.priority,
	      "a master that heard a better one stayed master");
}

static void write_file(struct router *router)
{
	static struct conf_vip vip = {
	    .addr = {AF_INET, {10, 0, 0, 100}}, .prefix_len = 32, .interface = "eth0", .label = ""};
	const struct vrrp_fsm_conf *conf = &router->conf;

	router->file =
	    (struct conf_vrrp){.name = "VI_1",
			       .interface = "eth0",
			       .vrid = 51,
			       .priority = router->base,
			       .tracks = router->tracks,
			       .n_tracks = router->n_tracks,
			       .version = sim.version,
			       .family = AF_INET,
			       .advert_int_us = (uint32_t)(conf->interval_ns / NS_PER_US),
			       .preempt_delay_us = (uint32_t)(conf->preempt_delay_ns / NS_PER_US),
			       .garp_master_repeat = 5,
			       .garp_master_delay = 5,
			       .garp_lower_prio_repeat = 5,
			       .garp_lower_prio_delay = 5,
			       .is_preempting = conf->is_preempting,
			       .auth_pass = sim.password ? sim.password : "",
			       .vips = &vip,
			       .n_vips = 1};
}

static void send_source(unsigned i, size_t k)
{
	struct router *router = &sim.routers[i];
	struct vrrp_source source = {.kind = CONF_TRACKER_SCRIPT, .state = router->sources[k]};
	const struct vrrp_router_event event = {.kind = VRRP_ROUTER_SOURCE, .tracked = &source};

	strcpy(source.name, track_names[k]);
	step(i, &event);
}

void set_source(unsigned i, size_t k, enum vrrp_source_state state)
{
	struct router *router = &sim.routers[i];

	trace(i, state == VRRP_SOURCE_UP ? "a tracker is up" : "a tracker is not up");
	router->sources[k] = state;
	add_weights(router);
	if (router->is_alive)
		send_source(i, k);
}

/* A director tells a new process what it knows before the configuration. */
static void tell_sources(unsigned i)
{
	struct router *router = &sim.routers[i];

	for (size_t k = 0; k < router->n_tracks; k++) {
		struct vrrp_source source = {.kind = CONF_TRACKER_SCRIPT,
					     .state = router->sources[k]};
		const struct vrrp_router_event event = {.kind = VRRP_ROUTER_SOURCE,
							.tracked = &source};

		router->tracks[k].name = track_names[k];
		strcpy(source.name, track_names[k]);
		vrrp_router_step(router->router, &event, sim.now);
	}
}

static void tell_conf(unsigned i, enum vrrp_router_event_kind kind)
{
	struct router *router = &sim.routers[i];
	const struct vrrp_router_event event = {
	    .kind = kind, .conf = &router->file, .hold_ns = router->conf.hold_ns};

	write_file(router);
	vrrp_router_step(router->router, &event, sim.now);
}

void reload(unsigned i)
{
	tell_conf(i, VRRP_ROUTER_SET);
	step_kind(i, VRRP_ROUTER_APPLY);
}

static void tell_link(unsigned i, bool is_up)
{
	const struct vrrp_router_event event = {
	    .kind = VRRP_ROUTER_FAULTS,
	    .faults = is_up ? 0 : VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN),
	    .source = address_of(i)};

	sim.routers[i].has_carrier = is_up;
	vrrp_router_step(sim.routers[i].router, &event, sim.now);
}

void start(unsigned i, bool is_replacement)
{
	struct router *router = &sim.routers[i];
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_START,
					  .legacy = {.alive = sim.now, .has_addresses = true}};

	vrrp_router_free(router->router);
	router->router = vrrp_router_new();
	tell_sources(i);
	tell_conf(i, VRRP_ROUTER_ADD);
	router->fsm = vrrp_router_fsm(router->router, 0);
	tell_link(i, true);
	router->is_alive = true;
	router->leaves = false;
	router->paused_until = sim.now;
	router->answer_at = MONO_NEVER;
	router->frame_at = MONO_NEVER;
	returns(router);
	trace(i, is_replacement ? "is replaced" : "starts");
	event.legacy.last_state = is_replacement ? VRRP_MASTER : VRRP_INIT;
	step(i, &event);
}

void stop(unsigned i)
{
	step_kind(i, VRRP_ROUTER_STOP);
}

void leave(unsigned i)
{
	trace(i, "leaves");
	sim.routers[i].leaves = true;
	step_kind(i, VRRP_ROUTER_LEAVE);
}

void clear_routers(void)
{
	for (size_t i = 0; i < ROUTERS_MAX; i++)
		vrrp_router_free(sim.routers[i].router);
	memset(sim.routers, 0, sizeof(sim.routers));
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
	tell_link(i, is_up);
	step_kind(i, VRRP_ROUTER_TIME);
}

void set_forwarding(unsigned i, bool is_forwarding)
{
	trace(i, is_forwarding ? "its port forwards" : "its port does not forward");
	for (unsigned k = 0; k < sim.n; k++)
		sim.is_cut[i][k] = sim.is_cut[k][i] = !is_forwarding;
	for (size_t k = 0; k < sim.n_packets;) /* what is under way does not pass */
		if (!is_forwarding && (sim.packets[k].from == i || sim.packets[k].to == i))
			sim.packets[k] = sim.packets[--sim.n_packets];
		else
			k++;
}

/* --- time --- */

static struct mono later(struct mono a, struct mono b)
{
	return mono_before(a, b) ? b : a;
}

static struct mono timer_at(const struct router *router)
{
	struct mono wake = router->is_alive ? vrrp_router_wake(router->router, 0) : MONO_NEVER;

	if (mono_is_never(wake))
		return MONO_NEVER;
	return later(mono_add_ns(wake, router->jitter_ns), router->paused_until);
}

/* The directors that have said hello by now. */
static void answer_hellos(void)
{
	for (unsigned i = 0; i < sim.n; i++) {
		struct router *router = &sim.routers[i];
		const struct vrrp_router_event event = {.kind = VRRP_ROUTER_HOLD,
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

static bool is_cut_off(unsigned i)
{
	for (unsigned k = 0; k < sim.n; k++)
		if (k != i && !sim.is_cut[k][i])
			return false;
	return true;
}

static struct mono frame_at(unsigned i)
{
	const struct router *router = &sim.routers[i];

	return router->is_alive && router->fsm->is_link_up
		   ? later(router->frame_at, router->paused_until)
		   : MONO_NEVER;
}

static void take_frame(unsigned i)
{
	sim.routers[i].frame_at = next_frame();
	if (!is_cut_off(i))
		step_kind(i, VRRP_ROUTER_FRAME);
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
		bool is_frame = false;
		size_t k = first_packet();

		if (sim.n_packets)
			packet_at = sim.packets[k].at;
		for (unsigned i = 0; i < sim.n; i++)
			if (mono_before(mono_min(timer_at(&sim.routers[i]), frame_at(i)), at)) {
				is_frame = mono_before(frame_at(i), timer_at(&sim.routers[i]));
				at = is_frame ? frame_at(i) : timer_at(&sim.routers[i]);
				who = i;
			}
		if (mono_before(end, mono_min(at, packet_at)))
			break;
		sim.now = later(sim.now, mono_min(at, packet_at));
		answer_hellos();
		if (mono_before(at, packet_at) && is_frame)
			take_frame(who);
		else if (mono_before(at, packet_at))
			step_kind(who, VRRP_ROUTER_TIME);
		else
			take_packet(k);
	}
	sim.now = later(sim.now, end);
}

void run_for(int64_t ns)
{
	run_until(mono_add_ns(sim.now, ns));
}
