/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A held connection (KEEP_CHECK): what its end is worth, and what the pace and the model make of it. */
#include "base/mem.h"
#include "conf/load.h"
#include "healthcheck/health.h"
#include "healthcheck/pace/keep.h"
#include "healthcheck/pace/pace.h"
#include "healthcheck/verdict/verdict.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

/* --- keep.h --- */

START_TEST(an_end_is_reported_unless_ends_come_one_after_the_other)
{
	static const struct {
		int ms;
		bool is_chatty, is_told;
		const char *complaint;
	} ends[] = {
	    {60000, false, true, ""},
	    {1000, false, true, ""},
	    {999, false, true, ""},
	    {0, false, true, ""},
	    {0, false, false, "; the server ends each connection within a second"},
	    {500, false, false, "; the server ends each connection within a second"},
	    {1001, false, true, ""},
	    {100, false, true, ""},
	    {60000, true, false, "; the last connection was given up, since the server sent too much into it"},
	    {100, false, true, ""},
	    {100, true, false, "; the last connection was given up, since the server sent too much into it"},
	    {100, false, false, "; the server ends each connection within a second"},
	    {2000, false, true, ""},
	};
	struct keep keep = {0};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		bool is_told = keep_ended(&keep, ends[i].ms * NS_PER_MS, ends[i].is_chatty);

		ck_assert_msg(is_told == ends[i].is_told, "%zu", i);
		ck_assert_str_eq(keep_complaint(&keep), ends[i].complaint);
	}
	keep_ended(&keep, 0, true);
	keep_lasts(&keep, KEEP_SOON_MS * NS_PER_MS - 1);
	ck_assert_str_ne(keep_complaint(&keep), "");
	keep_lasts(&keep, KEEP_SOON_MS * NS_PER_MS);
	ck_assert_str_eq(keep_complaint(&keep), "");
}
END_TEST

START_TEST(a_silent_machine_is_asked)
{
	static const struct {
		uint64_t us;
		int idle, interval;
	} times[] = {{1000, 1, 1},	{1000000, 1, 1},      {1500000, 2, 1}, {5000000, 5, 2},
		     {30000000, 30, 10}, {UINT64_MAX / 4, 32767, 32767}};
	int idle, interval;

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		keep_alive_times(times[i].us, &idle, &interval);
		ck_assert_int_eq(idle, times[i].idle);
		ck_assert_int_eq(interval, times[i].interval);
	}
}
END_TEST

START_TEST(probes_keep_their_descriptors)
{
	ck_assert_uint_eq(keep_max(65536, 2000), 63436);
	ck_assert_uint_eq(keep_max(4200, 2000), 2100);
	ck_assert_uint_eq(keep_max(4202, 2000), 2102);
	ck_assert_uint_eq(keep_max(1024, 2000), 512);
	ck_assert_uint_eq(keep_max(0, 2000), 0);
	ck_assert_uint_eq(keep_probes_max(65536, 2000), 2000);
	ck_assert_uint_eq(keep_probes_max(4200, 2000), 2000);
	ck_assert_uint_eq(keep_probes_max(1024, 2000), 412);
	ck_assert_uint_eq(keep_probes_max(64, 2000), 16);
	ck_assert_uint_eq(keep_probes_max(0, 2000), 1);
}
END_TEST

/* --- pace.h --- */

static struct mono now;

static void at_first(void)
{
	now = (struct mono){100 * NS_PER_S};
}

static size_t n_told;

static void count_told(const struct health_told *told, void *arg)
{
	(void)told, (void)arg;
	n_told++;
}

static void take_probe(struct pace *pace, enum probe_outcome outcome)
{
	struct probe_result result = {.outcome = outcome, .started = now};
	uint32_t slot;

	ck_assert(pace_take(pace, now, &slot));
	ck_assert_uint_eq(slot, 0);
	pace_outcome(pace, slot, &result, now, count_told, NULL);
}

