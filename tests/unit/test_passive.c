/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections without an answer (`passive`): when a server is suspected, and what the model makes of it. */
#include "healthcheck/pace/passive.h"
#include "healthcheck/health.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* --- passive.h --- */

START_TEST(what_can_be_seen)
{
	static const struct {
		bool is_nat;
		uint16_t protocol;
		bool is_one_packet;
		enum passive_sight sight;
	} rows[] = {
	    {true, IPPROTO_TCP, false, PASSIVE_BOTH_WAYS}, {true, IPPROTO_UDP, false, PASSIVE_BOTH_WAYS},
	    {true, 0, false, PASSIVE_BOTH_WAYS},	   {false, IPPROTO_TCP, false, PASSIVE_TCP_IN},
	    {false, IPPROTO_UDP, false, PASSIVE_BLIND},	   {false, IPPROTO_SCTP, false, PASSIVE_BLIND},
	    {false, 0, false, PASSIVE_BLIND},		   {true, IPPROTO_UDP, true, PASSIVE_BLIND},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_int_eq(passive_sight(rows[i].is_nat, rows[i].protocol, rows[i].is_one_packet),
				 rows[i].sight);
}
END_TEST

/* The readings of one destination, and at which of them the server is suspected. */
START_TEST(each_course_of_the_counters)
{
	static const struct {
		const char *what;
		enum passive_sight sight;
		size_t n;
		struct passive_counters at[8];
		const char *suspected; /* one letter for each reading */
	} rows[] = {
	    {"the first reading has no past", PASSIVE_BOTH_WAYS, 1, {{900, 900, 0}}, "-"},
	    {"nothing back", PASSIVE_BOTH_WAYS, 4, {{7, 9, 9}, {10, 12, 9}, {10, 15, 9}, {10, 15, 9}}, "--x-"},
	    {"one packet back", PASSIVE_BOTH_WAYS, 4, {{7, 9, 9}, {17, 19, 9}, {17, 19, 10}, {17, 30, 10}}, "----"},
	    {"two connections", PASSIVE_BOTH_WAYS, 4, {{7, 9, 9}, {9, 11, 9}, {9, 15, 9}, {9, 19, 9}}, "----"},
	    {"slowly", PASSIVE_BOTH_WAYS, 6,
	     {{7, 9, 9}, {8, 9, 9}, {9, 9, 9}, {9, 9, 9}, {10, 9, 9}, {10, 9, 9}}, "-----x"},
	    {"an answer before the last connection", PASSIVE_BOTH_WAYS, 6,
	     {{7, 9, 9}, {8, 9, 9}, {9, 9, 9}, {9, 9, 10}, {10, 9, 10}, {10, 9, 10}}, "------"},
	    {"on and on", PASSIVE_BOTH_WAYS, 5, {{0, 0, 0}, {3, 3, 0}, {6, 9, 0}, {9, 12, 0}, {9, 20, 0}}, "--xxx"},
	    {"no connection, packets in", PASSIVE_BOTH_WAYS, 3, {{7, 9, 9}, {7, 99, 9}, {7, 999, 9}}, "---"},
	    {"made anew", PASSIVE_BOTH_WAYS, 4, {{7, 9, 9}, {12, 14, 9}, {3, 3, 0}, {3, 6, 0}}, "----"},
	    {"SYN alone", PASSIVE_TCP_IN, 3, {{7, 9, 0}, {10, 12, 0}, {10, 15, 0}}, "-x-"},
	    {"SYN twice", PASSIVE_TCP_IN, 2, {{7, 9, 0}, {10, 15, 0}}, "-x"},
	    {"one packet more", PASSIVE_TCP_IN, 2, {{7, 9, 0}, {10, 16, 0}}, "--"},
	    {"two SYN", PASSIVE_TCP_IN, 2, {{7, 9, 0}, {9, 11, 0}}, "--"},
	    {"other connections go on", PASSIVE_TCP_IN, 2, {{7, 9, 0}, {17, 900, 0}}, "--"},
	    {"TCP made anew", PASSIVE_TCP_IN, 3, {{7, 9, 0}, {3, 3, 0}, {4, 4, 0}}, "---"},
	    {"blind", PASSIVE_BLIND, 3, {{7, 9, 0}, {17, 19, 0}, {27, 29, 0}}, "---"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct passive passive = {0};

		ck_assert_uint_eq(strlen(rows[i].suspected), rows[i].n);
		for (size_t k = 0; k < rows[i].n; k++)
			ck_assert_msg(passive_step(&passive, rows[i].sight, &rows[i].at[k]) ==
					  (rows[i].suspected[k] == 'x'),
				      "%s: reading %zu", rows[i].what, k);
	}
}
END_TEST

/* --- the model --- */

static struct {
	struct conf *conf;
	struct health *health;
	struct check_ids ids;
	uint32_t seqs[1000];
	struct mono now;
} bench;

static void drop_words(void)
{
	struct health_word word;

	while (health_next_word(bench.health, &word))
		continue;
}

static struct health_check check_at(size_t rs, size_t i)
{
	size_t n;

	return health_services(bench.health, &n)[0].real_servers[rs].checks[i];
}

static void hear_at(size_t rs, size_t i, enum probe_outcome outcome, struct mono started)
{
	check_id id = check_at(rs, i).id;
	struct health_told told = {.before = {.id = id, .seq = ++bench.seqs[id]},
				   .result = {.outcome = outcome, .started = started}};

	ck_assert(health_take_told(bench.health, &told));
	health_outcome(bench.health, id, &told.result, bench.now, 1);
}

/* All servers are up, and their next probes are some seconds away. */
static void begin(size_t n_rs, size_t n_checks)
{
	struct check_ids dropped = {0};

	memset(&bench, 0, sizeof(bench));
	bench.now = (struct mono){100 * NS_PER_S};
	bench.conf = test_conf_new(1, n_rs, n_checks);
	for (size_t i = 0; i < n_rs; i++)
		for (size_t k = 0; k < n_checks; k++)
			bench.conf->virtual_servers[0].real_servers[i].checks[k].delay_loop_us = 60 * US_PER_S;
	bench.health = health_new();
	health_configure(bench.health, bench.conf, bench.now, 1, &bench.ids, &dropped);
	health_set_lending(bench.health);
	ck_assert_uint_lt(bench.ids.n, 1000);
	for (size_t i = 0; i < bench.ids.n; i++)
		health_lend(bench.health, bench.ids.items[i]);
	drop_words();
	for (size_t i = 0; i < n_rs; i++)
		for (size_t k = 0; k < n_checks; k++)
			hear_at(i, k, PROBE_OK, bench.now);
	drop_words();
}

static void end(void)
{
	struct health_change change;

	while (health_next_change(bench.health, &change))
		continue;
	health_free(bench.health);
	test_conf_free(bench.conf);
	free(bench.ids.items);
}

/* Words that make a check due now. None may make an outcome of a probe in flight void. */
static size_t count_due(void)
{
	struct health_word word;
	size_t n = 0;

	while (health_next_word(bench.health, &word)) {
		n += word.due.ns == bench.now.ns;
		ck_assert_int_eq(word.not_before.ns, 0);
	}
	return n;
}

START_TEST(a_suspected_server_is_probed_now_and_nothing_is_decided)
{
	begin(2, 2);
	ck_assert(health_suspect(bench.health, 0, 1, bench.now));
	ck_assert_uint_eq(count_due(), 2);
	ck_assert_int_eq(check_at(1, 0).due.ns, bench.now.ns);
	ck_assert(check_at(0, 0).due.ns > bench.now.ns);
	ck_assert_int_eq(check_at(1, 0).state, HEALTH_UP);
	/* a failure counts as one: retry is 1 */
	hear_at(1, 0, PROBE_FAIL, bench.now);
	ck_assert_int_eq(check_at(1, 0).state, HEALTH_UP);
	ck_assert_uint_eq(check_at(1, 0).streak, 1);
	/* a success is no change at all */
	hear_at(1, 1, PROBE_OK, bench.now);
	ck_assert_int_eq(check_at(1, 1).state, HEALTH_UP);
	ck_assert(check_at(1, 1).due.ns > bench.now.ns);
	end();
}
END_TEST

START_TEST(at_most_once_in_five_seconds)
{
	struct check_ids added = {0}, dropped = {0};

	begin(2, 1);
	ck_assert(health_suspect(bench.health, 0, 0, bench.now));
	hear_at(0, 0, PROBE_OK, bench.now);
	drop_words();
	bench.now = mono_add_ms(bench.now, SUSPECT_PAUSE_MS - 1);
	ck_assert(!health_suspect(bench.health, 0, 0, bench.now));
	ck_assert(health_suspect(bench.health, 0, 1, bench.now)); /* the other one has its own time */
	/* also over a reload */
	health_configure(bench.health, bench.conf, bench.now, 1, &added, &dropped);
	ck_assert(!health_suspect(bench.health, 0, 0, bench.now));
	drop_words();
	bench.now = mono_add_ms(bench.now, 1);
	ck_assert(health_suspect(bench.health, 0, 0, bench.now));
	ck_assert_uint_eq(count_due(), 1);
	end();
}
END_TEST

/* A check that fails has its retries, one that is down waits as ever, and an event is no probe. */
START_TEST(a_check_with_nothing_to_learn_is_left_alone)
{
	begin(1, 3);
	bench.conf->virtual_servers[0].real_servers[0].checks[2].is_watch = true;
	hear_at(0, 0, PROBE_FAIL, bench.now);
	hear_at(0, 1, PROBE_FAIL, bench.now);
	hear_at(0, 1, PROBE_FAIL, bench.now);
	ck_assert_int_eq(check_at(0, 1).state, HEALTH_DOWN);
	drop_words();
	ck_assert(!health_suspect(bench.health, 0, 0, bench.now));
	ck_assert_uint_eq(count_due(), 0);
	/* and that did not use up the five seconds */
	bench.conf->virtual_servers[0].real_servers[0].checks[2].is_watch = false;
	ck_assert(health_suspect(bench.health, 0, 0, bench.now));
	ck_assert_uint_eq(count_due(), 1);
	end();
}
END_TEST

/* Otherwise a server that is dead, and whose probes wait for connect_timeout, would have no verdict. */
START_TEST(a_probe_in_flight_counts)
{
	struct mono started;

	begin(1, 1);
	started = bench.now;
	bench.now = mono_add_ms(bench.now, 700);
	ck_assert(health_suspect(bench.health, 0, 0, bench.now));
	drop_words();
	hear_at(0, 0, PROBE_FAIL, started);
	ck_assert_uint_eq(check_at(0, 0).streak, 1);
	end();
}
END_TEST

START_TEST(many_are_spread)
{
	size_t n_now;

	begin(3 * HASTEN_AT_ONCE, 1);
	for (size_t i = 0; i < 3 * HASTEN_AT_ONCE; i++)
		ck_assert(health_suspect(bench.health, 0, i, bench.now));
	n_now = count_due();
	ck_assert_uint_ge(n_now, HASTEN_AT_ONCE);
	ck_assert_uint_le(n_now, HASTEN_AT_ONCE + 5); /* some are due now by chance */
	for (size_t i = 0; i < 3 * HASTEN_AT_ONCE; i++)
		ck_assert(mono_before(check_at(i, 0).due, mono_add_ms(bench.now, PATH_SPREAD_MS)));
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("passive");
	TCase *tcase = tcase_create("passive");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, what_can_be_seen);
	tcase_add_test(tcase, each_course_of_the_counters);
	tcase_add_test(tcase, a_suspected_server_is_probed_now_and_nothing_is_decided);
	tcase_add_test(tcase, at_most_once_in_five_seconds);
	tcase_add_test(tcase, a_check_with_nothing_to_learn_is_left_alone);
	tcase_add_test(tcase, a_probe_in_flight_counts);
	tcase_add_test(tcase, many_are_spread);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
