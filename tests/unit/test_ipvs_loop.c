/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The closed loop's pure parts: batches that bear refusals, whose change it is, what to read now. */
#include "ipvs/drift.h"
#include "ipvs/plan_run.h"
#include "ipvs/slices.h"
#include "tests/unit/test_ipvs_random.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define N_RANDOM 5000

static struct svckey key_of(const char *text)
{
	struct svckey key;

	ck_assert_int_eq(svckey_parse(text, &key), 0);
	return key;
}

static struct ipvs_service *add_service(struct ipvs_state *state, const char *text)
{
	struct svckey key = key_of(text);
	struct ipvs_service *service = ipvs_state_add(state, &key);

	strcpy(service->scheduler, "wlc");
	return service;
}

static void add_dest(struct ipvs_service *service, const char *text, uint32_t weight)
{
	struct endpoint ep;

	ck_assert_int_eq(endpoint_parse(text, &ep), 0);
	ipvs_service_add(service, &ep)->weight = weight;
}

/* The kernel: a table, and what it refuses. */
struct fake {
	struct ipvs_state table;
	const struct ipvs_state *before, *after; /* both ends, or NULL: not watched */
	struct rng *rng;                         /* refuses one in four at random, or NULL */
	const char *refused;                     /* the endpoint that is not taken, or NULL */
	int socket_code;
	size_t n_batches, n_requests;
};

static int refusal(struct fake *fake, const struct ipvs_op *op)
{
	char text[ENDPOINT_TEXT_MAX];

	if (fake->rng && rng_below(fake->rng, 4) == 0)
		return -ENOMEM;
	if (fake->refused && op->kind == IPVS_OP_ADD_DEST &&
	    !strcmp(endpoint_format(&op->dest.ep, text), fake->refused))
		return -ENOMEM;
	return 0;
}

static int fake_batch(void *arg, const struct ipvs_plan *batch, int *results, struct err *err)
{
	struct fake *fake = arg;
	int n_failed = 0;

	fake->n_batches++;
	for (size_t i = 0; i < batch->ops.n; i++) {
		const struct ipvs_op *op = &batch->ops.items[i];

		fake->n_requests++;
		results[i] = fake->socket_code ? fake->socket_code : refusal(fake, op);
		if (results[i] == 0)
			results[i] = ipvs_op_apply(op, &fake->table);
		n_failed += results[i] < 0;
		if (fake->before)
			ck_assert_ptr_null(
			    state_find_emptied(fake->before, fake->after, &fake->table));
	}
	if (fake->socket_code)
		return err_set(err, fake->socket_code, "the socket is gone");
	return n_failed;
}

/* Runs plan(want, have) on fake, whose table is have; have follows. */
static int run_on(struct fake *fake, const struct ipvs_state *want, struct ipvs_state *have,
		  struct ipvs_plan *plan, int **ret_results)
{
	struct err err;

	ipvs_plan(want, have, NULL, 0, plan);
	*ret_results = mem_calloc(plan->ops.n + 1, sizeof(int));
	return ipvs_plan_run(plan, have, fake_batch, fake, *ret_results, &err);
}

static void swap_tables(struct ipvs_state *want, struct ipvs_state *have, struct fake *fake)
{
	struct ipvs_service *service = add_service(have, "tcp:10.9.0.100:80");

	add_dest(service, "10.9.0.21:80", 1);
	add_dest(service, "10.9.0.22:80", 1);
	service = add_service(want, "tcp:10.9.0.100:80");
	add_dest(service, "10.9.0.23:80", 1);
	service = add_service(have, "tcp:10.9.0.101:80");
	add_dest(service, "10.9.0.21:80", 1);
	add_service(want, "tcp:10.9.0.101:80");
	state_copy(have, &fake->table);
}

