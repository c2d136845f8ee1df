/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Routers with sync groups on virtual networks and a virtual clock: two or three routers, each with
 * one group of two to four instances, each instance on a network of its own. Each scenario comes from
 * one seed: a time of trouble (loss, delay, networks that are cut in one direction or both, carriers
 * that are lost, pauses, crashes, replaced processes, trackers, reloads that take members out and put
 * them in, an operator's orders), then peace without orders. Advertisements travel as bytes.
 *
 * Claims: (1) after each step of a router its group is whole: members that count in it are in one
 * state, to which each of them has gone at once (but a released member waits for its successor); (2)
 * addresses are where a member is MASTER, and nowhere else; (3) after a few master-down intervals of
 * peace one router is MASTER of all networks, the best one if routers preempt, and it stays so; (4) a
 * reload that takes a member out or puts one in moves no other member, even if the new member has no
 * carrier, and a member without a fault joins within a few master-down intervals; (5) a group whose
 * member loses its interface leaves all networks to another router, and a reload without that member
 * lets it take part again; (6) a process that is replaced at once loses no network, and any goes on
 * with all of its group or none of it; (7) a router that leaves serves each network until another
 * router serves it, and then all networks have that one as master.
 *
 * Usage: sim_groups [SCENARIOS]   or   sim_groups seed SEED   to replay one with a trace.
 */
#include "vrrp/pkt.h"
#include "vrrp/router.h"
#include "vrrp/transition.h"
#include "vrrp/wait.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES_MAX   3
#define MEMBERS_MAX 4
#define PACKETS_MAX 4096
#define TROUBLES    40
#define SCENARIOS   3000

struct member {
	struct conf_vrrp confs[2]; /* the router points to one of them */
	unsigned i_conf;
	bool is_wanted, is_there; /* by the file; in the router */
	bool has_carrier, has_vips;
	struct mono frame_at; /* another machine's next frame; MONO_NEVER: not wanted */
	unsigned n_moves;     /* changes of state */
};

struct node {
	struct vrrp_router *router;
	bool is_alive;
	uint8_t priority;
	enum vrrp_source_state source; /* of a tracker of each member */
	struct mono paused_until;
	int64_t jitter_ns;
	struct vrrp_order order; /* of all members */
	struct member members[MEMBERS_MAX];
};

struct packet {
	struct mono at;
	uint64_t order;
	unsigned from, to, member;
	uint8_t bytes[32];
	size_t len;
};

static struct {
	uint64_t random;
	struct mono now;
	struct node nodes[NODES_MAX];
	unsigned n, n_members;
	bool is_preempting;
	struct packet packets[PACKETS_MAX];
	size_t n_packets;
	uint64_t next_order, n_events;
	unsigned loss_percent;
	int64_t interval_ns, delay_max_ns, jitter_max_ns;
	bool is_cut[MEMBERS_MAX][NODES_MAX][NODES_MAX];
	bool is_tracing, is_starting; /* is_starting: a process begins, with all of its members */
	jmp_buf failed;
	char failure[128];
	double seconds;
} sim;

static struct conf_track track = {.kind = CONF_TRACKER_SCRIPT, .name = "chk"};

static uint64_t below(uint64_t n)
{
	uint64_t z = sim.random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return n ? (z ^ (z >> 31)) % n : 0;
}

static bool percent(unsigned n)
{
	return below(100) < n;
}

static void claim(bool is_true, const char *what)
{
	if (is_true)
		return;
	snprintf(sim.failure, sizeof(sim.failure), "%s", what);
	longjmp(sim.failed, 1);
}

static void trace(unsigned i, const char *what)
{
	if (sim.is_tracing)
		printf("%10.4f s  router %u (priority %u) %s\n", (double)sim.now.ns / NS_PER_S, i,
		       sim.nodes[i].priority, what);
}

static struct addr address_of(unsigned i)
{
	return (struct addr){AF_INET, {10, 0, 0, (uint8_t)(i + 1)}};
}

static int64_t down_ns(void)
{
	return 4 * sim.interval_ns;
}

/* --- what a router does --- */

static enum vrrp_state_name state_of(unsigned i, unsigned m)
{
	return vrrp_router_fsm(sim.nodes[i].router, m)->state;
}

static void send_packet(unsigned from, unsigned m, uint8_t priority)
{
	struct vrrp_pkt pkt = vrrp_router_advert(sim.nodes[from].router, m, priority);
	struct vrrp_path path = {address_of(from), vrrp_group(AF_INET), VRRP_HOP_LIMIT};
	struct packet packet = {.from = from, .member = m};

	packet.len = vrrp_pkt_encode(&pkt, &path, packet.bytes, sizeof(packet.bytes));
	for (unsigned to = 0; to < sim.n; to++) {
		if (to == from || sim.is_cut[m][from][to] || percent(sim.loss_percent) ||
		    !sim.nodes[from].members[m].has_carrier)
			continue;
		claim(sim.n_packets < PACKETS_MAX, "a storm of adverts");
		packet.to = to;
		packet.order = sim.next_order++;
		packet.at = mono_add_ns(sim.now, 1000 + (int64_t)below((uint64_t)sim.delay_max_ns));
		sim.packets[sim.n_packets++] = packet;
	}
}

static void say_state(unsigned i, const struct vrrp_router_action *action)
{
	char text[VRRP_CAUSE_TEXT_MAX];

	claim(!sim.is_starting || action->transition.from != VRRP_MASTER,
	      "a process goes on with a part of its group");
	sim.nodes[i].members[action->id].n_moves++;
	if (sim.is_tracing)
		printf("%10.4f s  router %u member %u %s -> %s: %s\n", (double)sim.now.ns / NS_PER_S,
		       i, action->id, vrrp_state_text(action->transition.from),
		       vrrp_state_text(action->transition.to),
		       vrrp_transition_text(&action->transition, text));
}

static void carry_out(unsigned i)
{
	struct node *node = &sim.nodes[i];
	struct vrrp_router_action action;

	while (vrrp_router_take(node->router, &action)) {
		const struct vrrp_router_event looked = {.kind = VRRP_ROUTER_VIPS,
							 .id = action.id,
							 .missing = VRRP_VIPS_COMPLETE};

		if (action.kind == VRRP_ROUTER_SEND)
			send_packet(i, action.id, action.priority);
		else if (action.kind == VRRP_ROUTER_ADD_VIPS)
			vrrp_router_step(node->router, &looked, sim.now);
		else if (action.kind == VRRP_ROUTER_SAY_STATE)
			say_state(i, &action);
		if (action.kind == VRRP_ROUTER_ADD_VIPS || action.kind == VRRP_ROUTER_DEL_VIPS)
			node->members[action.id].has_vips = action.kind == VRRP_ROUTER_ADD_VIPS;
	}
}

static void claim_whole(unsigned i)
{
	const struct node *node = &sim.nodes[i];
	enum vrrp_state_name state = VRRP_INIT;

	for (unsigned m = 0; m < sim.n_members; m++) {
		if (!node->members[m].is_there || state_of(i, m) == VRRP_INIT)
			continue;
		claim(node->members[m].has_vips == (state_of(i, m) == VRRP_MASTER),
		      "the addresses are not where the master is");
		if (vrrp_router_is_joining(node->router, m) ||
		    vrrp_router_fsm(node->router, m)->is_staying)
			continue;
		claim(state == VRRP_INIT || state == state_of(i, m), "a group is not whole");
		state = state_of(i, m);
	}
}

/* Each machine hears frames of others every now and then, on networks that are not cut. */
static void want_frames(unsigned i)
{
	for (unsigned m = 0; m < sim.n_members; m++) {
		struct member *member = &sim.nodes[i].members[m];

		if (!member->is_there || !vrrp_router_wants_frame(sim.nodes[i].router, m))
			member->frame_at = MONO_NEVER;
		else if (mono_is_never(member->frame_at))
			member->frame_at =
			    mono_add_ns(sim.now, (int64_t)below((uint64_t)sim.interval_ns * 2));
	}
}

static void step_part(unsigned i, struct vrrp_router_event event)
{
	sim.n_events++;
	vrrp_router_step(sim.nodes[i].router, &event, sim.now);
	carry_out(i);
}

static void step(unsigned i, struct vrrp_router_event event)
{
	unsigned before[MEMBERS_MAX];

	for (unsigned m = 0; m < sim.n_members; m++)
		before[m] = sim.nodes[i].members[m].n_moves;
	step_part(i, event);
	for (unsigned m = 0; m < sim.n_members; m++)
		claim(sim.nodes[i].members[m].n_moves <= before[m] + 1,
		      "a member changed its state twice in one step");
	sim.nodes[i].jitter_ns = (int64_t)below((uint64_t)sim.jitter_max_ns);
	want_frames(i);
	claim_whole(i);
}

/* --- configurations --- */

static void write_conf(unsigned i, unsigned m)
{
	static struct conf_vip vip = {
	    .addr = {AF_INET, {10, 0, 0, 100}}, .prefix_len = 32, .interface = "eth0", .label = ""};
	struct member *member = &sim.nodes[i].members[m];

	member->i_conf ^= 1;
	member->confs[member->i_conf] =
	    (struct conf_vrrp){.name = "VI",
			       .interface = "eth0",
			       .vrid = (uint8_t)(m + 1),
			       .priority = sim.nodes[i].priority,
			       .sync_group = "VG",
			       .tracks = &track,
			       .n_tracks = 1,
			       .version = 3,
			       .family = AF_INET,
			       .advert_int_us = (uint32_t)(sim.interval_ns / NS_PER_US),
			       .is_preempting = sim.is_preempting,
			       .auth_pass = "",
			       .vips = &vip,
			       .n_vips = 1};
}

static struct vrrp_router_event faults_event(unsigned i, unsigned m)
{
	bool is_up = sim.nodes[i].members[m].has_carrier;

	return (struct vrrp_router_event){.kind = VRRP_ROUTER_FAULTS,
					  .id = m,
					  .faults =
					      is_up ? 0 : VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN),
					  .source = address_of(i)};
}

