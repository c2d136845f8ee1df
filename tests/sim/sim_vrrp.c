/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VRRP routers on a virtual network and a virtual clock. Each scenario comes from one seed:
 * routers, priorities and intervals; a time of trouble (loss, delay, duplication, one-way
 * partitions, pauses of the process and of the whole machine, crashes, links down, priority
 * changes, trackers that come and go, forged adverts); then peace, in which the claims below must
 * hold. Adverts travel as bytes, through the encoder, the decoder and the check. One scenario in four speaks version 2,
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
 * down for a better one; (11) with connection sync a better router that returns behind a port which
 * does not forward yet, and then hears the master that served meanwhile, leaves that one's
 * connections alone: that one is master again within a master-down interval, and until the hold is
 * over; no router gives way twice between two returns; (12) priority and faults of a router are
 * always what its trackers say at that moment; (13) a router that leaves neither advertises nor
 * announces; in peace it has the addresses until another one has them, and no longer than it takes
 * that one's advert to arrive.
 *
 * Usage: sim_vrrp [SCENARIOS]   or   sim_vrrp seed SEED   to replay one with a trace.
 */
#include "tests/sim/vrrp_net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TROUBLES     40
#define SCENARIOS    10000
#define DEFAULT_SEED 1

/* --- a scenario --- */

/* In half of the routers; most with a weight. */
static void set_up_tracks(struct router *router)
{
	router->n_tracks = percent(50) ? 0 : 1 + below(TRACKS_MAX);
	for (size_t k = 0; k < router->n_tracks; k++) {
		router->tracks[k] = (struct conf_track){
		    .kind = CONF_TRACKER_SCRIPT,
		    .weight = percent(30) ? 0 : (int32_t)below(509) - 254,
		    .is_reverse = percent(30)};
		router->sources[k] = VRRP_SOURCE_UNKNOWN;
	}
	add_weights(router);
}

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
	sim.is_in_order = false;
	sim.n = 2 + (unsigned)below(ROUTERS_MAX - 1);
	sim.is_mixed = sim.version == 3 && percent(25);
	is_preempting = percent(60);
	hold_ns = percent(40) ? base * (int64_t)(1 + below(8)) : 0;
	delay_ns = percent(20) ? base * (int64_t)below(8) : 0;
	clear_routers();
	sim.interval_max_ns = base;
	for (unsigned i = 0; i < sim.n; i++) {
		struct vrrp_fsm_conf *conf = &sim.routers[i].conf;

		conf->version = sim.version;
		sim.routers[i].base = (uint8_t)(percent(5) ? 255 : 1 + below(254));
		set_up_tracks(&sim.routers[i]);
		conf->is_preempting = is_preempting;
		conf->hold_ns = hold_ns;
		conf->preempt_delay_ns = delay_ns;
		sim.routers[i].answer_at = sim.routers[i].lower_since = MONO_NEVER;
		sim.routers[i].frame_at = MONO_NEVER;
		conf->interval_ns = sim.is_mixed ? base * (int64_t)(1 + below(3)) : base;
		conf->source = address_of(i);
		if (conf->interval_ns > sim.interval_max_ns)
			sim.interval_max_ns = conf->interval_ns;
	}
}

/* A change is the first thing that a router does when it wakes up. */
static void wake_for_change(struct router *router)
{
	if (mono_before(sim.now, router->paused_until)) {
		run_until((struct mono){router->paused_until.ns - 1});
		router->paused_until = sim.now;
	}
	router->lower_since = MONO_NEVER;
	router->has_returned = false;
}