START_TEST(a_refused_gain_leaves_the_pool_its_last_weight)
{
	static const int expected[] = {-ENOMEM, 0, -ECANCELED, 0};
	struct fake fake = {.refused = "10.9.0.23:80"};
	struct ipvs_state want = {0}, have = {0};
	struct ipvs_plan plan = {0};
	int *results;

	swap_tables(&want, &have, &fake);
	ck_assert_int_eq(run_on(&fake, &want, &have, &plan, &results), 2);
	ck_assert_uint_eq(plan.ops.n, 4);
	for (size_t i = 0; i < plan.ops.n; i++)
		ck_assert_int_eq(results[i], expected[i]);
	ck_assert_uint_eq(fake.n_batches, 2);
	ck_assert_uint_eq(fake.table.services[0].n_dests, 1);
	ck_assert_uint_eq(fake.table.services[1].n_dests, 0);
	ck_assert(state_is_equal(&fake.table, &have));
	free(results);
	ipvs_plan_free(&plan);

	/* The next run has the cause out of the way. */
	fake.refused = NULL;
	ck_assert_int_eq(run_on(&fake, &want, &have, &plan, &results), 0);
	ck_assert(state_is_equal(&fake.table, &want));
	free(results);
	ipvs_plan_free(&plan);
	ipvs_state_clear(&want);
	ipvs_state_clear(&have);
	ipvs_state_clear(&fake.table);
}
END_TEST

START_TEST(a_request_for_each_change_and_one_batch_where_no_pool_gains_and_loses)
{
	struct fake fake = {0};
	struct ipvs_state want = {0}, have = {0};
	struct ipvs_plan plan = {0};
	int *results;

	swap_tables(&want, &have, &fake);
	ck_assert_int_eq(run_on(&fake, &want, &have, &plan, &results), 0);
	ck_assert_uint_eq(fake.n_requests, plan.ops.n);
	free(results);
	ipvs_plan_free(&plan);
	fake.n_batches = fake.n_requests = 0;
	add_dest(&want.services[1], "10.9.0.24:80", 1);
	want.services[0].n_dests = 0;
	ck_assert_int_eq(run_on(&fake, &want, &have, &plan, &results), 0);
	ck_assert_uint_eq(fake.n_requests, 2);
	ck_assert_uint_eq(fake.n_batches, 1);
	free(results);
	ipvs_plan_free(&plan);
	ipvs_state_clear(&want);
	ipvs_state_clear(&have);
	ipvs_state_clear(&fake.table);
}
END_TEST

START_TEST(nothing_follows_a_batch_that_did_not_get_through)
{
	struct fake fake = {.socket_code = -ENOBUFS};
	struct ipvs_state want = {0}, have = {0};
	struct ipvs_plan plan = {0};
	int *results;

	swap_tables(&want, &have, &fake);
	ck_assert_int_eq(run_on(&fake, &want, &have, &plan, &results), -ENOBUFS);
	ck_assert_uint_eq(fake.n_batches, 1);
	for (size_t i = 0; i < plan.ops.n; i++)
		ck_assert_int_eq(results[i], -ENOBUFS);
	ck_assert(state_is_equal(&fake.table, &have));
	free(results);
	ipvs_plan_free(&plan);
	ipvs_state_clear(&want);
	ipvs_state_clear(&have);
	ipvs_state_clear(&fake.table);
}
END_TEST

/* A kernel that refuses anything at random: no pool is ever empty that has a server at both ends. */
START_TEST(refusals_empty_no_pool)
{
	for (uint64_t seed = 1; seed <= N_RANDOM; seed++) {
		struct rng rng = {seed}, luck = {seed + N_RANDOM};
		struct ipvs_state want = {0}, have = {0}, before = {0};
		struct fake fake = {.rng = &luck, .before = &before, .after = &want};
		struct ipvs_plan plan = {0};
		int *results;

		random_state(&rng, 6, &want);
		random_state(&rng, 6, &have);
		state_copy(&have, &before);
		state_copy(&have, &fake.table);
		run_on(&fake, &want, &have, &plan, &results);
		ck_assert(state_is_equal(&fake.table, &have));
		free(results);
		ipvs_plan_free(&plan);
		ipvs_state_clear(&want);
		ipvs_state_clear(&have);
		ipvs_state_clear(&before);
		ipvs_state_clear(&fake.table);
	}
}
END_TEST

