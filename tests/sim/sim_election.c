/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first election of a segment on which nobody else speaks: the vrrp processes of two directors
 * whole (base/virtual, tests/sim/lan), started within a second of each other, in any order.
 *
 * Claim: the director of the highest priority is the first MASTER, and stays the only one, at any
 * interval, with nopreempt or without, by multicast or unicast, whatever addresses it has
 * (RFC 9568 section 6.1: the skew time orders the election). Priorities differ by so much that their
 * skew times differ by more than two frames take.
 *
 * Usage: sim_election [SCENARIOS]   or   sim_election seed SEED   to replay one with its log.
 */
#include "base/arena.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/virtual/world.h"
#include "tests/sim/lan.h"
#include "vrrp/runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCENARIOS  3000
#define DELAY_NS   (200 * NS_PER_US)
#define APART_MAX  NS_PER_S
#define DIRECTORS  2
#define PRIORITIES 5 /* 1, 52, ... 205: at 10 ms their skew times differ by 2 ms */

struct director {
	struct loop *loop;
	struct loop_timer *start;
	struct vrrp_runner *runner;
	struct vrrp_runner_item item;
	bool is_master;
};

static struct {
	uint64_t random;
	struct director directors[DIRECTORS];
	int first; /* who was MASTER first; -1: nobody yet */
	bool has_another; /* somebody else was MASTER too */
} sim;

static uint64_t below(uint64_t n)
{
	uint64_t z = sim.random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	return n ? z % n : 0;
}

static void on_report(const struct vrrp_report *report, void *arg)
{
	struct director *director = arg;
	int number = (int)(director - sim.directors);

	director->is_master = report->state == VRRP_MASTER;
	if (!director->is_master)
		return;
	if (sim.first < 0)
		sim.first = number;
	sim.has_another |= sim.first != number;
}

static void on_source(const struct vrrp_source *source, void *arg)
{
	(void)source;
	(void)arg;
}

static void on_refusals(const struct vrrp_refusals *refusals, void *arg)
{
	(void)refusals;
	(void)arg;
}

/* The process begins, with its configuration. */
static void on_start(void *arg)
{
	const struct vrrp_predecessor none = {.alive = MONO_NEVER};
	struct director *director = arg;
	const struct vrrp_sink sink = {
	    .on_report = on_report, .on_source = on_source, .on_refusals = on_refusals, .arg = director};
	struct err err;

	if (vrrp_runner_new(director->loop, &none, &sink, &director->runner, &err) < 0) {
		printf("%s\n", err.text);
		exit(EXIT_FAILURE);
	}
	vrrp_runner_configure(director->runner, &director->item, 1);
}

/* --- a scenario --- */

static void set_peers(struct conf_vrrp *conf, struct arena *arena, unsigned self)
{
	struct conf_peer *peers = arena_alloc(arena, DIRECTORS * sizeof(*peers));

	conf->peers = peers;
	for (unsigned i = 0; i < DIRECTORS; i++)
		if (i != self)
			peers[conf->n_peers++] = (struct conf_peer){.addr = lan_address(i, conf->family)};
}

static void set_up(uint64_t seed)
{
	static const uint32_t intervals_ms[] = {10, 100, 1000};
	uint32_t interval_ms = intervals_ms[seed % 3];
	bool is_preempting = below(2), is_unicast = below(2), is_ip6 = below(3) == 0, is_probed = below(2);
	unsigned first = (unsigned)below(PRIORITIES);

	for (unsigned i = 0; i < DIRECTORS; i++) {
		struct director *director = &sim.directors[i];
		struct arena *arena = arena_new();
		struct conf_vip *vip = arena_alloc(arena, sizeof(*vip));
		struct conf_vrrp *conf = &director->item.frame.conf;

		*vip = (struct conf_vip){.addr = is_ip6 ? (struct addr){AF_INET6, {0xfe, 0x80, [15] = 100}}
							: (struct addr){AF_INET, {10, 0, 0, 100}},
					 .prefix_len = is_ip6 ? 128 : 32,
					 .interface = "eth0",
					 .is_probed = is_ip6 && is_probed,
					 .label = ""};
		director->item = (struct vrrp_runner_item){.arena = arena};
		*conf = (struct conf_vrrp){.name = "VI_1",
					   .interface = "eth0",
					   .vrid = 51,
					   .priority = (uint8_t)(1 + 51 * ((first + i) % PRIORITIES)),
					   .version = interval_ms == 1000 && !is_ip6 && below(2) ? 2 : 3,
					   .family = is_ip6 ? AF_INET6 : AF_INET,
					   .advert_int_us = interval_ms * 1000,
					   .is_preempting = is_preempting,
					   .auth_pass = "",
					   .vips = vip,
					   .n_vips = 1};
		if (i)
			conf->version = sim.directors[0].item.frame.conf.version;
		if (is_unicast)
			set_peers(conf, arena, i);
		director->item.frame.gate_ms = 5000;
		director->loop = loop_new();
		lan_put_process(director->loop, lan_add_machine());
		director->start = loop_timer_new(director->loop, on_start, director);
		loop_timer_set(director->start, mono_add_ns(world_now(), (int64_t)below(APART_MAX)));
	}
}

static unsigned best(void)
{
	unsigned who = 0;

	for (unsigned i = 1; i < DIRECTORS; i++)
		if (sim.directors[i].item.frame.conf.priority > sim.directors[who].item.frame.conf.priority)
			who = i;
	return who;
}

static void tear_down(void)
{
	for (unsigned i = 0; i < DIRECTORS; i++) {
		vrrp_runner_free(sim.directors[i].runner);
		loop_timer_free(sim.directors[i].start);
		loop_free(sim.directors[i].loop);
	}
	lan_end();
}

static const char *verdict(void)
{
	if (sim.first < 0)
		return "nobody became MASTER";
	if ((unsigned)sim.first != best())
		return "a director of lower priority became MASTER first";
	return sim.has_another ? "another director became MASTER too" : NULL;
}

static bool holds(uint64_t seed)
{
	const char *failure;

	sim.random = seed * 0x2545f4914f6cdd1du + 1;
	world_begin((struct mono){NS_PER_S});
	memset(sim.directors, 0, sizeof(sim.directors));
	sim.first = -1;
	sim.has_another = false;
	lan_begin(below, NULL);
	lan_trouble()->is_quiet = true;
	lan_trouble()->delay_max_ns = DELAY_NS;
	set_up(seed);
	world_run_until(mono_add_ns(world_now(), 20 * NS_PER_S));
	failure = verdict();
	if (failure)
		printf("FAILED: %s\nreplay: sim_election seed %llu\n", failure, (unsigned long long)seed);
	tear_down();
	return !failure;
}

int main(int argc, char **argv)
{
	bool is_replay = argc == 3 && !strcmp(argv[1], "seed");
	unsigned long n = argc == 2 ? strtoul(argv[1], NULL, 10) : SCENARIOS, failures = 0;

	if (!is_replay)
		log_to_socket(-1);
	if (is_replay)
		return holds(strtoull(argv[2], NULL, 10)) ? EXIT_SUCCESS : EXIT_FAILURE;
	for (unsigned long i = 0; i < n && failures < 5; i++)
		failures += !holds(1 + i);
	printf("%lu elections, %lu failed\n", n, failures);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
