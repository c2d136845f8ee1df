/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The health model of the director and the pace of the check process on a virtual clock, with
 * thousands of checks. Both sides know each other by encoded frames alone, which take a while. The
 * check process is slow or dies, and the servers fail together or flap. After every step the model
 * is held against what a much simpler one says, and against what must always be true:
 * - no check has two probes in flight, and no more than the cap are out;
 * - a probe starts when it is due, unless the cap is reached;
 * - no check waits longer for a probe than its interval and the cap allow;
 * - an outcome that is only counted changes nothing;
 * - while nothing happens, no word is said and no outcome is told at once.
 */
#include "tests/sim/health_sim.h"

#include <check.h>

static size_t n_in_state(const struct sim *sim, enum health_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < N; i++)
		n += health_sim_check(sim, i)->state == state;
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
	struct sim *sim = health_sim_new(&weather, 1);
	size_t n_probes = 0;

	health_sim_run(sim, 520);
	ck_assert(health_is_known(sim->health));
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	health_sim_run(sim, 60000);
	ck_assert_int_le(sim->latest_ns, FRAME_NS);
	ck_assert_uint_eq(sim->n_changes, N);
	expect_waits_below(sim, 10000);
	for (size_t i = 0; i < N; i++)
		n_probes += sim->subjects[i].n_probes;
	/* The first round, the second at 5 s in the mean, five more. */
	ck_assert_uint_ge(n_probes, 7 * N - N / 8);
	ck_assert_uint_le(n_probes, 7 * N + N / 8);
	/* One outcome was told of each check, and answered. */
	ck_assert_uint_eq(sim->n_told, N);
	ck_assert_uint_eq(sim->n_words, 2 * N);
	/* They do not come in one burst each round. */
	sim->n_out_max = 0;
	health_sim_run(sim, 70000);
	ck_assert_uint_lt(sim->n_out_max, 40);
	health_sim_free(sim);
}
END_TEST

START_TEST(all_fail_together_and_return)
{
	struct weather weather = {.probe_ms_max = 20,
				  .timeout_ms = 1000,
				  .outage_at_ms = 20000,
				  .outage_until_ms = 60000};
	struct sim *sim = health_sim_new(&weather, 2);

	health_sim_run(sim, 20000);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	/* delay_loop, two timeouts, and delay_before_retry between them */
	health_sim_run(sim, 20000 + 10000 + 1000 + 1000 + 1000 + 1);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_DOWN), N);
	health_sim_run(sim, 60000 + 10000 + 1020);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	ck_assert_uint_eq(sim->n_changes, 3 * N);
	/* Up; two failures, the second time down; one failure more, which is what it will be
	 * again; up. */
	ck_assert_uint_eq(sim->n_told, 4 * N);
	ck_assert_int_le(sim->latest_ns, FRAME_NS);
	health_sim_free(sim);
}
END_TEST

/* All servers refuse from one moment on, with a probe a second. retry takes a second more. Probes are due at
 * multiples of 5 ms, so the verdicts come in so many turns of the director, each of which is one plan. */
START_TEST(a_mass_failure_is_few_plans)
{
	struct weather weather = {.loop_ms = 1000,
				  .probe_ms_max = 1,
				  .timeout_ms = 0,
				  .outage_at_ms = 20000,
				  .outage_until_ms = 60000};
	struct sim *sim = health_sim_new(&weather, 23);

	health_sim_run(sim, 20000);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	sim->n_plans = 0;
	health_sim_run(sim, 20000 + 1000 + 1000 + 10);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_DOWN), N);
	ck_assert_uint_le(sim->n_plans, 1000 / 5 + 1);
	ck_assert_int_le(sim->latest_ns, FRAME_NS);
	health_sim_free(sim);
}
END_TEST

/* Two services accept and never answer: each of their probes lasts for 20 s. All others have their verdicts and
 * their probes in time. */
START_TEST(silent_servers_delay_nobody)
{
	struct weather weather = {.loop_ms = 1000, .probe_ms_max = 20, .timeout_ms = 20000};
	struct sim *sim = health_sim_new(&weather, 24);

	for (size_t i = 0; i < N / 4; i++)
		sim->subjects[i].is_well = false;
	health_sim_run(sim, 520);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N - N / 4);
	health_sim_run(sim, 60000);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_DOWN), N / 4);
	ck_assert_int_le(sim->latest_ns, FRAME_NS);
	for (size_t i = N / 4; i < N; i++)
		ck_assert_uint_ge(sim->subjects[i].n_probes, 59);
	health_sim_free(sim);
}
END_TEST

