/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pair of directors that lose the way to their servers, on a virtual clock: one of them, the other or
 * both, for 20 to 44 s. (After PATH_BOUND_S a server without a way gets weight 0.) Servers die meanwhile.
 * Each director has the health model of lvsd and the judgement of the path (healthcheck/path.h), as
 * daemon/director/paths.c puts them together. What the network does is known here alone. At each moment:
 * - no pool is without a server that really serves: no director empties a pool by its own fault;
 * - a director whose own link or route is gone takes no server down, and touches no weight;
 * - a director whose own way is well sees nothing of the other one's trouble: only a server that is dead
 *   leaves, no guard acts, no path is blamed.
 * The director that is cut off says so: by the panic guard of each pool that loses its majority, or by
 * the fault of the path of each check. When the way is back, each state and weight is the true one within
 * the time that the checks take.
 */
#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"
#include "healthcheck/health.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>

enum { N_VS = 8, N_RS = 5, N = N_VS * N_RS, N_DIRECTORS = 2, N_SEEDS = 12 };

/* Of the checks, in milliseconds: retry is 1. */
enum { LOOP_MS = 5000, TIMEOUT_MS = 1000, RETRY_MS = 1000, ANSWER_MS = 20 };
/* From a change of a server, or of the way to it, to the verdict. */
enum { VERDICT_MS = LOOP_MS + 2 * TIMEOUT_MS + RETRY_MS + ANSWER_MS };
/* When a route is back, all checks are made within PATH_SPREAD_MS. */
enum { SOON_MS = PATH_SPREAD_MS + VERDICT_MS - LOOP_MS + ANSWER_MS };
/* When the carrier is back, nobody is judged before some server has answered over it. */
enum { HEALED_MS = LOOP_MS + PATH_SPREAD_MS + VERDICT_MS };

#define LINK 7

/* Cheap while it holds: it is asked millions of times. */
#define CLAIM(is_true, ...)                                                                        \
	do {                                                                                       \
		if (!(is_true))                                                                    \
			ck_abort_msg(__VA_ARGS__);                                                 \
	} while (0)

/* What becomes of the way of a director. Packets are lost without a word where nothing else is said. */
enum way {
	WAY_WELL,
	WAY_NO_CARRIER,
	WAY_NO_ROUTE,
	WAY_BLOCKED_PORT, /* no carrier; then the switch forwards nothing for up to 15 s (STP) */
	WAY_LOST,         /* to all servers */
	WAY_LOST_MOST,    /* to three of each five */
	WAY_LOST_FEW,     /* to two of each five */
	WAY_LOST_HALF,    /* to all servers of each second service */
	N_WAYS,
};

struct server {
	struct mono dies_at; /* MONO_NEVER: never */
	bool is_refusing;    /* when dead; else it is silent */
};

struct probing {
	struct mono end; /* MONO_NEVER: none */
	check_id id;
	struct probe_result result;
};

struct director {
	enum way way;
	struct mono lost_at, back_at, forwards_at;
	struct health *health;
	struct conf *conf;
	struct path_link link;
	struct path_pass pass;
	struct probing probing[N];
	uint32_t weights[N];      /* when the way was lost */
	bool is_guarded[N_VS];    /* the guard has acted */
	bool is_back;             /* the return was told to the model */
	size_t n_downs, n_faulted_most;
};

struct world {
	struct mono now;
	uint64_t random;
	struct server servers[N];
	struct director directors[N_DIRECTORS];
};

static struct mono at_ms(int64_t ms)
{
	return (struct mono){ms * NS_PER_MS};
}

static int64_t below(struct world *world, int64_t n)
{
	world->random = hash_mix(world->random, (uint64_t)n);
	return (int64_t)(world->random % (uint64_t)n);
}

/* --- the network --- */

static bool is_dead(const struct world *world, size_t place)
{
	return mono_reached(world->now, world->servers[place].dies_at);
}

static bool is_cut(const struct world *world, const struct director *d)
{
	return mono_reached(world->now, d->lost_at) && mono_before(world->now, d->back_at);
}

static bool is_own_fault(const struct director *d)
{
	return d->way == WAY_NO_CARRIER || d->way == WAY_NO_ROUTE || d->way == WAY_BLOCKED_PORT;
}