/* As vrrp/runner does: all members get their configuration, then the machine is told, then they act
 * on it. legacy: whether a process is replaced. */
static void configure(unsigned i, bool is_replacement)
{
	struct node *node = &sim.nodes[i];
	bool is_new[MEMBERS_MAX] = {false};

	for (unsigned m = 0; m < sim.n_members; m++) {
		struct member *member = &node->members[m];

		if (!member->is_wanted)
			continue;
		write_conf(i, m);
		is_new[m] = !member->is_there;
		step_part(i, (struct vrrp_router_event){
				 .kind = is_new[m] ? VRRP_ROUTER_ADD : VRRP_ROUTER_SET,
				 .id = m,
				 .order = node->order,
				 .conf = &member->confs[member->i_conf]});
		member->is_there = true;
	}
	for (unsigned m = 0; m < sim.n_members; m++)
		if (node->members[m].is_there)
			step_part(i, faults_event(i, m));
	for (unsigned m = 0; m < sim.n_members; m++)
		if (node->members[m].is_wanted && !is_new[m])
			step_part(i, (struct vrrp_router_event){.kind = VRRP_ROUTER_APPLY, .id = m});
	for (unsigned m = 0; m < sim.n_members; m++) {
		struct vrrp_router_event start = {.kind = VRRP_ROUTER_START, .id = m};
		bool was_master = is_replacement && node->members[m].has_vips;

		start.legacy = (struct vrrp_legacy){.last_state = was_master ? VRRP_MASTER : VRRP_INIT,
						    .alive = sim.now,
						    .has_addresses = was_master};
		if (is_new[m])
			step_part(i, start);
	}
	for (unsigned m = 0; m < sim.n_members; m++) {
		struct member *member = &node->members[m];

		if (member->is_wanted || !member->is_there)
			continue;
		step_part(i, (struct vrrp_router_event){.kind = VRRP_ROUTER_STOP, .id = m});
		step_part(i, (struct vrrp_router_event){.kind = VRRP_ROUTER_REMOVE, .id = m});
		member->is_there = member->has_vips = false;
	}
	want_frames(i);
	claim_whole(i);
}