static void drift_plan(const struct ipvs_state *want, const struct ipvs_state *have,
		       const struct ipvs_state *applied, const struct ipvs_owned *owned,
		       struct ipvs_plan *plan)
{
	struct ipvs_owned all = {0};

	ipvs_owned_claim(&all, have); /* as `exclusive` does */
	ipvs_plan(want, have, all.keys.items, all.keys.n, plan);
	ipvs_drift_attribute(plan, applied, owned);
	ipvs_owned_free(&all);
}

START_TEST(each_operation_has_its_cause)
{
	static const enum ipvs_op_cause expected[] = {
	    IPVS_CAUSE_DRIFT,   /* 102 was flushed ... */
	    IPVS_CAUSE_RESTORED, /* ... with what it had ... */
	    IPVS_CAUSE_WANTED,  /* ... and gets a new server */
	    IPVS_CAUSE_DRIFT,   /* the scheduler of 100 */
	    IPVS_CAUSE_DRIFT,   /* 22 was deleted */
	    IPVS_CAUSE_WANTED,  /* 25 is new in the file */
	    IPVS_CAUSE_DRIFT,   /* 66 was added */
	    IPVS_CAUSE_FOREIGN, /* 150 */
	};
	struct ipvs_state want = {0}, have = {0}, applied = {0};
	struct ipvs_owned owned = {0};
	struct ipvs_plan plan = {0};
	struct ipvs_drift_counters counters = {0};
	int results[8] = {0};
	struct ipvs_service *service = add_service(&want, "tcp:10.9.0.100:80");

	add_dest(service, "10.9.0.21:80", 1);
	add_dest(service, "10.9.0.22:80", 1);
	add_dest(add_service(&want, "tcp:10.9.0.102:80"), "10.9.0.21:80", 1);
	state_copy(&want, &applied);
	ipvs_owned_claim(&owned, &want);
	add_dest(&want.services[0], "10.9.0.25:80", 1);
	add_dest(&want.services[1], "10.9.0.25:80", 1);
	service = add_service(&have, "tcp:10.9.0.100:80");
	strcpy(service->scheduler, "rr");
	add_dest(service, "10.9.0.21:80", 1);
	add_dest(service, "10.9.0.66:80", 1);
	add_service(&have, "tcp:10.9.0.150:80");
	drift_plan(&want, &have, &applied, &owned, &plan);
	ck_assert_uint_eq(plan.ops.n, 8);
	for (size_t i = 0; i < plan.ops.n; i++)
		ck_assert_int_eq(plan.ops.items[i].cause, expected[i]);
	results[4] = -ENOMEM;
	ipvs_drift_count(&counters, &plan, results);
	ck_assert_uint_eq(ipvs_drift_repairs(&counters), 3);
	ck_assert_uint_eq(counters.repairs[IPVS_OP_ADD_SERVICE], 1);
	ck_assert_uint_eq(counters.repairs[IPVS_OP_DEL_DEST], 1);
	ck_assert_uint_eq(counters.foreign, 1);
	/* Nothing was applied before: nothing is a repair. */
	ipvs_drift_attribute(&plan, NULL, &owned);
	for (size_t i = 0; i < plan.ops.n - 1; i++)
		ck_assert_int_eq(plan.ops.items[i].cause, IPVS_CAUSE_WANTED);
	ipvs_plan_free(&plan);
	ipvs_owned_free(&owned);
	ipvs_state_clear(&want);
	ipvs_state_clear(&have);
	ipvs_state_clear(&applied);
}
END_TEST

/*
 * A wanted table that changes, a kernel that somebody else changes, refusals: what is then planned
 * is a repair exactly where the last table that the kernel accepted is wanted again.
 */