static bool is_behind_cut(const struct director *d, size_t place)
{
	switch (d->way) {
	case WAY_LOST_MOST:
		return place % N_RS % 2 == 0;
	case WAY_LOST_FEW:
		return place % N_RS < 2;
	case WAY_LOST_HALF:
		return place / N_RS % 2 == 0;
	default:
		return d->way != WAY_WELL;
	}
}

static bool is_reached(const struct world *world, const struct director *d, size_t place)
{
	return !is_behind_cut(d, place) || mono_before(world->now, d->lost_at) ||
	       mono_reached(world->now, d->forwards_at);
}

static bool has_carrier(const struct world *world, const struct director *d)
{
	return !is_cut(world, d) || (d->way != WAY_NO_CARRIER && d->way != WAY_BLOCKED_PORT);
}

/* --- a director --- */

static size_t place_of(const struct health_check *check)
{
	return check->conf->target.addr.bytes[3];
}

/* A cut that begins or ends while the probe is under way is as one at its start. */
static struct probe_result find(const struct world *world, const struct director *d, size_t place)
{
	struct probe_result result = {.outcome = PROBE_FAIL, .started = world->now};

	if (is_reached(world, d, place) && !is_dead(world, place))
		result.outcome = PROBE_OK;
	else if (is_reached(world, d, place) && world->servers[place].is_refusing)
		result.is_answered = true;
	else if (d->way == WAY_NO_ROUTE && is_cut(world, d))
		result.fault = PATH_NO_ROUTE; /* connect() said so */
	return result;
}

static void start_probe(struct world *world, struct director *d, check_id id)
{
	size_t place = place_of(health_check_find(d->health, id));
	struct probing *probing = &d->probing[place];
	bool is_silent;

	CLAIM(mono_is_never(probing->end), "two probes of one check");
	probing->id = id;
	probing->result = find(world, d, place);
	is_silent = probing->result.outcome == PROBE_FAIL && !probing->result.is_answered &&
		    probing->result.fault == PATH_FINE;
	probing->end = mono_add_ms(world->now, is_silent ? TIMEOUT_MS : 1 + below(world, ANSWER_MS - 1));
}

static struct path_facts facts_of(const struct world *world, const struct director *d)
{
	if (d->way == WAY_NO_ROUTE && is_cut(world, d))
		return (struct path_facts){.error = ENETUNREACH};
	return (struct path_facts){.link = d->link};
}

/* As daemon/director/paths.c does it. */
static void judge(const struct world *world, struct director *d, const struct health_check *check,
		  struct probe_result *result)
{
	const struct path_facts facts = facts_of(world, d);
	struct path_verdict verdict;

	if (result->outcome == PROBE_OK || result->is_answered) {
		path_link_prove(&d->link, check->started);
		return;
	}
	verdict = path_blame(result->fault, path_judge(&facts, check->started));
	if (verdict.fault == PATH_FINE)
		return;
	result->outcome = PROBE_NONE;
	result->fault = verdict.fault;
	result->interface = verdict.interface;
}

static void take_change(const struct world *world, struct director *d, const struct health_change *change)
{
	size_t vs = (size_t)(change->vs - health_services(d->health, &(size_t){0}));

	if (change->kind == HEALTH_CHANGE_GUARD && change->to == HEALTH_DOWN)
		d->is_guarded[vs] = true;
	if (change->kind != HEALTH_CHANGE_REAL_SERVER || change->to != HEALTH_DOWN)
		return;
	d->n_downs++;
	CLAIM(!is_own_fault(d) || !is_cut(world, d), "a director without a way condemns a server");
	if (d->way == WAY_WELL || is_own_fault(d))
		CLAIM(is_dead(world, place_of(change->cause)), "a server that lives is down");
}

static void end_probe(const struct world *world, struct director *d, struct probing *probing)
{
	struct probe_result result = probing->result;
	struct health_change change;

	probing->end = MONO_NEVER;
	judge(world, d, health_check_find(d->health, probing->id), &result);
	health_outcome(d->health, probing->id, &result, world->now, world->now.ns);
	while (health_next_change(d->health, &change))
		take_change(world, d, &change);
}

static bool is_passable(const struct health_check *check, void *arg)
{
	(void)check;
	return *(bool *)arg;
}