/* fall 3, rise 2, and intervals of their own in between and while down, with or without reloads (_i). */
START_TEST(rise_and_fall_have_their_pace)
{
	struct weather weather = {.probe_ms_max = 20,
				  .timeout_ms = 1000,
				  .outage_at_ms = 20000,
				  .outage_until_ms = 60000,
				  .reload_ms = _i ? 100 : 0,
				  .fall = 3,
				  .rise = 2,
				  .fast_ms = 1500,
				  .down_ms = 2000};
	struct sim *sim = health_sim_new(&weather, 20);

	/* rise is not for the first outcome. */
	health_sim_run(sim, 520);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	/* Nobody is down before two fast intervals and a timeout, all are after delay_loop more. The
	 * first probe that fails may have begun 20 ms before the outage. */
	health_sim_run(sim, 20000 - 20 + 1500 + 1500 + 999);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	health_sim_run(sim, 20000 + 10000 + 1500 + 1500 + 1000 + 1);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_DOWN), N);
	/* The same on the way up, with down_interval before it: a probe that began a second before the
	 * end of the outage may be the first success. */
	health_sim_run(sim, 60000 - 1000 + 1500 - 1);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_DOWN), N);
	health_sim_run(sim, 60000 + 2000 + 1500 + 21);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	ck_assert_uint_eq(sim->n_changes, 3 * N);
	/* Up; three failures; two successes. All else was counted. */
	ck_assert_uint_eq(sim->n_told, 6 * N);
	ck_assert_uint_eq(sim->n_words, 7 * N);
	ck_assert_int_le(sim->latest_ns, FRAME_NS);
	expect_waits_below(sim, 10000);
	health_sim_free(sim);
}
END_TEST

/* Servers that turn over every 4 s, while the file is read anew ten times a second. */
START_TEST(a_row_outlives_reloads)
{
	struct weather weather = {.probe_ms_max = 100,
				  .timeout_ms = 300,
				  .flap_ms = 20000,
				  .reload_ms = 100,
				  .fall = 3,
				  .rise = 4,
				  .fast_ms = 700,
				  .down_ms = 3000};
	struct sim *sim = health_sim_new(&weather, 21);

	health_sim_run(sim, 60000);
	ck_assert_uint_gt(sim->n_changes, 2 * N);
	ck_assert_uint_eq(sim->dropped.n, 0);
	ck_assert_int_le(sim->latest_ns, FRAME_NS);
	expect_waits_below(sim, 10000);
	health_sim_free(sim);
}
END_TEST

/* More probes hang than may be out: all wait longer, none for ever. */
START_TEST(the_cap_delays_but_does_not_starve)
{
	struct weather weather = {
	    .probe_ms_max = 20, .timeout_ms = 20000, .outage_at_ms = 0, .outage_until_ms = 200000};
	struct sim *sim = health_sim_new(&weather, 3);

	health_sim_run(sim, 200000);
	ck_assert_uint_eq(sim->n_out_max, HEALTH_IN_FLIGHT_MAX);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_DOWN), N);
	/* 4,000 checks through 2,000 places of 20 s each */
	expect_waits_below(sim, 41000);
	health_sim_run(sim, 241100);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	health_sim_free(sim);
}
END_TEST

START_TEST(flapping_servers)
{
	struct weather weather = {.probe_ms_max = 100, .timeout_ms = 1000, .flap_ms = 30000};
	struct sim *sim = health_sim_new(&weather, 4);

	health_sim_run(sim, 120000);
	ck_assert_uint_gt(sim->n_changes, 2 * N);
	ck_assert_int_le(sim->latest_ns, FRAME_NS);
	expect_waits_below(sim, 10000);
	health_sim_free(sim);
}
END_TEST

