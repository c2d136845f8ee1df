/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two directors whole on a virtual clock: director, vrrp, check and script process of each, over
 * channels in memory; a fake kernel table for each, with netlink's errors; one network between them
 * (tests/sim/lan.h); real servers, clients, an operator. Six scenarios in ten have VRRP, half of
 * these connection sync.
 *
 * Each scenario comes from one seed, which also draws the probabilities: a time of trouble (deaths
 * and replacements of each process, between turns and within them, pauses, reloads with good and
 * bad files, commands, servers that come and go, refused and slow netlink, somebody else who writes
 * the table; frames that are lost, doubled and late, partitions, carriers, ports that do not
 * forward, addresses that are refused and taken away; probes that cannot be made, or have no way to
 * the servers; the death of lvsd but for its vrrp process, and of the lvsd that is started next;
 * tracking scripts that fail; somebody else who changes the filter of no_accept), then a second
 * phase that heals a random core only (one director or both, some of the servers) while the rest
 * stays in trouble.
 *
 * Claims: (1) a pool with a healthy server is never empty, neither for longer than a server's
 * return takes nor within a plan; (2) no request goes to a server that is dead for longer than its
 * detection time and a turn; (3) a drained connection is not cut before its deadline; (4) a healthy
 * server stays; (5) a file that is refused changes nothing, and what is in force is what an
 * operator asked for; (6) what is known of a server is not forgotten by a reload; (7) services of
 * others stay; (8) in the core the table is what is wanted when detection and mending are over, and
 * again within one reconcile_interval after a last fault; then the kernel is left alone; (9) no
 * process spins; (10) when nothing has disturbed VRRP for as long as anything of it may last (gate,
 * master-down time, preempt_delay, four holds), one director alone has the addresses, all of its
 * file, and none of an earlier one: the better one if it preempts; (11) two masters that hear each
 * other are two for three intervals at most; (12) each director shows and remembers its state, the
 * clients send to the master, the kernel's roles of connection sync are what the file says; (13) in
 * peace a master whose vrrp process, director or both are replaced stays, and no replaced or paused
 * backup displaces it; one that ends or loses its carrier is followed at once; (14) with connection
 * sync whoever returns leaves the other one alone for the hold, which ends; (15) a director whose
 * probes cannot be made, or have no way to the servers, takes no server out that serves; (16) after
 * a handover in peace the last notification tells the state; (17) a start with a bad file is
 * refused, and changes nothing in the kernel; (18) a master that ends gives its addresses up to one
 * whose kernel refuses them, which has them when its kernel takes them again; (19) a sync group has
 * some of its addresses, and not all, only while it hands over or a member joins, and no longer
 * than that takes; (20) a reload that adds or removes a member takes no address of another one;
 * (21) a release, a take, and resume move the whole group; (22) in peace the master stays, and
 * nobody else sends an advert; (23) whatever happens there is no storm of adverts; (24) who may not
 * preempt does not displace a living master, even if it is better and its process is replaced; (25)
 * an address that was taken behind a switch port which does not forward is announced when it
 * forwards; (26) whoever relieves a vrrp process that hangs, or a machine that is suspended, stays
 * master, if the other one may not preempt or has connections to learn; (27) the filter of
 * no_accept refuses the addresses of all members with no_accept that are no owners, master or not,
 * and no others, from the turn in which their file comes into force; it has each one before that
 * comes onto the machine, until it is gone from there, and again at once after somebody else has
 * changed it; (28) of an orphan and the vrrp process that succeeds it never both speak, and an
 * orphan ends; (29) in peace a master whose lvsd dies keeps its addresses, and its adverts are
 * never further apart than an interval and 50 ms, until the lvsd that is started next has taken
 * over; if that one, or a process of it, dies at any act in the takeover, never further than three
 * intervals and 50 ms; (30) an orphan without a successor hands over after its time as at a stop.
 *
 * One more scenario, without trouble, claims that 1,000 reloads leave nothing in memory.
 *
 * Faults that were planted in lvsd, each alone, and found by 2,000 scenarios at most: (1) a plan
 * carried out from its end; a server that comes back stays down; (2) a failed check changes
 * nothing; (3) half the time to drain; (5) no return of an unconfirmed reload; (7) every service
 * may be deleted; (10) nobody preempts; a master that stops keeps its addresses; what the kernel
 * refused is not tried again (18); (11) a master yields to nobody; (12) it announces nothing; (13)
 * a replaced process begins as backup; sleep counts as silence; (14) no hold; (16) no script for
 * BACKUP; (19) a group does not yield; (20) a new member counts at once; (21) a released router
 * keeps its priority; a take moves one member; (22) a backup advertises; (23) every advert is
 * answered; two owners in groups follow each other; (25) no announcement when the first frame
 * comes; (26) a process that is replaced too late speaks at once; nobody notices that the machine
 * was suspended; (27) the filter is changed after the vrrp process has been told; it lets go of an
 * address during a handover; nobody listens for changes; (28) an orphan that was relieved goes on;
 * (29) a successor with nopreempt listens first; a forsaken orphan ends; (30) an orphan waits for
 * ever. Not found here, but by tests/unit/test_vrrp_absent: a member that leaves for good counts in
 * its group until it has left.
 *
 * Usage: sim_pair [SCENARIOS [FIRST_SEED]]; sim_pair seed SEED replays one with a trace, sim_pair
 * memory SEED runs that of the memory; sim_pair counters SCENARIOS prints what was met.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/virtual/channel.h"
