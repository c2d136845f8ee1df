/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The health model on a virtual clock, with thousands of checks and a prober that is slow, that
 * dies, and whose servers fail together or flap. After every step the model is held against what
 * a much simpler one says, and against what must always be true:
 * - no check has two probes in flight, and no more than the cap are out;
 * - a probe starts when it is due, unless the cap is reached;
 * - no check waits longer for a probe than its interval and the cap allow.
 */
#include "base/hash.h"
#include "base/vec.h"
#include "healthcheck/check_key.h"
#include "healthcheck/health.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>

/* The index of the link that half of the services are behind. */
#define LINK 7

enum { N_VS = 8, N_RS = 300, N_CHECKS = 1, N = N_VS * N_RS * N_CHECKS };

/* What befalls the world. Times in virtual milliseconds; 0: never. */
struct weather {
	int64_t probe_ms_max;                  /* a probe that ends well takes up to this */
	int64_t timeout_ms;                    /* and one that fails takes this */
	int64_t outage_at_ms, outage_until_ms; /* all servers fail */
	int64_t flap_ms;                       /* each server turns over about so often */
	int64_t reload_ms;                     /* a new configuration so often */
	unsigned changed_percent; /* of the checks, the same ones in each reload, are others then */
	int64_t worker_dies_ms;   /* the prober is lost so often */
	unsigned local_percent;   /* of the probes that cannot be made */
	int64_t link_at_ms, link_until_ms; /* the director's own link to half the services is down */
};

/* One check by its place in the configuration, whatever its id. */
struct subject {
	check_id id;   /* now */
	bool is_out;   /* a probe of id is in flight */
	bool is_well;  /* the server */
	bool is_known; /* the simple model of its state ... */
	enum health_state state;
	uint32_t n_failed;
	struct mono last_start; /* ... and of its schedule */
	size_t n_probes;
};

struct ending {
	struct mono at;
	check_id id;
};

struct sim {
	const struct weather *weather;
	struct health *health;
	struct conf *conf;
	struct mono now;
	uint64_t random;
	struct subject subjects[N];
	VEC(struct ending) endings; /* a heap by time */
	struct check_ids added, dropped;
	struct path_link link; /* to the services of even places */
	size_t n_out, n_out_max, n_changes;
	int64_t latest_ns, longest_wait_ns;
	unsigned n_reloads;
};

static struct mono at_ms(int64_t ms)
{
	return (struct mono){ms * NS_PER_MS};
}

static uint64_t below(struct sim *sim, uint64_t n)
{
	sim->random = hash_mix(sim->random, n);
	return n ? sim->random % n : 0;
}

static void endings_push(struct sim *sim, struct ending ending)
{
	size_t i = sim->endings.n;
	struct ending *heap;

	*vec_push(&sim->endings) = ending;
	heap = sim->endings.items;
	for (; i > 0 && mono_before(ending.at, heap[(i - 1) / 2].at); i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = ending;
}

static struct ending endings_pop(struct sim *sim)
{
	struct ending *heap = sim->endings.items, first = heap[0];
	struct ending last = heap[--sim->endings.n];
	size_t n = sim->endings.n, i = 0, child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && mono_before(heap[child + 1].at, heap[child].at))
			child++;
		if (!mono_before(heap[child].at, last.at))
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = last;
	return first;
}

static const struct health_check *check_at(const struct sim *sim, size_t i)
{
	size_t n;
	const struct health_vs *services = health_services(sim->health, &n);

	return &services[i / (N_RS * N_CHECKS)]
		    .real_servers[i / N_CHECKS % N_RS]
		    .checks[i % N_CHECKS];
}

/* The place of a check is in its target: see test_conf_new(). */
static size_t place_of(const struct health_check *check)
{
	const uint8_t *bytes = check->conf->target.addr.bytes;

	return ((size_t)bytes[2] << 8 | bytes[3]) * N_CHECKS + check->conf->ordinal - 1;
}

static bool is_restless(const struct sim *sim, size_t i)
{
	return hash_mix(i, 5) % 100 < sim->weather->changed_percent;
}