static void make_peace(void)
{
	sim.loss_percent = sim.duplicate_percent = 0;
	sim.delay_max_ns = sim.interval_max_ns / 100;
	sim.jitter_max_ns = sim.interval_max_ns / 100;
	memset(sim.is_cut, 0, sizeof(sim.is_cut));
	for (unsigned i = 0; i < sim.n; i++) {
		sim.routers[i].paused_until = sim.now;
		if (sim.routers[i].is_alive && sim.routers[i].leaves) {
			stop(i);
			sim.routers[i].is_alive = false;
		}
		if (!sim.routers[i].is_alive)
			start(i, false);
		else if (!sim.routers[i].has_carrier)
			set_link(i, true);
		for (size_t k = 0; k < sim.routers[i].n_tracks; k++)
			if (!sim.routers[i].tracks[k].weight) {
				wake_for_change(&sim.routers[i]);
				set_source(i, k,
					   sim.routers[i].tracks[k].is_reverse ? VRRP_SOURCE_DOWN
									       : VRRP_SOURCE_UP);
			}
	}
}

static void change_source(unsigned i)
{
	struct router *router = &sim.routers[i];
	size_t k = below(router->n_tracks);

	if (!router->n_tracks)
		return;
	wake_for_change(router);
	/* Not a number: scripts have none. */
	set_source(i, k, (enum vrrp_source_state)below(VRRP_SOURCE_NUMBER));
}

static void change_priority(unsigned i)
{
	struct router *router = &sim.routers[i];

	wake_for_change(router);
	if (router->base != VRRP_PRIORITY_OWNER)
		router->base = (uint8_t)(1 + below(254));
	add_weights(router);
	trace(i, "has a new priority");
	if (router->is_alive)
		reload(i);
}