static void set_source(unsigned i, enum vrrp_source_state state)
{
	struct vrrp_source source = {
	    .kind = CONF_TRACKER_SCRIPT, .name = "chk", .state = state};

	sim.nodes[i].source = state;
	if (sim.nodes[i].is_alive)
		step(i, (struct vrrp_router_event){.kind = VRRP_ROUTER_SOURCE, .tracked = &source});
}

static void start(unsigned i, bool is_replacement)
{
	struct node *node = &sim.nodes[i];
	struct vrrp_source source = {
	    .kind = CONF_TRACKER_SCRIPT, .name = "chk", .state = node->source};
	const struct vrrp_router_event known = {.kind = VRRP_ROUTER_SOURCE, .tracked = &source};

	trace(i, is_replacement ? "is replaced" : "starts");
	vrrp_router_free(node->router);
	node->router = vrrp_router_new();
	node->is_alive = true;
	node->paused_until = sim.now;
	vrrp_router_step(node->router, &known, sim.now);
	for (unsigned m = 0; m < sim.n_members; m++) {
		node->members[m].is_there = false;
		node->members[m].frame_at = MONO_NEVER;
	}
	sim.is_starting = true;
	configure(i, is_replacement);
	sim.is_starting = false;
}

/* Somebody has taken the addresses of a member away meanwhile, now and then. */
static void start_again(unsigned i)
{
	if (percent(30))
		sim.nodes[i].members[below(sim.n_members)].has_vips = false;
	start(i, percent(50));
}