/* The same configuration each time, but for the checks that the weather changes. */
static struct conf *next_conf(struct sim *sim)
{
	struct conf *conf = test_conf_new(N_VS, N_RS, N_CHECKS);

	for (size_t i = 0; i < N; i++)
		if (is_restless(sim, i))
			conf->virtual_servers[i / (N_RS * N_CHECKS)]
			    .real_servers[i / N_CHECKS % N_RS]
			    .checks[i % N_CHECKS]
			    .connect_timeout_us += sim->n_reloads;
	sim->n_reloads++;
	return conf;
}

/* A check with another id knows nothing yet; its probe in flight, if any, is abandoned. */
static void meet(struct sim *sim, struct subject *subject, const struct health_check *check)
{
	if (subject->id == check->id)
		return;
	sim->n_out -= subject->is_out;
	subject->id = check->id;
	subject->is_out = subject->is_known = false;
	subject->state = HEALTH_UNKNOWN;
	subject->n_failed = 0;
}

static void reload(struct sim *sim)
{
	struct conf *conf = next_conf(sim);

	health_configure(sim->health, conf, sim->now, sim->now.ns, &sim->added, &sim->dropped);
	if (sim->conf)
		test_conf_free(sim->conf);
	sim->conf = conf;
	for (size_t i = 0; i < N; i++)
		meet(sim, &sim->subjects[i], check_at(sim, i));
}

static struct sim *sim_new(const struct weather *weather, uint64_t seed)
{
	struct sim *sim = mem_calloc(1, sizeof(*sim));

	sim->weather = weather;
	sim->health = health_new();
	sim->random = seed;
	sim->link = path_link_new(LINK, "eth1", true, 0, sim->now, 1);
	for (size_t i = 0; i < N; i++)
		sim->subjects[i].is_well = true;
	reload(sim);
	ck_assert_uint_eq(sim->added.n, N);
	return sim;
}

static void sim_free(struct sim *sim)
{
	health_free(sim->health);
	test_conf_free(sim->conf);
	vec_free(&sim->endings);
	vec_free(&sim->added);
	vec_free(&sim->dropped);
	free(sim);
}

static bool is_outage(const struct sim *sim)
{
	return mono_reached(sim->now, at_ms(sim->weather->outage_at_ms)) &&
	       mono_before(sim->now, at_ms(sim->weather->outage_until_ms));
}

static bool is_behind_link(const struct sim *sim, const struct subject *subject)
{
	return (size_t)(subject - sim->subjects) / (N_RS * N_CHECKS) % 2 == 0;
}

static bool is_well(const struct sim *sim, const struct subject *subject)
{
	if (!sim->link.is_up && is_behind_link(sim, subject))
		return false;
	return subject->is_well && !is_outage(sim);
}

static void start_probe(struct sim *sim, const struct health_check *check)
{
	struct subject *subject = &sim->subjects[place_of(check)];
	int64_t waited = mono_sub(sim->now, subject->last_start);
	int64_t late = mono_sub(sim->now, check->due);
	int64_t ms = is_well(sim, subject)
			 ? (int64_t)below(sim, (uint64_t)sim->weather->probe_ms_max)
			 : sim->weather->timeout_ms;

	ck_assert_uint_eq(subject->id, check->id);
	ck_assert_msg(!subject->is_out, "two probes of one check in flight");
	ck_assert_int_ge(late, 0);
	subject->is_out = true;
	subject->n_probes++;
	subject->last_start = sim->now;
	sim->latest_ns = late > sim->latest_ns ? late : sim->latest_ns;
	sim->longest_wait_ns = waited > sim->longest_wait_ns ? waited : sim->longest_wait_ns;
	sim->n_out++;
	sim->n_out_max = sim->n_out > sim->n_out_max ? sim->n_out : sim->n_out_max;
	ck_assert_uint_le(sim->n_out, HEALTH_IN_FLIGHT_MAX);
	endings_push(sim, (struct ending){mono_add_ms(sim->now, ms), check->id});
}

static void start_due(struct sim *sim)
{
	check_id ids[64];
	size_t n;

	while ((n = health_take_due(sim->health, sim->now, ids, 64)) > 0)
		for (size_t i = 0; i < n; i++)
			start_probe(sim, health_check_find(sim->health, ids[i]));
}