START_TEST(what_was_refused_is_no_drift_later)
{
	for (uint64_t seed = 1; seed <= N_RANDOM; seed++) {
		struct rng rng = {seed}, luck = {seed + N_RANDOM};
		struct ipvs_state first = {0}, want = {0}, again = {0}, applied = {0}, have = {0};
		struct ipvs_owned owned = {0};
		struct ipvs_plan plan = {0};
		struct fake fake = {.rng = &luck};
		struct err err;
		int *results;

		random_state(&rng, 4, &first);
		random_state(&rng, 4, &want);
		state_copy(&first, &applied);
		state_copy(&first, &have);
		state_copy(&first, &fake.table);
		state_copy(&want, &again);
		ipvs_owned_claim(&owned, &first);
		ipvs_owned_claim(&owned, &want);
		drift_plan(&want, &have, &applied, &owned, &plan);
		results = mem_calloc(plan.ops.n + 1, sizeof(*results));
		for (size_t i = 0; i < plan.ops.n; i++)
			ck_assert_int_eq(plan.ops.items[i].cause, IPVS_CAUSE_WANTED);
		ck_assert_int_ge(ipvs_plan_run(&plan, &have, fake_batch, &fake, results, &err), 0);
		ipvs_drift_follow(&applied, &want, &plan, results);
		ipvs_plan_free(&plan);
		free(results);
		drift_plan(&again, &fake.table, &applied, &owned, &plan);
		for (size_t i = 0; i < plan.ops.n; i++)
			ck_assert_int_ne(plan.ops.items[i].cause, IPVS_CAUSE_DRIFT);
		ipvs_plan_free(&plan);
		ipvs_owned_free(&owned);
		ipvs_state_clear(&first);
		ipvs_state_clear(&again);
		ipvs_state_clear(&applied);
		ipvs_state_clear(&have);
		ipvs_state_clear(&fake.table);
	}
}
END_TEST

static void many_services(struct ipvs_state *state, size_t n, struct mono read_at)
{
	for (size_t i = 0; i < n; i++) {
		struct svckey key = {.family = AF_INET, .fwmark = (uint32_t)i + 1};

		ipvs_state_add(state, &key)->read_at = read_at;
	}
}

/* Looks for ten minutes, each a little late; the longest that a service waited, and the largest slice. */
static int64_t longest_wait(size_t n, unsigned interval_s, size_t *ret_largest)
{
	struct rng rng = {n + interval_s};
	struct ipvs_state state = {0};
	int64_t gap_ns = ipvs_slices_gap_ns(interval_s), longest = 0;
	struct mono now = {1000 * NS_PER_S}, end = mono_add_ns(now, 600 * NS_PER_S);

	many_services(&state, n, now);
	*ret_largest = 0;
	while (now.ns < end.ns) {
		struct ipvs_slice slice = {0};

		now = mono_add_ns(now, gap_ns + (int64_t)rng_below(&rng, 50) * NS_PER_MS);
		ipvs_slices_pick(&state, now, gap_ns, &slice);
		for (size_t i = 0; i < slice.at.n; i++) {
			struct ipvs_service *service = &state.services[slice.at.items[i]];
			int64_t wait = mono_sub(now, service->read_at);

			ck_assert(i == 0 || slice.at.items[i - 1] < slice.at.items[i]);
			longest = wait > longest ? wait : longest;
			service->read_at = now;
		}
		*ret_largest = slice.at.n > *ret_largest ? slice.at.n : *ret_largest;
		ipvs_slice_free(&slice);
	}
	for (size_t i = 0; i < n; i++)
		ck_assert_int_le(mono_sub(now, state.services[i].read_at), IPVS_SLICES_PERIOD_NS);
	ipvs_state_clear(&state);
	return longest;
}