static void trouble(void)
{
	int64_t interval = sim.interval_max_ns;
	unsigned i = (unsigned)below(sim.n);
	struct router *router = &sim.routers[i];

	switch (below(12)) {
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
			start(i, percent(50) && router->has_vips);
		break;
	case 5:
		if (router->is_alive)
			set_link(i, !router->has_carrier);
		break;
	case 6:
		change_priority(i);
		break;
	case 7:
		if (!router->is_alive)
			break;
		if (percent(50)) {
			leave(i);
			break;
		}
		stop(i);
		router->is_alive = false;
		break;
	case 8:
		forge(i);
		break;
	case 9: /* it forwards in peace, or by another trouble of kind 1 */
		if (router->is_alive)
			set_link(i, false);
		set_forwarding(i, false);
		if (router->is_alive)
			set_link(i, true);
		break;
	case 10:
	case 11:
		change_source(i);
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
		if (sim.routers[i].fsm->state == VRRP_MASTER) {
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

static bool has_announced_since_all_yielded(unsigned master, struct mono peace)
{
	for (unsigned i = 0; i < sim.n; i++)
		if (!mono_before(sim.routers[i].yielded_at, peace) &&
		    mono_before(sim.routers[master].announced_at, sim.routers[i].yielded_at))
			return false;
	return true;
}

/* A burst that began less than a second before is not begun again: its second half follows. */
static void claim_announced(unsigned master, struct mono peace)
{
	if (!has_announced_since_all_yielded(master, peace))
		run_for(6 * NS_PER_S);
	claim(has_announced_since_all_yielded(master, peace),
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
			start(i, false);
		} else {
			change_priority(i);
		}
		run_for((int64_t)below((uint64_t)down_max_ns() * 2));
		claim(the_master("a backup displaced a living master") == master,
		      "a backup displaced a living master");
	}
	run_for(down_max_ns() * 4);
}

/* Until all that holds preemption is over, whoever answers. */
static int64_t longest_wait_ns(void)
{
	const struct vrrp_fsm_conf *conf = &sim.routers[0].conf;

	return conf->hold_ns || conf->preempt_delay_ns
		   ? 4 * conf->hold_ns + conf->preempt_delay_ns + 2 * down_max_ns()
		   : 0;
}

/* Between routers whose skew times hardly differ chance decides who follows a master that resigns.
 */
static bool has_equals(void)
{
	for (unsigned i = 0; i < sim.n; i++)
		for (unsigned k = 0; k < i; k++)
			if (abs(sim.routers[i].conf.priority - sim.routers[k].conf.priority) < 8)
				return true;
	return false;
}

/* An answer may take an interval, and a hold must be longer than what is measured. */
static bool can_show_blocked_port(unsigned master)
{
	const struct vrrp_fsm_conf *conf = &sim.routers[master].conf;

	return conf->is_preempting && conf->priority != VRRP_PRIORITY_OWNER && !has_equals() &&
	       conf->hold_ns > down_max_ns() + sim.interval_max_ns;
}

static void claim_spared(unsigned master)
{
	struct router *router = &sim.routers[master];
	int64_t hold_ns = router->conf.hold_ns;
	struct mono healed;
	unsigned second;

	sim.is_in_order = true;
	set_link(master, false);
	run_for(longest_wait_ns() + 3 * down_max_ns());
	second = the_master("a link is down");
	set_forwarding(master, false);
	set_link(master, true);
	router->is_director_hung = false;
	run_for(percent(50) ? (int64_t)below((uint64_t)down_max_ns() * 3) : 31 * NS_PER_S);
	set_forwarding(master, true);
	healed = sim.now;
	run_for(sim.interval_max_ns + down_max_ns());
	claim(the_master("after a port forwards") == second,
	      "a router whose port began to forward took over at once");
	run_until(mono_add_ns(healed, hold_ns));
	claim(the_master("in the hold") == second, "the hold was cut short");
	run_for(longest_wait_ns() + 3 * down_max_ns());
	claim(the_master("after the hold") == master, "the best router did not preempt");
	sim.is_in_order = false;
}

/* A replaced process takes a tenth of half an interval, at an advert_int of 0.1 s. */
static void claim_replaceable(unsigned master)
{
	for (unsigned k = 0; k < 5; k++) {
		crash(master);
		run_for((int64_t)below((uint64_t)sim.routers[master].conf.interval_ns / 2));
		start(master, true);
		run_for(down_max_ns() * 2 + (int64_t)below((uint64_t)sim.interval_max_ns));
		claim(the_master("a replaced master was displaced") == master,
		      "a replaced master was displaced");
	}
}

static unsigned n_serving(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < sim.n; i++)
		n += sim.routers[i].is_alive && sim.routers[i].has_vips;
	return n;
}

static void claim_handover(unsigned master)
{
	int64_t step_ns = sim.interval_max_ns / 50;
	struct mono end = mono_add_ns(
	    sim.now, sim.routers[master].conf.interval_ns + NS_PER_S + sim.interval_max_ns);

	sim.is_in_order = true; /* its last advert does not come behind its priority 0 */
	leave(master);
	while (n_serving() == 1 && sim.routers[master].has_vips && mono_before(sim.now, end))
		run_for(sim.delay_max_ns / 2);
	claim(n_serving() > 0, "nobody has the addresses in a handover");
	run_for(step_ns);
	claim(!sim.routers[master].is_alive, "a router that left keeps its addresses");
	claim(n_serving() > 0, "nobody has the addresses after a handover");
	sim.is_in_order = false;
	run_for(longest_wait_ns() + 2 * down_max_ns());
	the_master("after a handover");
	start(master, false);
	run_for(3 * down_max_ns() + longest_wait_ns());
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
	claim_handover(master);
	master = the_master("the router that left is back");
	if (can_show_blocked_port(master)) {
		claim_spared(master);
		sim.n_spared++;
	}
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
	sim.seconds += (double)sim.now.ns / NS_PER_S;
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
	printf("%lu scenarios, %.0f scenario-seconds, %llu events, %llu forged adverts, %llu blocked ports, "
	       "%lu failed\n",
	       n, sim.seconds, (unsigned long long)sim.n_events, (unsigned long long)sim.n_forged,
	       (unsigned long long)sim.n_spared, failures);
	return failures || (n >= 1000 && !sim.n_spared) ? EXIT_FAILURE : EXIT_SUCCESS;
}