#include "base/virtual/world.h"
#include "tests/sim/pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SCENARIOS 2000
/* The longest detection of pair_model.c's checks, a kernel's backoff, a start and slow_start. */
#define HEAL_MS	  35000
/* Scenarios from which on each pair of state and event must have been met. */
#define MANY	  1000

/* Turns at one instant, of all processes. */
#define SPIN_TURNS 10000

struct pair pair;
static double seconds; /* of all scenarios */

static void on_spin(struct loop *loop)
{
	for (unsigned i = 0; i < PAIR_NODES; i++)
		for (unsigned k = 0; k < PAIR_PROCS; k++)
			if (pair.nodes[i].procs[k].loop == loop)
				pair_fail(&pair.nodes[i], "process %u spins", k);
	pair_fail(NULL, "the simulation spins");
}

/* What both directors have in common. */
static void draw_pair(void)
{
	static const unsigned adverts_ms[] = {100, 200, 500, 1000};

	pair.has_vrrp = pair_permille(600);
	pair.has_sync = pair.has_vrrp && pair_permille(500);
	pair.advert_ms = pair.advert_min_ms = adverts_ms[pair_below(4)];
	if (pair_permille(250))
		pair.advert_min_ms = adverts_ms[0];
	pair.has_clocks = pair_permille(500);
	pair.n_nets = pair_permille(400) ? 1 : 2 + (unsigned)pair_below(PAIR_MEMBERS - 1);
}

static void begin(uint64_t seed)
{
	channels_begin();
	world_begin((struct mono){1000 * NS_PER_S});
	pair = (struct pair){.seed = seed, .random = seed * UINT64_C(0x2545f4914f6cdd1d) + 1};
	pair.began = world_now();
	world_on_spin(SPIN_TURNS, on_spin);
	pair.loop = loop_new();
	draw_pair();
	pair_net_open();
	pair_servers_open();
	pair_events_draw();
	for (unsigned i = 0; i < PAIR_NODES; i++) {
		pair_node_open(&pair.nodes[i], i);
		if (pair_permille(300))
			pair_kernel_add_foreign(&pair.nodes[i]);
		pair.nodes[i].file = model_new(NULL, false);
		pair_node_start(&pair.nodes[i]);
	}
	pair_clients_open();
}

static void end(void)
{
	for (unsigned i = 0; i < PAIR_NODES; i++)
		pair_node_close(&pair.nodes[i]);
	pair_clients_close();
	pair_net_close();
	loop_free(pair.loop);
	channels_begin();
	world_begin((struct mono){0});
	models_clear();
}

static void run_ms(int64_t ms)
{
	world_run_until(mono_add_ms(world_now(), ms));
}