static void set_carrier(unsigned i, unsigned m, bool is_up)
{
	trace(i, is_up ? "has a carrier again" : "loses a carrier");
	sim.nodes[i].members[m].has_carrier = is_up;
	if (sim.nodes[i].is_alive && sim.nodes[i].members[m].is_there)
		step(i, faults_event(i, m));
}

static void reload(unsigned i, unsigned m, bool is_wanted)
{
	trace(i, is_wanted ? "reloads with a member" : "reloads without a member");
	sim.nodes[i].members[m].is_wanted = is_wanted;
	if (sim.nodes[i].is_alive)
		configure(i, false);
}

static void give_order(unsigned i, enum vrrp_order_kind kind)
{
	static const char *const texts[VRRP_ORDERS] = {"", "is released", "is held", "takes", "resumes"};
	struct vrrp_order *order = &sim.nodes[i].order;
	unsigned before[MEMBERS_MAX];

	for (unsigned m = 0; m < sim.n_members; m++)
		before[m] = sim.nodes[i].members[m].n_moves;
	trace(i, texts[kind]);
	*order = (struct vrrp_order){kind, order->number + 1};
	if (sim.nodes[i].is_alive)
		configure(i, false);
	for (unsigned m = 0; m < sim.n_members; m++)
		claim(sim.nodes[i].members[m].n_moves <= before[m] + 1,
		      "an order moved a member there and back");
	/* A director forgets these when they have been carried out. */
	if (kind == VRRP_ORDER_RESUME || kind == VRRP_ORDER_TAKE)
		order->kind = VRRP_ORDER_NONE;
}

/* --- time --- */

static struct mono later(struct mono a, struct mono b)
{
	return mono_before(a, b) ? b : a;
}

static struct mono timer_at(unsigned i, unsigned m)
{
	const struct node *node = &sim.nodes[i];
	struct mono wake = MONO_NEVER;

	if (node->is_alive && node->members[m].is_there)
		wake = vrrp_router_wake(node->router, m);
	if (mono_is_never(wake))
		return MONO_NEVER;
	return later(mono_add_ns(wake, node->jitter_ns), node->paused_until);
}

static struct mono frame_at(unsigned i, unsigned m)
{
	const struct node *node = &sim.nodes[i];

	if (!node->is_alive || !node->members[m].is_there || !node->members[m].has_carrier)
		return MONO_NEVER;
	return later(node->members[m].frame_at, node->paused_until);
}

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