START_TEST(each_service_is_read_in_time)
{
	static const size_t numbers[] = {1, 63, 64, 65, 100, 999, 10000};
	static const unsigned intervals[] = {1, 2, 5, 7, 10, 23, 30, 45, 60};
	size_t largest;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		for (size_t j = 0; j < sizeof(intervals) / sizeof(intervals[0]); j++)
			ck_assert_int_le(longest_wait(numbers[i], intervals[j], &largest),
					 IPVS_SLICES_PERIOD_NS);
	longest_wait(10000, 5, &largest);
	ck_assert_uint_le(largest, 2 * (10000 / 14 + 1));
	longest_wait(64, 5, &largest);
	ck_assert_uint_eq(largest, 64);
	ck_assert_int_lt(ipvs_slices_gap_ns(5), 5 * NS_PER_S);
}
END_TEST

START_TEST(a_service_that_was_never_read_is_read_now)
{
	struct ipvs_state state = {0};
	struct ipvs_slice slice = {0};

	many_services(&state, 1000, (struct mono){5 * NS_PER_S});
	state.services[900].read_at = (struct mono){0};
	state.services[950].read_at = (struct mono){0};
	ipvs_slices_pick(&state, (struct mono){9 * NS_PER_S}, 4 * NS_PER_S, &slice);
	ck_assert_uint_eq(slice.at.n, 72); /* 1000 in 14 readings */
	ck_assert_uint_eq(slice.at.items[69], 69);
	ck_assert_uint_eq(slice.at.items[70], 900);
	ck_assert_uint_eq(slice.at.items[71], 950);
	ipvs_slice_free(&slice);
	ipvs_state_clear(&state);
	ipvs_slices_pick(&state, (struct mono){9 * NS_PER_S}, 4 * NS_PER_S, &slice);
	ck_assert_uint_eq(slice.at.n, 0);
}
END_TEST

START_TEST(a_list_inherits_what_is_known)
{
	struct ipvs_state have = {0}, listed = {0};
	struct ipvs_owned owned = {0};

	for (int i = 0; i < 2; i++) {
		add_dest(add_service(&have, "tcp:10.9.0.100:80"), "10.9.0.21:80", 1);
		add_dest(add_service(&have, "tcp:10.9.0.102:80"), "10.9.0.22:80", 1);
		have.services[1].read_at = (struct mono){7};
		add_service(&listed, "tcp:10.9.0.101:80");
		add_service(&listed, "tcp:10.9.0.102:80");
		/* 100 is gone: that matters if it is ours. */
		ck_assert_int_eq(ipvs_slices_inherit(&listed, &have, &owned), i);
		ck_assert_uint_eq(listed.services[0].n_dests, 0);
		ck_assert_uint_eq(listed.services[1].n_dests, 1);
		ck_assert_int_eq(listed.services[1].read_at.ns, 7);
		ipvs_owned_claim(&owned, &have);
		ipvs_state_clear(&have);
		ipvs_state_clear(&listed);
	}
	add_service(&have, "tcp:10.9.0.102:80");
	strcpy(add_service(&listed, "tcp:10.9.0.102:80")->scheduler, "rr");
	ck_assert(ipvs_slices_inherit(&listed, &have, &owned));
	ipvs_state_clear(&have);
	ipvs_state_clear(&listed);
	ipvs_owned_free(&owned);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ipvs loop");
	TCase *tcase = tcase_create("loop");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_refused_gain_leaves_the_pool_its_last_weight);
	tcase_add_test(tcase, a_request_for_each_change_and_one_batch_where_no_pool_gains_and_loses);
	tcase_add_test(tcase, nothing_follows_a_batch_that_did_not_get_through);
	tcase_add_test(tcase, refusals_empty_no_pool);
	tcase_add_test(tcase, each_operation_has_its_cause);
	tcase_add_test(tcase, what_was_refused_is_no_drift_later);
	tcase_add_test(tcase, each_service_is_read_in_time);
	tcase_add_test(tcase, a_service_that_was_never_read_is_read_now);
	tcase_add_test(tcase, a_list_inherits_what_is_known);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