/* Events for so long, one each gap_ms in the mean. */
static void trouble(int64_t ms, int64_t gap_ms)
{
	struct mono until = mono_add_ms(world_now(), ms);

	while (mono_before(world_now(), until)) {
		run_ms((int64_t)pair_below((uint64_t)(2 * gap_ms)));
		pair_event();
	}
}

static void heal_node(struct pair_node *node)
{
	node->is_core = true;
	node->kernel.faults = (struct pair_kernel_faults){0};
	node->rundir.is_readonly = false;
	pair_loader_set(node, false);
	for (unsigned i = 0; i < PAIR_PROCS; i++)
		node->procs[i].acts_left = 0;
	node->doom = (struct pair_doom){0};
	pair_lvsd_hurry(node);
	pair_net_heal(node);
	pair_trace(node, "== is healed");
	if (node->is_order_unsure)
		pair_ask_resume(node);
}

static void heal(void)
{
	uint64_t which = 1 + pair_below(3);

	pair.is_quiet = true;
	if (which == 3)
		pair_net_mend();
	for (unsigned i = 0; i < PAIR_NODES; i++)
		if (which & (1u << i))
			heal_node(&pair.nodes[i]);
	for (unsigned i = 0; i < PAIR_SERVERS; i++) {
		pair.servers[i].is_core = pair_permille(800);
		if (pair.servers[i].is_core)
			pair_server_set(i, pair_permille(700) ? PAIR_SERVER_UP
							      : (enum pair_server_state)pair_below(PAIR_SERVER_STATES));
	}
}

static void claim_core(const char *when)
{
	for (unsigned i = 0; i < PAIR_NODES; i++)
		if (pair.nodes[i].is_core)
			pair_claim_table(&pair.nodes[i], when);
}

static void last_fault(struct pair_node *node)
{
	pair_trace(node, "== the last fault");
	if (pair_permille(500))
		pair_kernel_clear(node);
	else
		pair_kernel_meddle(node);
}

static int64_t longest_reconcile_ms(void)
{
	unsigned s = 0;

	for (unsigned i = 0; i < PAIR_NODES; i++)
		if (pair.nodes[i].is_core && pair.nodes[i].in_force->reconcile_s > s)
			s = pair.nodes[i].in_force->reconcile_s;
	return s * 1000;
}

/* Nothing drains and nothing changes any more: then lvsd leaves the kernel alone. */
static void claim_calm(void)
{
	uint64_t before[PAIR_NODES];

	for (unsigned i = 0; i < PAIR_SERVERS; i++)
		if (!pair.servers[i].is_core)
			return;
	run_ms(61000); /* no connection lasts longer, nor does slow_start */
	for (unsigned i = 0; i < PAIR_NODES; i++)
		before[i] = pair.nodes[i].kernel.n_ops;
	run_ms(2 * longest_reconcile_ms());
	for (unsigned i = 0; i < PAIR_NODES; i++) {
		if (!pair.nodes[i].is_core)
			continue;
		pair_happened(PAIR_CALM_CLAIMED);
		if (pair.nodes[i].kernel.n_ops != before[i])
			pair_fail(&pair.nodes[i], "the kernel is not left alone in peace");
	}
}

/* Until the probes of each in the core say something again. */
static int64_t longest_blindness_ms(void)
{
	int64_t ns = 0;

	for (unsigned i = 0; i < PAIR_NODES; i++) {
		int64_t own_ns = mono_sub(pair.nodes[i].seen_since, world_now());

		if (pair.nodes[i].is_core && own_ns > ns)
			ns = own_ns;
	}
	return ns / NS_PER_MS;
}

/* Exactly one is master, the right one, and both know it. */
static void claim_pair(void)
{
	while (mono_before(world_now(), pair_vrrp_settled_at()))
		world_run_until(pair_vrrp_settled_at());
	for (unsigned i = 0; i < PAIR_NODES; i++)
		pair_ask_status(&pair.nodes[i]);
	run_ms(10);
	pair_claim_roles();
}

static void run_peace(void)
{
	if (!pair.has_vrrp || !pair.nodes[0].is_core || !pair.nodes[1].is_core)
		return;
	claim_pair();
	pair_last_act();
	claim_pair();
}