/* As the director does it for a probe without an answer. */
static void judge_path(struct sim *sim, const struct subject *subject,
		       const struct health_check *check, struct probe_result *result)
{
	struct path_facts facts = {.link = sim->link};
	struct path_verdict verdict;

	if (!is_behind_link(sim, subject))
		return;
	if (result->outcome == PROBE_OK)
		path_link_prove(&sim->link, check->started);
	if (result->outcome != PROBE_FAIL)
		return;
	verdict = path_judge(&facts, check->started);
	if (verdict.fault == PATH_FINE)
		return;
	*result = (struct probe_result){
	    .outcome = PROBE_NONE, .fault = verdict.fault, .interface = verdict.interface};
}

/* The rules once more, in other words. */
static void expect_outcome(struct subject *subject, enum probe_outcome outcome, uint32_t retry)
{
	if (outcome == PROBE_NONE)
		return;
	subject->n_failed = outcome == PROBE_OK ? 0 : subject->n_failed + 1;
	if (!subject->n_failed)
		subject->state = HEALTH_UP;
	else if (!subject->is_known || subject->n_failed > retry)
		subject->state = HEALTH_DOWN;
	subject->is_known = true;
}

static void end_probe(struct sim *sim, check_id id)
{
	const struct health_check *check = health_check_find(sim->health, id);
	struct probe_result result = {.outcome = PROBE_FAIL};
	struct health_change change;
	struct subject *subject;

	if (!check || !check->is_in_flight)
		return; /* abandoned, or lost with the prober */
	subject = &sim->subjects[place_of(check)];
	if (below(sim, 100) < sim->weather->local_percent)
		result.outcome = PROBE_NONE;
	else if (is_well(sim, subject))
		result.outcome = PROBE_OK;
	judge_path(sim, subject, check, &result);
	expect_outcome(subject, result.outcome, check->conf->retry);
	subject->is_out = false;
	sim->n_out--;
	health_outcome(sim->health, id, &result, sim->now, sim->now.ns);
	while (health_next_change(sim->health, &change)) {
		if (change.kind != HEALTH_CHANGE_REAL_SERVER)
			continue;
		sim->n_changes++;
		ck_assert_ptr_eq(change.cause, check);
		ck_assert_int_eq(change.to, change.rs->state);
		ck_assert_int_ne(change.from, change.to);
	}
	ck_assert_int_eq(check->state, subject->state);
}

static void lose_prober(struct sim *sim)
{
	vec_clear(&sim->endings);
	for (size_t i = 0; i < N; i++)
		sim->subjects[i].is_out = false;
	sim->n_out = 0;
	health_lost_probes(sim->health, sim->now);
}

static bool is_passable(const struct health_check *check, void *arg)
{
	(void)check;
	(void)arg;
	return false;
}

/* What was in flight when the link came back is ended, and its answer comes to nobody. */
static void return_link(struct sim *sim)
{
	struct path_pass pass = {1u << PATH_NO_CARRIER | 1u << PATH_RETURNING, LINK, 0, SIZE_MAX};
	struct check_ids in_flight = {0};

	health_path_returned(sim->health, &pass, sim->now, is_passable, NULL, &in_flight);
	ck_assert_uint_eq(pass.left, 0);
	for (size_t i = 0; i < in_flight.n; i++) {
		const struct health_check *check =
		    health_check_find(sim->health, in_flight.items[i]);

		for (size_t j = 0; j < sim->endings.n; j++)
			if (sim->endings.items[j].id == check->id)
				sim->endings.items[j].id = 0;
		sim->subjects[place_of(check)].is_out = false;
		sim->n_out--;
		health_lost_probe(sim->health, check->id, sim->now);
	}
	vec_free(&in_flight);
}

static void set_link(struct sim *sim)
{
	bool is_up = !(mono_reached(sim->now, at_ms(sim->weather->link_at_ms)) &&
		       mono_before(sim->now, at_ms(sim->weather->link_until_ms)));

	if (path_link_update(&sim->link, is_up, 0, sim->now, sim->now.ns) == PATH_LINK_BACK)
		return_link(sim);
}