/* The kernel tells of the carrier and of routes that are back. */
static void follow_way(const struct world *world, struct director *d)
{
	bool is_back = mono_reached(world->now, d->back_at), has_route = is_back;
	enum path_link_event event =
	    path_link_update(&d->link, has_carrier(world, d), 0, world->now, world->now.ns);

	if (!is_own_fault(d) || !is_back || d->is_back)
		return;
	ck_assert(d->way == WAY_NO_ROUTE || event == PATH_LINK_BACK);
	d->is_back = true;
	d->pass = (struct path_pass){.faults = 1u << PATH_NO_CARRIER | 1u << PATH_NO_ROUTE | 1u << PATH_RETURNING,
				     .interface = d->way == WAY_NO_ROUTE ? 0 : LINK,
				     .left = SIZE_MAX};
	while (d->pass.left)
		health_path_returned(d->health, &d->pass, world->now, is_passable, &has_route);
}

static uint32_t weight_of(const struct director *d, size_t place)
{
	size_t n;
	const struct health_vs *vs = &health_services(d->health, &n)[place / N_RS];
	bool is_present;
	uint32_t weight;

	health_rs_effective(vs, &vs->real_servers[place % N_RS], &is_present, &weight);
	return is_present ? weight : 0;
}

static enum health_state state_of(const struct director *d, size_t place)
{
	size_t n;

	return health_services(d->health, &n)[place / N_RS].real_servers[place % N_RS].state;
}

/* --- claims --- */

static void claim_pools(const struct world *world, const struct director *d)
{
	for (size_t vs = 0; vs < N_VS; vs++) {
		size_t n_serving = 0;

		for (size_t i = vs * N_RS; i < (vs + 1) * N_RS; i++)
			n_serving += weight_of(d, i) && !is_dead(world, i);
		CLAIM(n_serving > 0, "service %zu has no server that lives", vs);
	}
}

static void claim_own_fault(const struct world *world, struct director *d)
{
	if (!is_own_fault(d) || !is_cut(world, d))
		return;
	for (size_t i = 0; i < N; i++)
		CLAIM(weight_of(d, i) == d->weights[i], "a director without a way touches a weight");
	if (health_n_faulted(d->health) > d->n_faulted_most)
		d->n_faulted_most = health_n_faulted(d->health);
}

static void claim_soon(const struct world *world, const struct director *d)
{
	if (d->way != WAY_NO_ROUTE || mono_before(world->now, mono_add_ms(d->back_at, SOON_MS)))
		return;
	for (size_t i = 0; i < N; i++)
		CLAIM(mono_before(d->back_at, world->servers[i].dies_at) || state_of(d, i) == HEALTH_DOWN,
		      "a server that died meanwhile is found too late");
}

static void claim_well(const struct director *d)
{
	if (d->way != WAY_WELL)
		return;
	CLAIM(!health_n_faulted(d->health), "a way is blamed that is well");
	for (size_t vs = 0; vs < N_VS; vs++)
		CLAIM(!d->is_guarded[vs], "the guard acts though the way is well");
}

/* Most of the pool fell silent to d, and lived as long as the cut lasted. */
static bool is_majority_lost(const struct director *d, const struct world *world, size_t vs)
{
	size_t n = 0;

	for (size_t i = vs * N_RS; i < (vs + 1) * N_RS; i++)
		n += is_behind_cut(d, i) && mono_before(d->back_at, world->servers[i].dies_at);
	return n > N_RS / 2;
}

static void claim_alarm(const struct world *world, const struct director *d)
{
	if (is_own_fault(d)) {
		ck_assert_uint_eq(d->n_faulted_most, N);
		return;
	}
	for (size_t vs = 0; d->way != WAY_WELL && vs < N_VS; vs++)
		ck_assert(d->is_guarded[vs] || !is_majority_lost(d, world, vs));
}

static void claim_truth(const struct world *world, const struct director *d)
{
	size_t n;
	const struct health_vs *services = health_services(d->health, &n);

	ck_assert_uint_eq(health_n_faulted(d->health), 0);
	for (size_t i = 0; i < N; i++) {
		ck_assert_int_eq(state_of(d, i), is_dead(world, i) ? HEALTH_DOWN : HEALTH_UP);
		ck_assert_uint_eq(weight_of(d, i), !is_dead(world, i));
	}
	for (size_t vs = 0; vs < N_VS; vs++)
		ck_assert_int_eq(services[vs].guard, GUARD_NONE);
}

/* --- time --- */

static struct mono next_of(const struct director *d, struct mono next, struct mono now)
{
	const struct mono times[] = {d->lost_at, d->back_at, d->forwards_at, health_next_due(d->health)};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (i == 3 || mono_before(now, times[i]))
			next = mono_min(next, times[i]);
	for (size_t i = 0; i < N; i++)
		next = mono_min(next, d->probing[i].end);
	return next;
}