/* A quarter of the servers flaps. Damped, they change their states far less often. */
START_TEST(flapping_servers_are_damped)
{
	struct weather weather = {
	    .probe_ms_max = 100, .timeout_ms = 1000, .flap_ms = 80000, .flap_share = 4, .fall = 1};
	struct sim *sim = health_sim_new(&weather, 4);
	size_t n_changes;

	health_sim_run(sim, 900000);
	n_changes = sim->n_changes;
	health_sim_free(sim);
	weather.is_damped = true;
	weather.reload_ms = 1000;
	sim = health_sim_new(&weather, 4);
	health_sim_run(sim, 900000);
	/* Each server comes up once at the start. */
	ck_assert_uint_lt(sim->n_changes - N, (n_changes - N) / 2);
	ck_assert_int_le(sim->latest_ns, FRAME_NS);
	expect_waits_below(sim, 10000);
	health_sim_free(sim);
}
END_TEST

static size_t n_damped(const struct sim *sim, size_t *ret_n_live)
{
	size_t n_services, n = 0;
	const struct health_vs *services = health_services(sim->health, &n_services);

	*ret_n_live = 0;
	for (size_t i = 0; i < n_services; i++) {
		n += services[i].n_damped;
		*ret_n_live += services[i].n_live;
	}
	return n;
}

/* All servers fail and return together, again and again: a fault of the network rather. What the panic
 * guard kept is no flap. Without it at least half of each pool serves as soon as the servers answer, and
 * all of it when the holds are over. */
START_TEST(a_tide_is_no_flapping_of_servers)
{
	struct weather weather = {.probe_ms_max = 20,
				  .timeout_ms = 1000,
				  .tide_ms = 60000,
				  .fall = 1,
				  .is_damped = true,
				  .fail_closed = _i};
	struct sim *sim = health_sim_new(&weather, 22);
	size_t n_live;

	for (int64_t tide = 0; tide < 4; tide++) {
		/* delay_loop after the servers are back */
		health_sim_run(sim, tide * 60000 + 12000);
		n_damped(sim, &n_live);
		ck_assert_uint_ge(n_live, weather.fail_closed ? N / 2 : N);
	}
	if (weather.fail_closed)
		ck_assert_uint_gt(n_damped(sim, &n_live), N / 3);
	else
		ck_assert_uint_eq(n_damped(sim, &n_live), 0);
	weather.tide_ms = 0;
	health_sim_run(sim, 4 * 60000 + 300000);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	ck_assert_uint_eq(n_damped(sim, &n_live), 0);
	ck_assert_uint_eq(n_live, N);
	health_sim_free(sim);
}
END_TEST

START_TEST(reloads_without_end_starve_nobody)
{
	struct weather weather = {.probe_ms_max = 250, .timeout_ms = 1000, .reload_ms = 100};
	struct sim *sim = health_sim_new(&weather, 5);

	health_sim_run(sim, 40000);
	ck_assert_uint_eq(sim->added.n, N);
	ck_assert_uint_eq(sim->dropped.n, 0);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	ck_assert_uint_eq(sim->n_changes, N);
	ck_assert_int_le(sim->latest_ns, FRAME_NS);
	expect_waits_below(sim, 10000);
	/* A reload that changes nothing is nothing to the check process. */
	ck_assert_uint_eq(sim->n_told, N);
	ck_assert_uint_eq(sim->n_words, 2 * N);
	health_sim_free(sim);
}
END_TEST

/* A tenth of the checks is another one in each configuration, and still gets its turn. */
START_TEST(not_even_checks_that_always_change_starve)
{
	struct weather weather = {
	    .probe_ms_max = 50, .timeout_ms = 1000, .reload_ms = 100, .changed_percent = 10};
	struct sim *sim = health_sim_new(&weather, 6);

	health_sim_run(sim, 20000);
	ck_assert_uint_gt(sim->dropped.n, N);
	expect_waits_below(sim, 10000);
	for (size_t i = 0; i < N; i++)
		if (health_sim_is_restless(sim, i))
			ck_assert_uint_gt(sim->subjects[i].n_probes, 20);
	health_sim_free(sim);
}
END_TEST