static void take_packet(size_t k)
{
	struct packet packet = sim.packets[k];
	struct node *node = &sim.nodes[packet.to];
	struct member *member = &node->members[packet.member];
	struct vrrp_router_event event = {
	    .kind = VRRP_ROUTER_PACKET,
	    .id = packet.member,
	    .path = {address_of(packet.from), vrrp_group(AF_INET), VRRP_HOP_LIMIT},
	    .body = packet.bytes,
	    .len = packet.len};

	sim.packets[k] = sim.packets[--sim.n_packets];
	if (mono_before(sim.now, node->paused_until)) {
		packet.at = node->paused_until;
		sim.packets[sim.n_packets++] = packet;
	} else if (node->is_alive && member->is_there && member->has_carrier) {
		step(packet.to, event);
	}
}

/* Packets come before timers: the runner reads those of all members first. */
static void run_until(struct mono end)
{
	for (;;) {
		struct mono at = MONO_NEVER, packet_at = MONO_NEVER;
		struct vrrp_router_event event = {0};
		size_t k = first_packet();
		unsigned who = 0;

		if (sim.n_packets)
			packet_at = sim.packets[k].at;
		for (unsigned i = 0; i < sim.n; i++)
			for (unsigned m = 0; m < sim.n_members; m++) {
				bool is_frame = mono_before(frame_at(i, m), timer_at(i, m));
				struct mono next = is_frame ? frame_at(i, m) : timer_at(i, m);

				if (!mono_before(next, at))
					continue;
				at = next;
				who = i;
				event.id = m;
				event.kind = is_frame ? VRRP_ROUTER_FRAME : VRRP_ROUTER_TIME;
			}
		if (mono_before(end, mono_min(at, packet_at)))
			break;
		sim.now = later(sim.now, mono_min(at, packet_at));
		if (mono_before(at, packet_at))
			step(who, event);
		else
			take_packet(k);
	}
	sim.now = later(sim.now, end);
}

static void run_for(int64_t ns)
{
	sim.seconds += (double)ns / NS_PER_S;
	run_until(mono_add_ns(sim.now, ns));
}

/* --- a scenario --- */

static void set_up(uint64_t seed)
{
	static const int64_t intervals_ms[] = {10, 100, 1000};

	for (unsigned i = 0; i < NODES_MAX; i++)
		vrrp_router_free(sim.nodes[i].router);
	memset(sim.nodes, 0, sizeof(sim.nodes));
	sim.random = seed * 0x2545f4914f6cdd1du + 1;
	sim.now = (struct mono){NS_PER_S};
	sim.n_packets = 0;
	sim.is_starting = false;
	sim.interval_ns = intervals_ms[seed % 3] * NS_PER_MS;
	sim.n = 2 + (unsigned)below(2);
	sim.n_members = 2 + (unsigned)below(MEMBERS_MAX - 1);
	sim.is_preempting = percent(70);
	for (unsigned i = 0; i < sim.n; i++) {
		/* Far enough apart: between equals chance decides. */
		sim.nodes[i].priority = (uint8_t)(20 + 80 * i + below(40));
		sim.nodes[i].source = VRRP_SOURCE_UP;
		for (unsigned m = 0; m < sim.n_members; m++)
			sim.nodes[i].members[m] = (struct member){
			    .is_wanted = true, .has_carrier = true, .frame_at = MONO_NEVER};
	}
}

static void make_peace(void)
{
	sim.loss_percent = 0;
	sim.delay_max_ns = sim.jitter_max_ns = sim.interval_ns / 100;
	memset(sim.is_cut, 0, sizeof(sim.is_cut));
	for (unsigned i = 0; i < sim.n; i++) {
		sim.nodes[i].paused_until = sim.now;
		if (!sim.nodes[i].is_alive)
			start(i, false);
		if (sim.nodes[i].order.number)
			give_order(i, VRRP_ORDER_RESUME);
		if (sim.nodes[i].source != VRRP_SOURCE_UP)
			set_source(i, VRRP_SOURCE_UP);
		for (unsigned m = 0; m < sim.n_members; m++) {
			if (!sim.nodes[i].members[m].has_carrier)
				set_carrier(i, m, true);
			if (!sim.nodes[i].members[m].is_wanted)
				reload(i, m, true);
		}
	}
}