static void say(struct pace *pace, check_id id, uint32_t seq, enum probe_outcome rest)
{
	struct health_word word = {.id = id,
				   .due = seq ? mono_add_ms(now, 60000) : now,
				   .interval_us = 60 * US_PER_S,
				   .rest = rest,
				   .seq = seq};

	ck_assert(pace_take_word(pace, &word));
}

START_TEST(a_slot_is_hastened)
{
	struct pace *pace = pace_new(3);
	uint32_t slot;

	n_told = 0;
	pace_add(pace, 1, 0);
	pace_add(pace, 2, 0);
	say(pace, 1, 0, PROBE_NONE);
	say(pace, 2, 0, PROBE_NONE);
	take_probe(pace, PROBE_OK);
	ck_assert_uint_eq(n_told, 2);
	say(pace, 1, 1, PROBE_OK);
	/* One of the checks waits for a probe, the other one for the director. */
	now = mono_add_ms(now, 10);
	pace_hasten(pace, 0, now);
	ck_assert_int_eq(pace_next_due(pace).ns, now.ns);
	take_probe(pace, PROBE_NONE);
	ck_assert_uint_eq(n_told, 3);
	ck_assert(mono_is_never(pace_next_due(pace)));
	say(pace, 2, 1, PROBE_OK);
	ck_assert_int_eq(pace_next_due(pace).ns, now.ns);
	take_probe(pace, PROBE_NONE);
	ck_assert_uint_eq(n_told, 4);
	/* It is used up, and without effect on a probe in flight. */
	say(pace, 2, 2, PROBE_OK);
	now = mono_add_ms(now, 60000);
	ck_assert(pace_take(pace, now, &slot));
	pace_hasten(pace, 0, now);
	ck_assert(mono_is_never(pace_next_due(pace)));
	pace_free(pace);
}
END_TEST

/* --- the model --- */

static struct {
	struct conf *conf;
	struct health *health;
	struct check_ids ids;
	uint32_t seqs[10000];
} bench;

/* The last check of each server holds a connection. */
static void bench_begin(size_t n_vs, size_t n_rs, size_t n_checks)
{
	struct check_ids dropped = {0};
	struct health_word word;

	memset(&bench, 0, sizeof(bench));
	bench.conf = test_conf_new(n_vs, n_rs, n_checks);
	for (size_t i = 0; i < n_vs; i++)
		for (size_t j = 0; j < n_rs; j++) {
			struct conf_real_server *rs = &bench.conf->virtual_servers[i].real_servers[j];
			struct conf_check *watch = &rs->checks[n_checks - 1];

			watch->type = CONF_CHECK_KEEP;
			watch->is_watch = true;
			watch->is_helper = n_checks > 1;
		}
	bench.health = health_new();
	health_configure(bench.health, bench.conf, now, 1, &bench.ids, &dropped);
	health_set_lending(bench.health);
	for (size_t i = 0; i < bench.ids.n; i++)
		health_lend(bench.health, bench.ids.items[i]);
	while (health_next_word(bench.health, &word))
		continue;
	ck_assert_uint_lt(bench.ids.n, 10000);
}

static void bench_end(void)
{
	struct health_change change;

	while (health_next_change(bench.health, &change))
		continue;
	health_free(bench.health);
	test_conf_free(bench.conf);
	free(bench.ids.items);
}

static const struct health_rs *server(size_t vs, size_t rs)
{
	size_t n;

	return &health_services(bench.health, &n)[vs].real_servers[rs];
}

static const struct health_check *check_at(size_t rs, size_t i)
{
	return &server(0, rs)->checks[i];
}

static void hear_since(size_t rs, size_t i, struct probe_result result, struct mono started)
{
	check_id id = check_at(rs, i)->id;
	struct health_told told = {.before = {.id = id, .seq = ++bench.seqs[id]}, .result = result};

	told.result.started = started;
	ck_assert(health_take_told(bench.health, &told));
	health_outcome(bench.health, id, &told.result, now, 1);
}