START_TEST(a_dying_prober_is_no_verdict)
{
	struct weather weather = {.probe_ms_max = 100, .timeout_ms = 1000, .worker_dies_ms = 700};
	struct sim *sim = health_sim_new(&weather, 7);

	health_sim_run(sim, 60000);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	ck_assert_uint_eq(sim->n_changes, N);
	/* A probe that was due at the death is made within a second. */
	expect_waits_below(sim, 10000 + PATH_SPREAD_MS);
	health_sim_free(sim);
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
	struct weather weather = {
	    .probe_ms_max = 20, .timeout_ms = 1000, .link_at_ms = 20000, .link_until_ms = 50000};
	struct sim *sim = health_sim_new(&weather, 8);

	health_sim_run(sim, 45000);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	ck_assert_uint_eq(health_n_faulted(sim->health), N / 2);
	ck_assert_uint_eq(n_weighted(sim, true), N / 2);
	for (size_t i = 0; i < N; i += 10)
		sim->subjects[i].is_well = false;
	/* Behind the other link they are found as always. */
	health_sim_run(sim, 50000);
	ck_assert(n_in_state(sim, HEALTH_DOWN) <= N / 20);
	/* A second for all to be probed, and the timeouts of two failures with a second in between.
	 */
	health_sim_run(sim, 50000 + 1000 + 3 * 1000 + 100);
	ck_assert_uint_eq(health_n_faulted(sim->health), 0);
	ck_assert(!health_is_awaiting(sim->health));
	ck_assert_uint_eq(n_weighted(sim, true), N / 2 - N / 20);
	health_sim_free(sim);
}
END_TEST

/* It lasts: weight 0 after the bound, no sooner, and only for those behind it. */
START_TEST(a_link_fault_that_lasts_ends_in_weight_0)
{
	struct weather weather = {
	    .probe_ms_max = 20, .timeout_ms = 1000, .link_at_ms = 20000, .link_until_ms = 200000};
	struct sim *sim = health_sim_new(&weather, 9);

	health_sim_run(sim, 20000 + PATH_BOUND_S * 1000);
	ck_assert_uint_eq(n_weighted(sim, true), N / 2);
	health_sim_run(sim, 20000 + 10000 + 1000 + PATH_BOUND_S * 1000 + 1000);
	ck_assert_uint_eq(n_weighted(sim, true), 0);
	ck_assert_uint_eq(n_weighted(sim, false), N / 2);
	ck_assert_uint_eq(health_n_cut_off(sim->health), N / 2);
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	health_sim_run(sim, 200000 + 1100);
	ck_assert_uint_eq(n_weighted(sim, true), N / 2);
	ck_assert_uint_eq(health_n_cut_off(sim->health), 0);
	health_sim_free(sim);
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
				  .link_until_ms = 23000,
				  .fall = (uint32_t)_i % 3 + 1,
				  .rise = (uint32_t)_i % 4,
				  .fast_ms = _i % 2 ? 400 : 0,
				  .down_ms = _i % 3 ? 3000 : 0,
				  .is_damped = _i > 3};
	struct sim *sim = health_sim_new(&weather, 100 + (uint64_t)_i);

	health_sim_run(sim, 40000);
	expect_waits_below(sim, 20000);
	weather = (struct weather){.probe_ms_max = 100};
	for (size_t i = 0; i < N; i++)
		sim->subjects[i].is_well = true;
	/* Each further success of a row comes after delay_loop. */
	health_sim_run(sim, 40000 + 14000 + (_i % 4 > 1 ? (_i % 4 - 1) * 10000 : 0));
	ck_assert_uint_eq(n_in_state(sim, HEALTH_UP), N);
	health_sim_free(sim);
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
	tcase_add_test(tcase, a_mass_failure_is_few_plans);
	tcase_add_test(tcase, silent_servers_delay_nobody);
	tcase_add_loop_test(tcase, rise_and_fall_have_their_pace, 0, 2);
	tcase_add_test(tcase, a_row_outlives_reloads);
	tcase_add_test(tcase, the_cap_delays_but_does_not_starve);
	tcase_add_test(tcase, flapping_servers);
	tcase_add_test(tcase, flapping_servers_are_damped);
	tcase_add_loop_test(tcase, a_tide_is_no_flapping_of_servers, 0, 2);
	tcase_add_test(tcase, reloads_without_end_starve_nobody);
	tcase_add_test(tcase, not_even_checks_that_always_change_starve);
	tcase_add_test(tcase, a_dying_prober_is_no_verdict);
	tcase_add_test(tcase, a_link_fault_is_nobodys_death);
	tcase_add_test(tcase, a_link_fault_that_lasts_ends_in_weight_0);
	tcase_add_loop_test(tcase, foul_weather, 0, 8);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