/* The one router that is MASTER of all networks. */
static unsigned the_master(const char *when)
{
	unsigned who = 0, n = 0;

	for (unsigned i = 0; i < sim.n; i++)
		for (unsigned m = 0; m < sim.n_members; m++) {
			if (!sim.nodes[i].members[m].is_there || state_of(i, m) != VRRP_MASTER)
				continue;
			claim(!n || who == i, when);
			who = i;
			n++;
		}
	for (unsigned m = 0; m < sim.n_members; m++)
		claim(n && (!sim.nodes[who].members[m].is_there ||
			    state_of(who, m) == VRRP_MASTER),
		      when);
	return who;
}

/* So that a group is not in FAULT for most of the time. */
static void mend(unsigned i)
{
	if (!sim.nodes[i].is_alive)
		start_again(i);
	if (sim.nodes[i].source != VRRP_SOURCE_UP)
		set_source(i, VRRP_SOURCE_UP);
	for (unsigned m = 0; m < sim.n_members; m++)
		if (!sim.nodes[i].members[m].has_carrier)
			set_carrier(i, m, true);
}

static void trouble(void)
{
	unsigned i = (unsigned)below(sim.n), m = (unsigned)below(sim.n_members);
	struct node *node = &sim.nodes[i];

	switch (below(12)) {
	case 0:
		sim.loss_percent = (unsigned)below(70);
		sim.delay_max_ns = 1 + (int64_t)below((uint64_t)sim.interval_ns);
		sim.jitter_max_ns = 1 + (int64_t)below((uint64_t)sim.interval_ns);
		break;
	case 1:
		for (unsigned k = 0; k < sim.n * sim.n; k++)
			sim.is_cut[m][k / sim.n][k % sim.n] = percent(50);
		break;
	case 2:
		if (node->is_alive)
			set_carrier(i, m, !node->members[m].has_carrier);
		break;
	case 3:
		mend(i);
		break;
	case 4:
		node->paused_until = mono_add_ns(sim.now, (int64_t)below((uint64_t)sim.interval_ns * 10));
		break;
	case 5:
		if (!node->is_alive)
			start_again(i);
		else
			node->is_alive = false;
		break;
	case 6:
		set_source(i, node->source == VRRP_SOURCE_UP ? VRRP_SOURCE_DOWN : VRRP_SOURCE_UP);
		break;
	case 7:
	case 8:
		mend(i);
		break;
	case 9:
		give_order(i, (enum vrrp_order_kind)(1 + below(VRRP_ORDERS - 1)));
		break;
	default:
		if (m) /* one stays */
			reload(i, m, !node->members[m].is_wanted);
	}
}

static unsigned moves_but(unsigned i, unsigned m)
{
	unsigned n = 0;

	for (unsigned k = 0; k < sim.n_members; k++)
		n += k == m ? 0 : sim.nodes[i].members[k].n_moves;
	return n;
}

/* A member leaves and comes back by reloads, one router after the other. */
static void claim_reloads(unsigned master)
{
	unsigned m = sim.n_members - 1, before[NODES_MAX];
	bool is_late = percent(50); /* its interface is made after the reload */

	for (unsigned i = 0; i < sim.n; i++)
		before[i] = moves_but(i, m);
	for (unsigned i = 0; i < sim.n; i++) {
		reload(i, m, false);
		run_for((int64_t)below((uint64_t)down_ns()));
	}
	if (is_late)
		set_carrier(master, m, false);
	for (unsigned i = 0; i < sim.n; i++) {
		reload(i, m, true);
		run_for((int64_t)below((uint64_t)down_ns()));
	}
	run_for(3 * down_ns());
	for (unsigned i = 0; i < sim.n; i++)
		claim(moves_but(i, m) == before[i], "a reload of one member moved another one");
	if (is_late) {
		claim(vrrp_router_is_joining(sim.nodes[master].router, m), "a faulty member counts");
		set_carrier(master, m, true);
		run_for(3 * down_ns());
	}
	claim(the_master("a new member did not follow") == master, "a reload moved the group");
	claim(!vrrp_router_is_joining(sim.nodes[master].router, m), "a member did not join");
}