static void hear(size_t rs, size_t i, struct probe_result result)
{
	hear_since(rs, i, result, now);
}

static const struct probe_result good = {.outcome = PROBE_OK};
static const struct probe_result refused = {.outcome = PROBE_FAIL, .is_answered = true};
static const struct probe_result late = {.outcome = PROBE_FAIL};
static const struct probe_result ended = {.outcome = PROBE_NONE, .is_ended = true};

/* The words that are to be sent: how many checks are due now, and how many later. */
static void count_words(size_t *ret_now, size_t *ret_later)
{
	struct health_word word;

	*ret_now = *ret_later = 0;
	while (health_next_word(bench.health, &word)) {
		*ret_now += word.due.ns == now.ns && word.not_before.ns == now.ns;
		*ret_later += word.due.ns > now.ns;
	}
}

static void settle(size_t n_checks)
{
	size_t n_now, n_later;

	for (size_t i = 0; i < n_checks; i++)
		hear(0, i, good);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_UP);
	count_words(&n_now, &n_later);
	now = mono_add_ms(now, 5000);
}

START_TEST(the_end_of_a_connection_has_all_checks_probed)
{
	size_t n_now, n_later;

	bench_begin(1, 2, 3);
	settle(3);
	hear(0, 2, ended);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_UP);
	count_words(&n_now, &n_later);
	ck_assert_uint_eq(n_now, 3);
	/* What the server answers counts as two failures; here retry is 1. */
	hear(0, 0, refused);
	ck_assert_int_eq(check_at(0, 0)->state, HEALTH_DOWN);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_DOWN);
	bench_end();
}
END_TEST

START_TEST(silence_counts_as_one_failure)
{
	bench_begin(1, 1, 2);
	settle(2);
	hear(0, 1, ended);
	hear(0, 0, late);
	ck_assert_int_eq(check_at(0, 0)->state, HEALTH_UP);
	ck_assert_uint_eq(check_at(0, 0)->streak, 1);
	hear(0, 0, late);
	ck_assert_int_eq(check_at(0, 0)->state, HEALTH_DOWN);
	bench_end();
}
END_TEST

/* The probe after the end decides, and no later one has its strength. */
START_TEST(a_success_after_the_end_is_the_end_of_it)
{
	bench_begin(1, 1, 2);
	settle(2);
	hear(0, 1, ended);
	hear(0, 0, (struct probe_result){.outcome = PROBE_NONE});
	hear(0, 0, good);
	now = mono_add_ms(now, 5000);
	hear(0, 0, refused);
	ck_assert_int_eq(check_at(0, 0)->state, HEALTH_UP);
	ck_assert_uint_eq(check_at(0, 0)->streak, 1);
	bench_end();
}
END_TEST

START_TEST(a_helper_decides_nothing)
{
	bool is_present;
	uint32_t weight;
	size_t n;

	bench_begin(1, 1, 2);
	hear(0, 0, good);
	/* It has no outcome yet, and the server is up. */
	ck_assert_int_eq(server(0, 0)->state, HEALTH_UP);
	for (int i = 0; i < 5; i++)
		hear(0, 1, refused);
	ck_assert_int_eq(check_at(0, 1)->state, HEALTH_DOWN);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_UP);
	health_rs_effective(&health_services(bench.health, &n)[0], server(0, 0), &is_present, &weight);
	ck_assert(is_present && weight == 1);
	hear(0, 0, refused);
	hear(0, 0, refused);
	hear(0, 1, good);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_DOWN);
	bench_end();
}
END_TEST

/* Also where it cannot be reached, a helper changes nothing. */
START_TEST(a_helper_cuts_nobody_off)
{
	struct probe_result pathless = {.outcome = PROBE_NONE, .fault = PATH_NO_ROUTE};

	bench_begin(1, 1, 2);
	settle(2);
	hear(0, 1, pathless);
	now = mono_add_ms(now, PATH_BOUND_S * 1000 + 1);
	hear(0, 1, pathless);
	ck_assert(check_at(0, 1)->is_cut_off);
	ck_assert(!health_rs_is_cut_off(server(0, 0)));
	hear(0, 1, good);
	ck_assert(!health_rs_is_cut_off(server(0, 0)));
	bench_end();
}
END_TEST

