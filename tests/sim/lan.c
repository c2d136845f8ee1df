/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The switch: frames on their way, and what befalls them. */
#include "tests/sim/lan.h"
#include "base/virtual/world.h"
#include "tests/sim/lan_machine.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define IN_FLIGHT_MAX 65536
#define CHATTER_NS    (2 * NS_PER_S) /* about so long no client says anything */

struct flight {
	struct mono at;
	uint64_t order;
	unsigned to;
	struct lan_frame frame;
};

struct neighbour {
	struct addr addr;
	unsigned machine;
};

static struct {
	uint64_t (*below)(uint64_t n);
	lan_sync_fn *on_sync;
	struct loop *loop;
	struct loop_timer *delivery, *chatter;
	bool (*may_act)(void);
	void (*on_vrrp)(unsigned machine, const struct lan_frame *frame);
	void (*on_addr)(unsigned machine, const struct addr *addr);
	struct lan_machine machines[LAN_MACHINES_MAX];
	unsigned n;
	struct lan_machine *of_others;
	VEC(struct flight) flights;
	uint64_t order;
	VEC(struct neighbour) neighbours;
	struct lan_trouble trouble;
	struct lan_counts counts;
} lan;

struct lan_trouble *lan_trouble(void)
{
	return &lan.trouble;
}

const struct lan_counts *lan_counts(void)
{
	return &lan.counts;
}

struct lan_counts *lan_counts_mutable(void)
{
	return &lan.counts;
}

static bool percent(unsigned n)
{
	return lan.below(100) < n;
}

static bool is_connected(const struct lan_machine *machine)
{
	return machine->eth0.is_up && machine->is_forwarding;
}

/* --- machines --- */

unsigned lan_count(void)
{
	return lan.n;
}

struct lan_machine *lan_machine_of_index(unsigned index)
{
	assert(index && index <= lan.n);
	return &lan.machines[index - 1];
}

struct lan_machine *lan_machine_of_loop(const struct loop *loop)
{
	if (lan.of_others)
		return lan.of_others;
	for (unsigned i = 0; i < lan.n; i++)
		if (lan.machines[i].loop == loop || lan_machine_has_loop(&lan.machines[i], loop))
			return &lan.machines[i];
	assert(!"the loop of the process was put on no machine");
	return NULL;
}

struct addr lan_address(unsigned machine, uint16_t family)
{
	uint8_t last = (uint8_t)(machine + 1);

	return family == AF_INET ? (struct addr){AF_INET, {10, 0, 0, last}}
				 : (struct addr){AF_INET6, {0xfe, 0x80, [15] = last}};
}

unsigned lan_add_machine(void)
{
	struct lan_machine *machine = &lan.machines[lan.n];
	struct addr ip4 = lan_address(lan.n, AF_INET), ip6 = lan_address(lan.n, AF_INET6);

	assert(lan.n < LAN_MACHINES_MAX);
	*machine = (struct lan_machine){.number = lan.n, .is_forwarding = true};
	machine->eth0 = (struct vrrp_link_if){.index = ++lan.n,
					      .name = "eth0",
					      .is_up = true,
					      .has_arp = true,
					      .mac = {2, 0, 0, 0, 0, (uint8_t)lan.n}};
	lan_machine_add(machine, &ip4, 24);
	lan_machine_add(machine, &ip6, 64);
	return machine->number;
}

struct lan_machine *lan_machine_with(const struct lan_machine *machine, const struct addr *addr)
{
	for (unsigned i = 0; i < lan.n; i++) {
		struct lan_machine *other = &lan.machines[i];

		if (other != machine && is_connected(machine) && is_connected(other) &&
		    lan_machine_has(other, addr) &&
		    !lan.trouble.is_cut[machine->number][i] && !lan.trouble.is_cut[i][machine->number])
			return other;
	}
	return NULL;
}

/* A loop that was freed may have had the same place in memory. */
void lan_put_process(struct loop *loop, unsigned machine)
{
	for (unsigned i = 0; i < lan.n; i++)
		if (lan.machines[i].loop == loop)
			lan.machines[i].loop = NULL;
	lan.machines[machine].loop = loop;
}

void lan_put_others(int machine)
{
	lan.of_others = machine < 0 ? NULL : &lan.machines[machine];
}