/* A member's interface leaves for good; a reload without the member lets the group take part. */
static void claim_leaving(unsigned master)
{
	unsigned m = (unsigned)below(sim.n_members), other;

	set_carrier(master, m, false);
	run_for(4 * down_ns());
	other = the_master("a member lost its interface");
	claim(other != master, "a group with a fault is master");
	reload(master, m, false);
	run_for(4 * down_ns());
	claim(state_of(master, m ? 0 : 1) != VRRP_FAULT, "a group keeps a fault that has left");
	set_carrier(master, m, true);
	reload(master, m, true);
	run_for(6 * down_ns());
	claim(the_master("its interface is back") == (sim.is_preempting ? master : other),
	      "another router than the right one is master");
}

static void claim_replaceable(unsigned master)
{
	sim.nodes[master].is_alive = false;
	run_for((int64_t)below((uint64_t)sim.interval_ns / 2));
	start(master, true);
	run_for(3 * down_ns());
	claim(the_master("a process was replaced") == master, "a replaced master was displaced");
}

static bool is_served(unsigned m)
{
	for (unsigned i = 0; i < sim.n; i++)
		if (sim.nodes[i].is_alive && sim.nodes[i].members[m].is_there &&
		    sim.nodes[i].members[m].has_vips)
			return true;
	return false;
}

static bool has_left(unsigned i)
{
	for (unsigned m = 0; m < sim.n_members; m++)
		if (sim.nodes[i].members[m].is_there && state_of(i, m) != VRRP_INIT)
			return false;
	return true;
}

/* Nothing is late here that could be later than the handover waits for. */
static void claim_handover(unsigned master)
{
	struct mono end = mono_add_ns(sim.now, 2 * down_ns());

	run_for(sim.interval_ns / 2); /* no advertisement of its own comes behind its priority 0 */
	trace(master, "leaves");
	for (unsigned m = 0; m < sim.n_members; m++)
		if (sim.nodes[master].members[m].is_there)
			step(master, (struct vrrp_router_event){.kind = VRRP_ROUTER_LEAVE, .id = m});
	do {
		for (unsigned m = 0; m < sim.n_members; m++)
			claim(is_served(m), "nobody serves a network in a handover");
		run_for(sim.interval_ns / 100);
	} while (mono_before(sim.now, end));
	claim(has_left(master), "a router that leaves goes on for too long");
	sim.nodes[master].is_alive = false;
	run_for(3 * down_ns());
	claim(the_master("after a handover") != master, "a router that left is master");
}

static void run_scenario(uint64_t seed)
{
	unsigned master;

	set_up(seed);
	make_peace();
	for (unsigned k = 0; k < TROUBLES; k++) {
		trouble();
		run_for((int64_t)below((uint64_t)sim.interval_ns * 3));
	}
	make_peace();
	run_for(8 * down_ns());
	master = the_master("peace has not one master of all networks");
	claim(!sim.is_preempting || master == sim.n - 1, "a better router than the master is backup");
	run_for(10 * down_ns());
	claim(the_master("peace does not last") == master, "the master changed in peace");
	claim_reloads(master);
	claim_leaving(master);
	run_for(3 * down_ns());
	master = the_master("peace again");
	claim_replaceable(master);
	claim_handover(master);
}

static bool holds(uint64_t seed)
{
	if (setjmp(sim.failed)) {
		printf("FAILED at %.4f s: %s\nreplay: sim_groups seed %llu\n",
		       (double)sim.now.ns / NS_PER_S, sim.failure, (unsigned long long)seed);
		return false;
	}
	run_scenario(seed);
	return true;
}

int main(int argc, char **argv)
{
	unsigned long n = argc == 2 ? strtoul(argv[1], NULL, 10) : SCENARIOS, n_failed = 0;

	if (argc == 3 && strcmp(argv[1], "seed") == 0) {
		sim.is_tracing = true;
		return holds(strtoull(argv[2], NULL, 10)) ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	for (unsigned long i = 0; i < n && n_failed < 5; i++)
		n_failed += !holds(i + 1);
	printf("%lu scenarios, %.0f scenario-seconds, %llu events, %lu failed\n", n, sim.seconds,
	       (unsigned long long)sim.n_events, n_failed);
	for (unsigned i = 0; i < NODES_MAX; i++)
		vrrp_router_free(sim.nodes[i].router);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