START_TEST(alone_it_decides)
{
	size_t n_now, n_later;

	bench_begin(1, 1, 1);
	settle(1);
	hear(0, 0, ended);
	count_words(&n_now, &n_later);
	ck_assert_uint_eq(n_now, 1);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_UP);
	hear(0, 0, good);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_UP);
	now = mono_add_ms(now, 5000);
	hear(0, 0, ended);
	hear(0, 0, refused);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_DOWN);
	bench_end();
}
END_TEST

/* A connection that is there again has the others probed, so that the server comes back soon. */
START_TEST(a_new_connection_after_failures_has_the_others_probed)
{
	size_t n_now, n_later;

	bench_begin(1, 1, 2);
	settle(2);
	hear(0, 1, ended);
	hear(0, 0, refused);
	hear(0, 1, refused);
	count_words(&n_now, &n_later);
	now = mono_add_ms(now, 5000);
	hear(0, 1, good);
	count_words(&n_now, &n_later);
	ck_assert_uint_eq(n_now, 1);
	hear(0, 0, good);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_UP);
	bench_end();
}
END_TEST

/* With the check process its connections have ended: they are made again soon, whatever delay_loop says. */
START_TEST(a_lost_connection_is_made_again)
{
	struct mono due;

	bench_begin(1, 1, 2);
	settle(2);
	due = check_at(0, 0)->due;
	now = mono_add_ms(due, -1); /* wherever in the loop the check has its place, it is not due yet */
	health_lost_probes(bench.health, now);
	ck_assert_int_eq(check_at(0, 0)->due.ns, due.ns);
	ck_assert(mono_before(check_at(0, 1)->due, mono_add_ms(now, PATH_SPREAD_MS)));
	ck_assert_int_eq(server(0, 0)->state, HEALTH_UP);
	bench_end();
}
END_TEST

/* Whatever the check process says, a check has others hastened some times in a second. */
START_TEST(ends_are_spaced)
{
	struct mono begin;
	size_t n_now, n_later;

	bench_begin(1, 1, 2);
	settle(2);
	begin = now;
	for (size_t i = 0; i < HASTEN_BURST; i++) {
		hear(0, 1, ended);
		count_words(&n_now, &n_later);
		ck_assert_uint_eq(n_now, 2);
		hear(0, 0, good);
		count_words(&n_now, &n_later);
		now = mono_add_ms(now, 1);
	}
	hear(0, 1, ended);
	count_words(&n_now, &n_later);
	ck_assert_uint_eq(n_now, 0);
	ck_assert_uint_eq(n_later, 2);
	ck_assert_int_eq(check_at(0, 0)->due.ns, mono_add_ms(begin, HASTEN_SPACING_MS).ns);
	hear(0, 0, good);
	now = mono_add_ms(begin, HASTEN_SPACING_MS);
	hear(0, 1, ended);
	count_words(&n_now, &n_later);
	ck_assert_uint_eq(n_now, 2);
	bench_end();
}
END_TEST

/* A front that ends idle connections each 2 s, before a backend that hangs: a probe that was begun anew has
 * its outcome, after 5 s. */
START_TEST(frequent_ends_starve_no_check)
{
	struct mono started;

	bench_begin(1, 1, 2);
	settle(2);
	for (int n = 0; n < 2; n++) {
		hear(0, 1, ended);
		started = now;
		ck_assert_int_eq(check_at(0, 0)->not_before.ns, started.ns);
		for (int i = 0; i < 2; i++) {
			now = mono_add_ms(now, 2000);
			hear(0, 1, ended);
			ck_assert_int_eq(check_at(0, 0)->not_before.ns, started.ns);
			ck_assert_int_eq(check_at(0, 0)->due.ns, started.ns);
		}
		now = mono_add_ms(now, 1000);
		hear_since(0, 0, late, started);
	}
	ck_assert_int_eq(check_at(0, 0)->state, HEALTH_DOWN);
	bench_end();
}
END_TEST