void lan_on_act(bool (*may_act)(void))
{
	lan.may_act = may_act;
}

void lan_on_vrrp(void (*on_vrrp)(unsigned machine, const struct lan_frame *frame))
{
	lan.on_vrrp = on_vrrp;
}

void lan_on_addr(void (*on_addr)(unsigned machine, const struct addr *addr))
{
	lan.on_addr = on_addr;
}

void lan_added(unsigned machine, const struct addr *addr)
{
	if (lan.on_addr)
		lan.on_addr(machine, addr);
}

bool lan_may_act(void)
{
	return !lan.may_act || lan.may_act();
}

void lan_add_addr(unsigned machine, const struct addr *addr, uint8_t prefix_len)
{
	lan_machine_add(&lan.machines[machine], addr, prefix_len);
	lan_machine_changed(&lan.machines[machine]);
}

void lan_take_addr_away(unsigned machine, const struct addr *addr)
{
	if (lan_machine_remove(&lan.machines[machine], addr))
		lan_machine_changed(&lan.machines[machine]);
}

bool lan_has_addr(unsigned machine, const struct addr *addr)
{
	const struct lan_machine *at = &lan.machines[machine];

	for (size_t i = 0; i < at->addrs.n; i++)
		if (addr_cmp(&at->addrs.items[i].addr, addr) == 0)
			return true;
	return false;
}

uint64_t lan_addrs_state(unsigned machine)
{
	return lan.machines[machine].addrs_state;
}

void lan_refuse_addrs(unsigned machine, int code)
{
	lan.machines[machine].refusal = code;
}

/* --- frames on their way --- */

static size_t first_flight(void)
{
	size_t first = 0;

	for (size_t i = 1; i < lan.flights.n; i++) {
		const struct flight *a = &lan.flights.items[i], *b = &lan.flights.items[first];

		if (mono_before(a->at, b->at) || (a->at.ns == b->at.ns && a->order < b->order))
			first = i;
	}
	return first;
}

static void arm(void)
{
	loop_timer_set(lan.delivery,
		       lan.flights.n ? lan.flights.items[first_flight()].at : MONO_NEVER);
}

static void deliver(unsigned to, const struct lan_frame *frame)
{
	struct lan_machine *machine = &lan.machines[to];

	if (!is_connected(machine) || machine->is_still) {
		lan.counts.n_unheard++;
		return;
	}
	lan.counts.n_frames++;
	lan_machine_hears(machine);
	if (frame->kind == LAN_VRRP)
		lan_machine_receive(machine, frame);
	else if (frame->kind == LAN_SYNC && lan.on_sync)
		lan.on_sync(to, frame);
}

static void on_delivery(void *arg)
{
	(void)arg;
	while (lan.flights.n) {
		size_t i = first_flight();
		struct flight flight = lan.flights.items[i];

		if (mono_before(world_now(), flight.at))
			break;
		lan.flights.items[i] = lan.flights.items[--lan.flights.n];
		deliver(flight.to, &flight.frame);
	}
	arm();
}

/* When the last of the frames to this machine arrives that are on their way. */
static struct mono last_flight_to(unsigned to)
{
	struct mono last = world_now();

	for (size_t i = 0; i < lan.flights.n; i++)
		if (lan.flights.items[i].to == to && mono_before(last, lan.flights.items[i].at))
			last = lan.flights.items[i].at;
	return last;
}

static void fly(unsigned to, const struct lan_frame *frame)
{
	int64_t ns = 1000 + (int64_t)lan.below((uint64_t)lan.trouble.delay_max_ns);
	struct flight flight = {mono_add_ns(world_now(), ns), lan.order++, to, *frame};
	struct mono last = last_flight_to(to);

	if (mono_before(flight.at, last)) {
		if (lan.trouble.keeps_order)
			flight.at = last;
		else
			lan.counts.n_overtaken++;
	}
	assert(lan.flights.n < IN_FLIGHT_MAX);
	*(struct flight *)vec_push(&lan.flights) = flight;
	arm();
}