static void run_scenario(uint64_t seed)
{
	int64_t gap_ms;

	begin(seed);
	gap_ms = 200 + (int64_t)pair_below(4000);
	run_ms((int64_t)pair_below(10000));
	trouble(20000 + (int64_t)pair_below(60000), gap_ms);
	heal();
	trouble(HEAL_MS + longest_blindness_ms(), gap_ms);
	claim_core("after healing");
	for (unsigned i = 0; i < PAIR_NODES; i++)
		if (pair.nodes[i].is_core)
			last_fault(&pair.nodes[i]);
	run_ms(longest_reconcile_ms());
	claim_core("after the last fault");
	run_peace();
	if (pair_permille(200))
		claim_calm();
}

/* A scenario with all that a pair can have. */
static void run_memory(uint64_t seed)
{
	begin(seed);
	while (!pair.has_sync) {
		end();
		begin(++seed);
	}
	pair_claim_memory();
}

/* The same once more, for its last events. */
static void retell(uint64_t seed, void (*run)(uint64_t seed))
{
	pair_is_retelling = true;
	if (!setjmp(pair_failed)) {
		run(seed);
		end();
	}
	pair_is_retelling = false;
	pair_print_last();
}

/* Returns whether the scenario held. What a failed one has in memory is lost. */
static bool holds(uint64_t seed, void (*run)(uint64_t seed))
{
	if (setjmp(pair_failed)) {
		printf("FAILED after %.3f s: %s\n",
		       (double)mono_sub(world_now(), pair.began) / NS_PER_S, pair.failure);
		if (!pair_is_tracing)
			retell(seed, run);
		printf("replay: tests/sim/sim_pair %s %llu\n", run == run_memory ? "memory" : "seed",
		       (unsigned long long)seed);
		return false;
	}
	run(seed);
	seconds += (double)mono_sub(world_now(), pair.began) / NS_PER_S;
	end();
	return true;
}

static int replay(uint64_t seed)
{
	pair_is_tracing = true;
	return holds(seed, run_scenario) ? EXIT_SUCCESS : EXIT_FAILURE;
}

struct job {
	unsigned long n;
	uint64_t first;
};

static void run_job(unsigned number, unsigned step, struct pair_result *result, void *arg)
{
	const struct job *job = arg;
	clock_t cpu = clock();

	mem_keep_freed(); /* fresh pages would cost it a twentieth of its time */
	for (unsigned long i = number; i < job->n && result->n_failed < 5; i += step) {
		result->seed = job->first + i;
		result->n_failed += !holds(job->first + i, run_scenario);
	}
	result->seconds = seconds;
	result->cpu_s = (double)(clock() - cpu) / CLOCKS_PER_SEC;
}

static double clock_of_wall(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / NS_PER_S;
}

int main(int argc, char **argv)
{
	struct job job = {SCENARIOS, 1};
	struct pair_result result;
	double began;
	bool is_counting = argc == 3 && !strcmp(argv[1], "counters");
	unsigned missing;

	if (argc == 3 && !strcmp(argv[1], "seed"))
		return replay(strtoull(argv[2], NULL, 10));
	if (argc == 3 && !strcmp(argv[1], "memory"))
		return holds(strtoull(argv[2], NULL, 10), run_memory) ? EXIT_SUCCESS : EXIT_FAILURE;
	if (argc > 1)
		job.n = strtoul(argv[is_counting ? 2 : 1], NULL, 10);
	if (argc > 2 && !is_counting)
		job.first = strtoull(argv[2], NULL, 10);
	began = clock_of_wall();
	result = pair_jobs_run(run_job, &job);
	result.n_failed += !pair_memory_holds(job.first);
	if (is_counting)
		pair_events_print();
	missing = job.n >= MANY && !result.n_failed ? pair_events_missing() : 0;
	printf("%lu scenarios, %.0f scenario-seconds in %.1f s, %.0f in a second of a processor, %lu failed\n",
	       job.n, result.seconds, clock_of_wall() - began, result.seconds / (result.cpu_s + 1e-3),
	       result.n_failed);
	return result.n_failed || missing ? EXIT_FAILURE : EXIT_SUCCESS;
}