/* A process that is killed may still accept a connection while it ends, so the first probe succeeds. */
START_TEST(a_refused_connection_has_the_others_probed_too)
{
	size_t n_now, n_later;

	bench_begin(1, 1, 3);
	settle(3);
	hear(0, 2, ended);
	hear(0, 0, good);
	hear(0, 1, refused);
	count_words(&n_now, &n_later);
	now = mono_add_ms(now, 1);
	hear(0, 2, refused);
	count_words(&n_now, &n_later);
	/* One that is down already is not asked again, nor the check itself. */
	ck_assert_uint_eq(n_now, 1);
	hear(0, 0, refused);
	ck_assert_int_eq(check_at(0, 0)->state, HEALTH_DOWN);
	/* A further failure is nothing new. */
	now = mono_add_ms(now, 1);
	hear(0, 2, refused);
	count_words(&n_now, &n_later);
	ck_assert_uint_eq(n_now, 0);
	bench_end();
}
END_TEST

/* A switch that died ends thousands of connections at the same moment. */
START_TEST(many_ends_are_spread)
{
	size_t n_now, n_later;

	bench_begin(1, 3 * HASTEN_AT_ONCE, 2);
	for (size_t i = 0; i < 3 * HASTEN_AT_ONCE; i++) {
		hear(i, 0, good);
		hear(i, 1, good);
	}
	count_words(&n_now, &n_later);
	now = mono_add_ms(now, 5000);
	for (size_t i = 0; i < 3 * HASTEN_AT_ONCE; i++)
		hear(i, 1, ended);
	count_words(&n_now, &n_later);
	/* One in a thousand of the others is due now by chance. */
	ck_assert_uint_ge(n_now, 2 * HASTEN_AT_ONCE);
	ck_assert_uint_le(n_now, 2 * HASTEN_AT_ONCE + 10);
	ck_assert_uint_eq(n_now + n_later, 2 * 3 * HASTEN_AT_ONCE);
	bench_end();
}
END_TEST

START_TEST(a_reload_keeps_what_a_helper_is)
{
	struct check_ids added = {0}, dropped = {0};
	struct conf_real_server *rs;
	struct conf *alone;

	bench_begin(1, 1, 2);
	settle(2);
	hear(0, 1, refused);
	hear(0, 1, refused);
	health_configure(bench.health, bench.conf, now, 1, &added, &dropped);
	ck_assert_uint_eq(added.n, 0);
	ck_assert_uint_eq(dropped.n, 0);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_UP);
	/* The others are gone from the file: now it decides. */
	alone = test_conf_new(1, 1, 2);
	rs = alone->virtual_servers[0].real_servers;
	rs->checks++;
	rs->n_checks = 1;
	rs->checks[0].type = CONF_CHECK_KEEP;
	rs->checks[0].is_watch = true;
	health_configure(bench.health, alone, now, 1, &added, &dropped);
	ck_assert_uint_eq(added.n, 0);
	ck_assert_uint_eq(dropped.n, 1);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_DOWN);
	free(dropped.items);
	bench_end();
	test_conf_free(alone);
}
END_TEST