static void flap(struct sim *sim)
{
	/* A hundredth of the servers each hundredth of the period. */
	for (size_t i = 0; i < N / 100; i++) {
		struct subject *subject = &sim->subjects[below(sim, N)];

		subject->is_well = !subject->is_well;
	}
}

/* Earlier of the next multiple of period_ms behind now, and next. */
static struct mono or_every(const struct sim *sim, struct mono next, int64_t period_ms)
{
	if (!period_ms)
		return next;
	return mono_min(next, at_ms((sim->now.ns / NS_PER_MS / period_ms + 1) * period_ms));
}

static bool is_time(const struct sim *sim, int64_t period_ms)
{
	return period_ms && sim->now.ns % (period_ms * NS_PER_MS) == 0;
}

static void turn(struct sim *sim, struct mono end)
{
	const struct weather *weather = sim->weather;
	struct mono next = mono_min(end, health_next_due(sim->health));

	if (sim->endings.n)
		next = mono_min(next, sim->endings.items[0].at);
	next = or_every(sim, next, weather->reload_ms);
	next = or_every(sim, next, weather->worker_dies_ms);
	next = or_every(sim, next, weather->flap_ms / 100);
	if (mono_before(sim->now, at_ms(weather->link_at_ms)))
		next = mono_min(next, at_ms(weather->link_at_ms));
	else if (mono_before(sim->now, at_ms(weather->link_until_ms)))
		next = mono_min(next, at_ms(weather->link_until_ms));
	sim->now = mono_before(next, sim->now) ? sim->now : next;
	if (is_time(sim, weather->worker_dies_ms))
		lose_prober(sim);
	if (is_time(sim, weather->flap_ms / 100))
		flap(sim);
	if (is_time(sim, weather->reload_ms))
		reload(sim);
	set_link(sim);
	while (sim->endings.n && mono_reached(sim->now, sim->endings.items[0].at))
		end_probe(sim, endings_pop(sim).id);
	start_due(sim);
}

static void check_sums(const struct sim *sim)
{
	size_t n;
	const struct health_vs *services = health_services(sim->health, &n);

	for (size_t i = 0; i < n; i++) {
		uint64_t sum = 0;

		for (size_t j = 0; j < services[i].n_real_servers; j++) {
			bool is_present;
			uint32_t weight;

			health_rs_effective(&services[i], &services[i].real_servers[j], &is_present,
					    &weight);
			/* what is kept is no part of the truth that the quorum is told */
			sum += services[i].real_servers[j].held ? 0 : weight;
		}
		ck_assert_uint_eq(services[i].live_weight, sum);
		ck_assert(services[i].is_quorum_up == (sum > 0));
	}
}

/* Runs until ms. Each now and then the sums are checked too. */
static void run_until(struct sim *sim, int64_t ms)
{
	struct mono end = at_ms(ms);

	for (size_t i = 0; mono_before(sim->now, end); i++) {
		turn(sim, end);
		if (i % 10000 == 0)
			check_sums(sim);
	}
	check_sums(sim);
}

static size_t n_in_state(const struct sim *sim, enum health_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < N; i++)
		n += check_at(sim, i)->state == state;
	return n;
}

static void expect_waits_below(const struct sim *sim, int64_t ms)
{
	int64_t longest = sim->longest_wait_ns;

	for (size_t i = 0; i < N; i++) {
		int64_t waits = mono_sub(sim->now, sim->subjects[i].last_start);

		longest = waits > longest ? waits : longest;
	}
	ck_assert_msg(longest <= ms * NS_PER_MS, "a check waited for %lld ms",
		      (long long)(longest / NS_PER_MS));
}

START_TEST(fair_weather)
{
	struct weather weather = {.probe_ms_max = 20};
	struct sim *sim = sim_new(&weather, 1);
	size_t n_probes = 0;

	run_until(sim, 520);
	ck_assert(health_is_known(sim->health));
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	run_until(sim, 60000);
	ck_assert_int_eq(sim->latest_ns, 0);
	ck_assert_uint_eq(sim->n_changes, N);
	expect_waits_below(sim, 10000);
	for (size_t i = 0; i < N; i++)
		n_probes += sim->subjects[i].n_probes;
	/* The first round, the second at 5 s in the mean, five more; rounds are a bit short. */
	ck_assert_uint_ge(n_probes, 7 * N);
	ck_assert_uint_le(n_probes, 7 * N + N / 4);
	/* They do not come in one burst each round. */
	sim->n_out_max = 0;
	run_until(sim, 70000);
	ck_assert_uint_lt(sim->n_out_max, 40);
	sim_free(sim);
}
END_TEST