static void send_to(unsigned from, unsigned to, const struct lan_frame *frame)
{
	if (lan.trouble.is_cut[from][to]) {
		lan.counts.n_cut++;
	} else if (percent(lan.trouble.loss_percent)) {
		lan.counts.n_lost++;
	} else {
		fly(to, frame);
		if (percent(lan.trouble.duplicate_percent)) {
			lan.counts.n_doubled++;
			fly(to, frame);
		}
	}
}

/* The clients are never cut off, and learn at once. */
static void learn(unsigned machine, const struct addr *addr)
{
	lan.counts.n_announced++;
	for (size_t i = 0; i < lan.neighbours.n; i++)
		if (addr_cmp(&lan.neighbours.items[i].addr, addr) == 0) {
			lan.neighbours.items[i].machine = machine;
			return;
		}
	*(struct neighbour *)vec_push(&lan.neighbours) = (struct neighbour){*addr, machine};
}

int lan_neighbour(const struct addr *addr)
{
	for (size_t i = 0; i < lan.neighbours.n; i++)
		if (addr_cmp(&lan.neighbours.items[i].addr, addr) == 0)
			return (int)lan.neighbours.items[i].machine;
	return -1;
}

void lan_send(unsigned from, const struct lan_frame *frame)
{
	if (frame->kind == LAN_VRRP && lan.on_vrrp)
		lan.on_vrrp(from, frame);
	if (!is_connected(&lan.machines[from])) {
		lan.counts.n_unheard++;
		return;
	}
	if (frame->kind == LAN_ANNOUNCE)
		learn(from, &frame->source);
	for (unsigned to = 0; to < lan.n; to++)
		if (to != from)
			send_to(from, to, frame);
}

void lan_forge(unsigned to, const struct lan_frame *frame)
{
	lan.counts.n_forged++;
	fly(to, frame);
}

/* --- carrier and ports --- */

static void drop_flights(unsigned to)
{
	size_t n = 0;

	for (size_t i = 0; i < lan.flights.n; i++)
		if (lan.flights.items[i].to != to)
			lan.flights.items[n++] = lan.flights.items[i];
	lan.flights.n = n;
	arm();
}

void lan_set_carrier(unsigned machine, bool has_carrier)
{
	struct lan_machine *at = &lan.machines[machine];

	if (at->eth0.is_up == has_carrier)
		return;
	at->eth0.is_up = has_carrier;
	if (has_carrier)
		lan_machine_gains_carrier(at);
	if (!has_carrier)
		drop_flights(machine);
	lan_machine_changed(at);
}

void lan_set_forwarding(unsigned machine, bool is_forwarding)
{
	lan.machines[machine].is_forwarding = is_forwarding;
	if (!is_forwarding)
		drop_flights(machine);
}

void lan_set_still(unsigned machine, bool is_still)
{
	lan.machines[machine].is_still = is_still;
}

bool lan_has_carrier(unsigned machine)
{
	return lan.machines[machine].eth0.is_up;
}

bool lan_is_forwarding(unsigned machine)
{
	return lan.machines[machine].is_forwarding;
}

/* --- the clients --- */

static void on_chatter(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < lan.n && !lan.trouble.is_quiet; i++)
		if (is_connected(&lan.machines[i]) && !lan.machines[i].is_still)
			lan_machine_hears(&lan.machines[i]);
	loop_timer_set(lan.chatter,
		       mono_add_ns(world_now(), CHATTER_NS / 8 + (int64_t)lan.below((uint64_t)CHATTER_NS)));
}

void lan_begin(uint64_t (*below)(uint64_t n), lan_sync_fn *on_sync)
{
	memset(&lan, 0, sizeof(lan));
	lan.below = below;
	lan.on_sync = on_sync;
	lan.loop = loop_new();
	lan.delivery = loop_timer_new(lan.loop, on_delivery, NULL);
	lan.chatter = loop_timer_new(lan.loop, on_chatter, NULL);
	on_chatter(NULL);
}

void lan_end(void)
{
	for (unsigned i = 0; i < lan.n; i++)
		lan_machine_fini(&lan.machines[i]);
	vec_free(&lan.flights);
	vec_free(&lan.neighbours);
	loop_timer_free(lan.delivery);
	loop_timer_free(lan.chatter);
	loop_free(lan.loop);
	memset(&lan, 0, sizeof(lan));
}