/* A verdict that outlives a restart decides nothing either. */
START_TEST(a_restart_keeps_what_a_helper_is)
{
	struct check_ids added = {0}, dropped = {0};
	struct verdicts verdicts;
	struct health *health;
	struct err err;
	char *text;
	size_t len, n;

	bench_begin(1, 1, 2);
	settle(2);
	hear(0, 1, refused);
	hear(0, 1, refused);
	ck_assert_int_eq(check_at(0, 1)->state, HEALTH_DOWN);
	text = health_verdicts_text(bench.health, now, 3600 * NS_PER_S, &len);
	ck_assert_int_eq(verdicts_read(text, len, &verdicts, &err), 0);
	health = health_new();
	health_configure(health, bench.conf, now, 1, &added, &dropped);
	ck_assert_uint_eq(health_adopt_verdicts(health, &verdicts, now, 1), 2);
	ck_assert_int_eq(health_services(health, &n)[0].real_servers[0].checks[1].state, HEALTH_DOWN);
	ck_assert_int_eq(health_services(health, &n)[0].real_servers[0].state, HEALTH_UP);
	ck_assert_uint_eq(health_services(health, &n)[0].real_servers[0].n_down, 0);
	verdicts_free(&verdicts);
	free(text);
	free(added.items);
	health_free(health);
	bench_end();
}
END_TEST

/* --- the file --- */

START_TEST(it_helps_where_others_probe)
{
	static const struct {
		const char *others;
		bool is_helper;
	} servers[] = {{"", false},
		       {"KEEP_CHECK {\n}\n", false},
		       {"AGENT_CHECK {\n}\n", false},
		       {"TRACK_CHECK {\ntrack 192.0.2.2:81@tcp:192.0.2.1:81\n}\n", false},
		       {"TCP_CHECK {\n}\n", true},
		       {"PING_CHECK {\n}\n", true},
		       {"TCP_CHECK {\n}\nAGENT_CHECK {\n}\n", true}};

	for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++) {
		struct diags diags = {0};
		const struct conf_real_server *rs;
		struct conf *conf;
		char text[500];

		snprintf(text, sizeof(text),
			 "virtual_server 192.0.2.1 80 {\nprotocol TCP\nreal_server 192.0.2.2 80 {\n"
			 "checks_required 1\nKEEP_CHECK {\n}\n%s}\n}\n"
			 "virtual_server 192.0.2.1 81 {\nprotocol TCP\nreal_server 192.0.2.2 81 {\n}\n}\n",
			 servers[i].others);
		conf = conf_load_text("x.conf", text, strlen(text), &diags);
		ck_assert_ptr_nonnull(conf);
		rs = conf->virtual_servers[0].real_servers;
		for (size_t k = 0; k < rs->n_checks; k++)
			ck_assert(rs->checks[k].is_helper ==
				  (rs->checks[k].is_watch && servers[i].is_helper));
		conf_free(conf);
		diags_free(&diags);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("keep");
	TCase *tcase = tcase_create("keep");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, at_first, NULL);
	tcase_add_test(tcase, an_end_is_reported_unless_ends_come_one_after_the_other);
	tcase_add_test(tcase, a_silent_machine_is_asked);
	tcase_add_test(tcase, probes_keep_their_descriptors);
	tcase_add_test(tcase, a_slot_is_hastened);
	tcase_add_test(tcase, the_end_of_a_connection_has_all_checks_probed);
	tcase_add_test(tcase, silence_counts_as_one_failure);
	tcase_add_test(tcase, a_success_after_the_end_is_the_end_of_it);
	tcase_add_test(tcase, a_helper_decides_nothing);
	tcase_add_test(tcase, a_helper_cuts_nobody_off);
	tcase_add_test(tcase, alone_it_decides);
	tcase_add_test(tcase, a_new_connection_after_failures_has_the_others_probed);
	tcase_add_test(tcase, a_lost_connection_is_made_again);
	tcase_add_test(tcase, ends_are_spaced);
	tcase_add_test(tcase, frequent_ends_starve_no_check);
	tcase_add_test(tcase, a_refused_connection_has_the_others_probed_too);
	tcase_add_test(tcase, many_ends_are_spread);
	tcase_add_test(tcase, a_reload_keeps_what_a_helper_is);
	tcase_add_test(tcase, a_restart_keeps_what_a_helper_is);
	tcase_add_test(tcase, it_helps_where_others_probe);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