START_TEST(all_fail_together_and_return)
{
	struct weather weather = {.probe_ms_max = 20,
				  .timeout_ms = 1000,
				  .outage_at_ms = 20000,
				  .outage_until_ms = 60000};
	struct sim *sim = sim_new(&weather, 2);

	run_until(sim, 20000);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	/* delay_loop, two timeouts, and delay_before_retry between them */
	run_until(sim, 20000 + 10000 + 1000 + 1000 + 1000);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_DOWN), N);
	run_until(sim, 60000 + 10000 + 1020);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	ck_assert_uint_eq(sim->n_changes, 3 * N);
	ck_assert_int_eq(sim->latest_ns, 0);
	sim_free(sim);
}
END_TEST

/* More probes hang than may be out: all wait longer, none for ever. */
START_TEST(the_cap_delays_but_does_not_starve)
{
	struct weather weather = {
	    .probe_ms_max = 20, .timeout_ms = 20000, .outage_at_ms = 0, .outage_until_ms = 200000};
	struct sim *sim = sim_new(&weather, 3);

	run_until(sim, 200000);
	ck_assert_uint_eq(sim->n_out_max, HEALTH_IN_FLIGHT_MAX);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_DOWN), N);
	/* 4,000 checks through 2,000 places of 20 s each */
	expect_waits_below(sim, 41000);
	run_until(sim, 241100);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	sim_free(sim);
}
END_TEST

START_TEST(flapping_servers)
{
	struct weather weather = {.probe_ms_max = 100, .timeout_ms = 1000, .flap_ms = 30000};
	struct sim *sim = sim_new(&weather, 4);

	run_until(sim, 120000);
	ck_assert_uint_gt(sim->n_changes, 2 * N);
	ck_assert_int_eq(sim->latest_ns, 0);
	expect_waits_below(sim, 10000);
	sim_free(sim);
}
END_TEST

START_TEST(reloads_without_end_starve_nobody)
{
	struct weather weather = {.probe_ms_max = 250, .timeout_ms = 1000, .reload_ms = 100};
	struct sim *sim = sim_new(&weather, 5);

	run_until(sim, 40000);
	ck_assert_uint_eq(sim->added.n, N);
	ck_assert_uint_eq(sim->dropped.n, 0);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	ck_assert_uint_eq(sim->n_changes, N);
	ck_assert_int_eq(sim->latest_ns, 0);
	expect_waits_below(sim, 10000);
	sim_free(sim);
}
END_TEST

/* A tenth of the checks is another one in each configuration, and still gets its turn. */
START_TEST(not_even_checks_that_always_change_starve)
{
	struct weather weather = {
	    .probe_ms_max = 50, .timeout_ms = 1000, .reload_ms = 100, .changed_percent = 10};
	struct sim *sim = sim_new(&weather, 6);

	run_until(sim, 20000);
	ck_assert_uint_gt(sim->dropped.n, N);
	expect_waits_below(sim, 10000);
	for (size_t i = 0; i < N; i++)
		if (is_restless(sim, i))
			ck_assert_uint_gt(sim->subjects[i].n_probes, 20);
	sim_free(sim);
}
END_TEST

START_TEST(a_dying_prober_is_no_verdict)
{
	struct weather weather = {.probe_ms_max = 100, .timeout_ms = 1000, .worker_dies_ms = 700};
	struct sim *sim = sim_new(&weather, 7);

	run_until(sim, 60000);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	ck_assert_uint_eq(sim->n_changes, N);
	expect_waits_below(sim, 10000);
	sim_free(sim);
}
END_TEST