static void turn(struct world *world, struct director *d)
{
	check_id id;

	follow_way(world, d);
	for (size_t i = 0; i < N; i++)
		if (mono_reached(world->now, d->probing[i].end))
			end_probe(world, d, &d->probing[i]);
	while (health_take_due(d->health, world->now, &id, 1))
		start_probe(world, d, id);
	if (mono_before(world->now, d->lost_at))
		for (size_t i = 0; i < N; i++)
			d->weights[i] = weight_of(d, i);
	claim_own_fault(world, d);
	claim_soon(world, d);
	claim_well(d);
	if (mono_reached(world->now, at_ms(1000)))
		claim_pools(world, d);
}

static void run(struct world *world, struct mono end)
{
	while (mono_before(world->now, end)) {
		struct mono next = end;

		for (size_t i = 0; i < N_DIRECTORS; i++)
			next = next_of(&world->directors[i], next, world->now);
		world->now = mono_before(world->now, next) ? next : world->now;
		for (size_t i = 0; i < N_DIRECTORS; i++)
			turn(world, &world->directors[i]);
	}
}

static void director_begin(struct world *world, struct director *d, enum way way)
{
	struct check_ids added = {0}, dropped = {0};

	d->way = way;
	d->lost_at = at_ms(10000 + below(world, LOOP_MS));
	d->back_at = mono_add_ms(d->lost_at, 20000 + below(world, 24000));
	d->forwards_at = mono_add_ms(d->back_at, way == WAY_BLOCKED_PORT ? below(world, 15000) : 0);
	d->health = health_new();
	d->conf = test_conf_new(N_VS, N_RS, 1);
	d->link = path_link_new(LINK, "eth1", true, 0, world->now, 1);
	for (size_t i = 0; i < N; i++) {
		struct conf_check *check = d->conf->virtual_servers[i / N_RS].real_servers[i % N_RS].checks;

		check->delay_loop_us = LOOP_MS * (US_PER_S / 1000);
		d->probing[i].end = MONO_NEVER;
	}
	health_configure(d->health, d->conf, world->now, 1, &added, &dropped);
	vec_free(&added);
	vec_free(&dropped);
}

/* In half of the services one server dies, before the cut or while it lasts. */
static void plan_deaths(struct world *world)
{
	for (size_t i = 0; i < N; i++)
		world->servers[i].dies_at = MONO_NEVER;
	for (size_t vs = 0; vs < N_VS; vs++)
		if (below(world, 2))
			world->servers[vs * N_RS + (size_t)below(world, N_RS)] =
			    (struct server){at_ms(2000 + below(world, 50000)), below(world, 2)};
}

static size_t n_dead(const struct world *world)
{
	size_t n = 0;

	for (size_t i = 0; i < N; i++)
		n += is_dead(world, i);
	return n;
}

static void play(enum way first, enum way second, uint64_t seed)
{
	struct world *world = mem_calloc(1, sizeof(*world));
	struct mono end = at_ms(0);

	world->random = seed;
	plan_deaths(world);
	director_begin(world, &world->directors[0], first);
	director_begin(world, &world->directors[1], second);
	for (size_t i = 0; i < N_DIRECTORS; i++)
		if (mono_before(end, world->directors[i].forwards_at))
			end = world->directors[i].forwards_at;
	if (mono_before(end, at_ms(52000)))
		end = at_ms(52000); /* the last death */
	run(world, mono_add_ms(end, HEALED_MS));
	for (size_t i = 0; i < N_DIRECTORS; i++) {
		struct director *d = &world->directors[i];

		claim_alarm(world, d);
		claim_truth(world, d);
		if (d->way == WAY_WELL)
			ck_assert_uint_eq(d->n_downs, n_dead(world));
		health_free(d->health);
		test_conf_free(d->conf);
	}
	free(world);
}

/* Each way of one director beside each way of the other (_i). */
START_TEST(a_pair_loses_its_servers)
{
	for (uint64_t seed = 0; seed < N_SEEDS; seed++)
		play((enum way)(_i / N_WAYS), (enum way)(_i % N_WAYS), seed * N_WAYS * N_WAYS + (uint64_t)_i);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim_partition");
	TCase *tcase = tcase_create("sim_partition");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, a_pair_loses_its_servers, 0, N_WAYS * N_WAYS);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