static size_t n_weighted(const struct sim *sim, bool is_behind)
{
	size_t n_services, n = 0;
	const struct health_vs *services = health_services(sim->health, &n_services);

	for (size_t i = 0; i < n_services; i++)
		if ((i % 2 == 0) == is_behind)
			n += services[i].live_weight;
	return n;
}

/* A link is out for half a minute: nobody is lost; who died meanwhile is found in two seconds. */
START_TEST(a_link_fault_is_nobodys_death)
{
	struct weather weather = {.probe_ms_max = 20,
				  .timeout_ms = 1000,
				  .link_at_ms = 20000,
				  .link_until_ms = 50000};
	struct sim *sim = sim_new(&weather, 8);

	run_until(sim, 45000);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	ck_assert_uint_eq(health_n_faulted(sim->health), N / 2);
	ck_assert_uint_eq(n_weighted(sim, true), N / 2);
	for (size_t i = 0; i < N; i += 10)
		sim->subjects[i].is_well = false;
	/* Behind the other link they are found as always. */
	run_until(sim, 50000);
	ck_assert(n_in_state(sim, HEALTH_DOWN) <= N / 20);
	/* A second for all to be probed, and the timeouts of two failures with a second in between. */
	run_until(sim, 50000 + 1000 + 3 * 1000 + 100);
	ck_assert_uint_eq(health_n_faulted(sim->health), 0);
	ck_assert(!health_is_awaiting(sim->health));
	ck_assert_uint_eq(n_weighted(sim, true), N / 2 - N / 20);
	sim_free(sim);
}
END_TEST

/* It lasts: weight 0 after the bound, no sooner, and only for those behind it. */
START_TEST(a_link_fault_that_lasts_ends_in_weight_0)
{
	struct weather weather = {.probe_ms_max = 20,
				  .timeout_ms = 1000,
				  .link_at_ms = 20000,
				  .link_until_ms = 200000};
	struct sim *sim = sim_new(&weather, 9);

	run_until(sim, 20000 + PATH_BOUND_S * 1000);
	ck_assert_uint_eq(n_weighted(sim, true), N / 2);
	run_until(sim, 20000 + 10000 + 1000 + PATH_BOUND_S * 1000 + 1000);
	ck_assert_uint_eq(n_weighted(sim, true), 0);
	ck_assert_uint_eq(n_weighted(sim, false), N / 2);
	ck_assert_uint_eq(health_n_cut_off(sim->health), N / 2);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	run_until(sim, 200000 + 1100);
	ck_assert_uint_eq(n_weighted(sim, true), N / 2);
	ck_assert_uint_eq(health_n_cut_off(sim->health), 0);
	sim_free(sim);
}
END_TEST

/* All of it at once, with several seeds (_i). */
START_TEST(foul_weather)
{
	struct weather weather = {.probe_ms_max = 300,
				  .timeout_ms = 3000,
				  .outage_at_ms = 8000,
				  .outage_until_ms = 16000,
				  .flap_ms = 20000,
				  .reload_ms = 500,
				  .changed_percent = 3,
				  .worker_dies_ms = 5300,
				  .local_percent = 5,
				  .link_at_ms = 14000,
				  .link_until_ms = 23000};
	struct sim *sim = sim_new(&weather, 100 + (uint64_t)_i);

	run_until(sim, 40000);
	expect_waits_below(sim, 20000);
	weather = (struct weather){.probe_ms_max = 100};
	for (size_t i = 0; i < N; i++)
		sim->subjects[i].is_well = true;
	run_until(sim, 40000 + 14000);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	sim_free(sim);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim_health");
	TCase *tcase = tcase_create("sim_health");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, fair_weather);
	tcase_add_test(tcase, all_fail_together_and_return);
	tcase_add_test(tcase, the_cap_delays_but_does_not_starve);
	tcase_add_test(tcase, flapping_servers);
	tcase_add_test(tcase, reloads_without_end_starve_nobody);
	tcase_add_test(tcase, not_even_checks_that_always_change_starve);
	tcase_add_test(tcase, a_dying_prober_is_no_verdict);
	tcase_add_test(tcase, a_link_fault_is_nobodys_death);
	tcase_add_test(tcase, a_link_fault_that_lasts_ends_in_weight_0);
	tcase_add_loop_test(tcase, foul_weather, 0, 5);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
