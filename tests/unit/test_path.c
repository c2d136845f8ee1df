/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/mem.h"
#include "base/vec.h"
#include "healthcheck/health.h"
#include "healthcheck/path_targets.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#define S(n) ((struct mono){(n) * NS_PER_S})

/* Times in seconds; a probe began at 100. */
#define STARTED S(100)

enum { UP, DOWN, LOST_IN_BETWEEN, UNPROVEN, UNPROVEN_FOR_LONG, PROVEN, LOST_BEFORE };

static struct path_link link_of(unsigned index, int how)
{
	struct path_link link = path_link_new(index, "eth", true, 0, S(0), 1);

	switch (how) {
	case DOWN:
		path_link_update(&link, false, 1, S(90), 1);
		break;
	case LOST_IN_BETWEEN:
		path_link_update(&link, false, 1, S(101), 1);
		path_link_update(&link, true, 1, S(102), 1);
		path_link_prove(&link, S(102));
		break;
	case UNPROVEN:
		path_link_update(&link, false, 1, S(80), 1);
		path_link_update(&link, true, 1, S(99), 1);
		path_link_prove(&link, S(98)); /* its probe began before the return */
		break;
	case UNPROVEN_FOR_LONG:
		path_link_update(&link, false, 1, S(60), 1);
		path_link_update(&link, true, 1, S(69), 1);
		break;
	case PROVEN:
		path_link_update(&link, false, 1, S(80), 1);
		path_link_update(&link, true, 1, S(99), 1);
		path_link_prove(&link, S(99));
		break;
	case LOST_BEFORE:
		path_link_update(&link, true, 1, S(50), 1); /* the kernel counted a loss */
		path_link_prove(&link, S(51));
		break;
	default:
		break;
	}
	return link;
}

START_TEST(the_verdict_follows_from_the_facts)
{
	static const struct {
		int error;
		bool is_source_gone;
		int now, usual; /* -1: there is none */
		enum path_fault fault;
		unsigned interface;
	} rows[] = {
	    {0, false, UP, -1, PATH_FINE, 1},
	    {0, false, LOST_BEFORE, -1, PATH_FINE, 1},
	    {0, false, DOWN, -1, PATH_NO_CARRIER, 1},
	    {0, false, LOST_IN_BETWEEN, -1, PATH_RETURNING, 1},
	    {0, false, UNPROVEN, -1, PATH_RETURNING, 1},
	    {0, false, UNPROVEN_FOR_LONG, -1, PATH_FINE, 1},
	    {0, false, PROVEN, -1, PATH_FINE, 1},
	    /* No route, a dead end, and what is a verdict all the same. */
	    {ENETUNREACH, false, -1, -1, PATH_NO_ROUTE, 0},
	    {EINVAL, false, -1, -1, PATH_NO_ROUTE, 0},
	    {EACCES, false, -1, -1, PATH_NO_ROUTE, 0},
	    {EHOSTUNREACH, false, -1, -1, PATH_FINE, 0},
	    {EADDRNOTAVAIL, true, -1, -1, PATH_NO_SOURCE, 0},
	    /* The route leads elsewhere since the usual interface is down. */
	    {0, false, UP, DOWN, PATH_NO_CARRIER, 2},
	    {ENETUNREACH, false, -1, DOWN, PATH_NO_CARRIER, 2},
	    /* ... and though it is up: its address or its route is gone. */
	    {0, false, UP, UP, PATH_MOVED, 0},
	    {0, false, UP, LOST_IN_BETWEEN, PATH_RETURNING, 2},
	    {0, false, DOWN, UP, PATH_NO_CARRIER, 1},
	    {ENETUNREACH, false, -1, UP, PATH_NO_ROUTE, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct path_facts facts = {.error = rows[i].error,
					   .is_source_gone = rows[i].is_source_gone};
		struct path_verdict verdict;

		if (rows[i].now >= 0)
			facts.link = link_of(1, rows[i].now);
		if (rows[i].usual >= 0)
			facts.usual = link_of(2, rows[i].usual);
		verdict = path_judge(&facts, STARTED);
		ck_assert_msg(verdict.fault == rows[i].fault, "row %zu: %s", i,
			      path_fault_name(verdict.fault));
		ck_assert_msg(verdict.interface == rows[i].interface, "row %zu: interface %u", i,
			      verdict.interface);
	}
}
END_TEST

START_TEST(an_interface_may_be_made_anew)
{
	struct path_facts facts = {.is_usual_gone = true, .usual_at = S(50)};

	facts.link = link_of(3, UP); /* the default route's */
	ck_assert_int_eq(path_judge(&facts, STARTED).fault, PATH_NO_CARRIER);
	ck_assert_uint_eq(path_judge(&facts, STARTED).interface, 0);
	facts.link = link_of(4, PROVEN); /* it came up since */
	ck_assert_int_eq(path_judge(&facts, STARTED).fault, PATH_FINE);
	facts.usual_at = S(99);
	ck_assert_int_eq(path_judge(&facts, STARTED).fault, PATH_NO_CARRIER);
}
END_TEST

/* Times in seconds; the interface was looked up at 50. */
START_TEST(the_usual_interface_is_known_while_nothing_happens_to_it)
{
	static const struct {
		int how, now;
		bool is_known;
	} rows[] = {
	    {UP, 50, true},
	    {UP, 50 + PATH_USUAL_MAX_S - 1, true},
	    {UP, 50 + PATH_USUAL_MAX_S, false},
	    {DOWN, 91, false},
	    {PROVEN, 100, false}, /* it has its carrier again: the route may have moved meanwhile */
	    {LOST_BEFORE, 52, false},
	};
	struct path_link link = link_of(1, PROVEN);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		link = link_of(1, rows[i].how);
		ck_assert_msg(path_is_usual_known(&link, S(50), S(0), S(rows[i].now)) == rows[i].is_known,
			      "row %zu", i);
	}
	link = link_of(1, LOST_BEFORE);
	ck_assert(path_is_usual_known(&link, S(51), S(0), S(52))); /* looked up after the loss */
	ck_assert(path_is_usual_known(&link, S(51), S(51), S(52)));
	ck_assert(!path_is_usual_known(&link, S(51), S(52), S(53))); /* a route has changed since */
	ck_assert(!path_is_usual_known(NULL, S(50), S(0), S(51)));
	ck_assert_int_eq(PATH_USUAL_MAX_S, 60); /* a question a minute for each check, as paths.c says */
}
END_TEST

START_TEST(what_connect_said_counts_unless_the_carrier_is_lost)
{
	static const struct {
		enum path_fault said;
		struct path_verdict now, verdict;
	} rows[] = {
	    {PATH_FINE, {PATH_FINE, 1}, {PATH_FINE, 1}},
	    {PATH_FINE, {PATH_RETURNING, 1}, {PATH_RETURNING, 1}},
	    {PATH_NO_ROUTE, {PATH_FINE, 1}, {PATH_NO_ROUTE, 0}},
	    {PATH_NO_ROUTE, {PATH_RETURNING, 1}, {PATH_NO_ROUTE, 0}},
	    {PATH_NO_SOURCE, {PATH_NO_ROUTE, 0}, {PATH_NO_SOURCE, 0}},
	    {PATH_NO_ROUTE, {PATH_NO_CARRIER, 1}, {PATH_NO_CARRIER, 1}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct path_verdict verdict = path_blame(rows[i].said, rows[i].now);

		ck_assert_msg(verdict.fault == rows[i].verdict.fault, "row %zu", i);
		ck_assert_msg(verdict.interface == rows[i].verdict.interface, "row %zu", i);
	}
}
END_TEST

START_TEST(few_answers_are_worth_a_question)
{
	ck_assert(path_is_answer_news(true, false, false));
	ck_assert(!path_is_answer_news(true, true, false));
	ck_assert(!path_is_answer_news(false, false, false));
	ck_assert(!path_is_answer_news(false, true, false));
	for (int i = 0; i < 4; i++)
		ck_assert(path_is_answer_news(i & 1, i & 2, true));
}
END_TEST

START_TEST(links_tell_what_happened)
{
	struct path_link link = path_link_new(1, "eth1", true, 5, S(1), 11);

	ck_assert(link.is_proven && !link.was_down);
	ck_assert_int_eq(path_link_update(&link, true, 5, S(2), 12), PATH_LINK_SAME);
	ck_assert_int_eq(path_link_update(&link, false, 6, S(3), 13), PATH_LINK_LOST);
	ck_assert_int_eq(path_link_update(&link, false, 6, S(4), 14), PATH_LINK_SAME);
	ck_assert_int_eq(link.lost_wall_us, 13);
	ck_assert_int_eq(path_link_update(&link, true, 6, S(5), 15), PATH_LINK_BACK);
	ck_assert(!link.is_proven);
	ck_assert_int_eq(link.lost_at.ns, S(3).ns);
	/* A loss too short to be seen is counted by the kernel. */
	path_link_prove(&link, S(6));
	ck_assert(link.is_proven);
	ck_assert_int_eq(path_link_update(&link, true, 7, S(8), 18), PATH_LINK_BACK);
	ck_assert(!link.is_proven);
	ck_assert_int_eq(link.lost_at.ns, S(8).ns);
}
END_TEST

START_TEST(faults_have_words)
{
	struct addr target, source, none = {0};
	char text[PATH_TEXT_MAX];

	addr_parse("10.0.0.5", &target);
	addr_parse("10.0.0.9", &source);
	ck_assert_str_eq(path_describe(PATH_NO_ROUTE, &target, &none, NULL, text),
			 "no route to 10.0.0.5");
	ck_assert_str_eq(path_describe(PATH_NO_CARRIER, &target, &none, "eth1", text),
			 "no carrier on eth1");
	ck_assert_str_eq(path_describe(PATH_NO_CARRIER, &target, &none, NULL, text),
			 "the interface towards 10.0.0.5 is gone");
	ck_assert_str_eq(path_describe(PATH_NO_SOURCE, &target, &source, NULL, text),
			 "the source address 10.0.0.9 is not on this machine");
	ck_assert_str_eq(path_describe(PATH_NO_SOURCE, &target, &none, NULL, text),
			 "no source address towards 10.0.0.5");
	ck_assert_str_eq(path_describe(PATH_NO_INTERFACE, &target, &none, "eth9", text),
			 "the interface eth9 (bind_if) is not on this machine");
	ck_assert_str_eq(path_describe(PATH_RETURNING, &target, &none, "eth1", text),
			 "no answer over eth1 since its carrier came back");
}
END_TEST

/* --- what the model makes of it: one service, two servers, one check each --- */

struct bench {
	struct conf *conf;
	struct health *health;
	struct mono now;
	struct check_ids ids, dropped;
};

static struct bench bench_of(size_t n_servers)
{
	struct bench bench = {
	    .conf = test_conf_new(1, n_servers, 1), .health = health_new(), .now = S(1000)};

	health_configure(bench.health, bench.conf, bench.now, 1, &bench.ids, &bench.dropped);
	return bench;
}

static struct bench bench_new(void)
{
	return bench_of(2);
}

static void bench_free(struct bench *bench)
{
	health_free(bench->health);
	test_conf_free(bench->conf);
	vec_free(&bench->ids);
	vec_free(&bench->dropped);
}

static const struct health_vs *service(const struct bench *bench)
{
	size_t n;

	return health_services(bench->health, &n);
}

static const struct health_check *check_of(const struct bench *bench, size_t rs)
{
	return &service(bench)->real_servers[rs].checks[0];
}

/* Lets time pass until the server's check is due, and gives its probe this outcome. */
static void probe(struct bench *bench, size_t rs, enum probe_outcome outcome, enum path_fault fault)
{
	struct probe_result result = {
	    .outcome = outcome, .fault = fault, .interface = 7, .reason = "told by the test"};
	check_id id;

	while (!check_of(bench, rs)->is_in_flight) {
		struct mono due = health_next_due(bench->health);

		if (mono_before(bench->now, due))
			bench->now = due;
		while (health_take_due(bench->health, bench->now, &id, 1))
			;
	}
	health_outcome(bench->health, check_of(bench, rs)->id, &result, bench->now, 1);
}

static bool is_there(const struct bench *bench, size_t rs, uint32_t weight)
{
	uint32_t got;
	bool is_present;

	health_rs_effective(service(bench), &service(bench)->real_servers[rs], &is_present, &got);
	return is_present && got == weight;
}

static size_t count_changes(struct bench *bench, enum health_change_kind kind)
{
	struct health_change change;
	size_t n = 0;

	while (health_next_change(bench->health, &change))
		n += change.kind == kind;
	return n;
}

START_TEST(a_fault_of_the_path_ends_in_weight_0_after_the_bound)
{
	struct bench bench = bench_new();
	struct mono begin;

	probe(&bench, 0, PROBE_OK, PATH_FINE);
	probe(&bench, 1, PROBE_OK, PATH_FINE);
	count_changes(&bench, HEALTH_CHANGE_CUT_OFF);
	probe(&bench, 0, PROBE_NONE, PATH_NO_CARRIER);
	begin = bench.now;
	ck_assert_uint_eq(health_n_faulted(bench.health), 1);
	while (!check_of(&bench, 0)->is_cut_off) {
		ck_assert(is_there(&bench, 0, 1));
		ck_assert_uint_eq(service(&bench)->live_weight, 2);
		ck_assert_int_eq(service(&bench)->real_servers[0].state, HEALTH_UP);
		probe(&bench, 0, PROBE_NONE, PATH_NO_CARRIER);
	}
	/* A probe comes when the bound is reached, not a delay_loop later. */
	ck_assert_int_eq(mono_sub(bench.now, begin), PATH_BOUND_S * NS_PER_S);
	ck_assert(is_there(&bench, 0, 0));
	ck_assert_uint_eq(service(&bench)->live_weight, 1);
	ck_assert_int_eq(service(&bench)->real_servers[0].state, HEALTH_UP);
	ck_assert_uint_eq(count_changes(&bench, HEALTH_CHANGE_CUT_OFF), 1);
	probe(&bench, 0, PROBE_NONE, PATH_RETURNING);
	ck_assert(is_there(&bench, 0, 0));
	/* The first verdict ends it, whichever it is. */
	probe(&bench, 0, PROBE_OK, PATH_FINE);
	ck_assert(is_there(&bench, 0, 1));
	ck_assert_uint_eq(service(&bench)->live_weight, 2);
	ck_assert_uint_eq(count_changes(&bench, HEALTH_CHANGE_CUT_OFF), 1);
	ck_assert_uint_eq(health_n_faulted(bench.health), 0);
	bench_free(&bench);
}
END_TEST

START_TEST(a_pool_that_is_cut_off_has_no_quorum)
{
	struct bench bench = bench_new();

	probe(&bench, 0, PROBE_OK, PATH_FINE);
	probe(&bench, 1, PROBE_OK, PATH_FINE);
	while (health_n_cut_off(bench.health) < 2) {
		ck_assert(service(&bench)->is_quorum_up);
		probe(&bench, 0, PROBE_NONE, PATH_NO_ROUTE);
		probe(&bench, 1, PROBE_NONE, PATH_NO_ROUTE);
	}
	ck_assert(!service(&bench)->is_quorum_up);
	ck_assert(is_there(&bench, 0, 0) && is_there(&bench, 1, 0));
	bench_free(&bench);
}
END_TEST

START_TEST(no_verdict_for_another_reason_has_no_bound)
{
	struct bench bench = bench_new();
	struct mono begin;

	probe(&bench, 0, PROBE_OK, PATH_FINE);
	begin = bench.now;
	while (mono_sub(bench.now, begin) < 3 * PATH_BOUND_S * NS_PER_S)
		probe(&bench, 0, PROBE_NONE, PATH_FINE);
	ck_assert(is_there(&bench, 0, 1));
	/* And it does not count for a fault that follows. */
	probe(&bench, 0, PROBE_NONE, PATH_NO_ROUTE);
	ck_assert(is_there(&bench, 0, 1));
	bench_free(&bench);
}
END_TEST

static bool yes(const struct health_check *check, void *arg)
{
	(void)check;
	return *(bool *)arg;
}

/* How many checks are concerned when the interface is back, or with 0 when routes have changed. */
static size_t come_back(struct bench *bench, enum path_fault fault, unsigned interface,
			bool is_passable)
{
	struct path_pass pass = {1u << fault, interface, 0, SIZE_MAX};
	size_t n = health_path_returned(bench->health, &pass, bench->now, yes, &is_passable);

	ck_assert_uint_eq(pass.left, 0);
	return n;
}

START_TEST(a_path_that_returns_is_probed_within_a_second)
{
	struct bench bench = bench_new();

	probe(&bench, 0, PROBE_OK, PATH_FINE);
	probe(&bench, 1, PROBE_OK, PATH_FINE);
	probe(&bench, 0, PROBE_NONE, PATH_NO_CARRIER);
	ck_assert_uint_eq(come_back(&bench, PATH_NO_CARRIER, 8, true), 0);
	ck_assert_uint_eq(come_back(&bench, PATH_NO_ROUTE, 7, true), 0);
	ck_assert(!health_is_awaiting(bench.health));
	ck_assert_uint_eq(come_back(&bench, PATH_NO_CARRIER, 7, false), 1);
	ck_assert(health_is_awaiting(bench.health));
	ck_assert_uint_eq(come_back(&bench, PATH_NO_CARRIER, 7, false), 0);
	ck_assert(mono_sub(check_of(&bench, 0)->due, bench.now) < PATH_SPREAD_MS * NS_PER_MS);
	probe(&bench, 0, PROBE_NONE, PATH_RETURNING);
	ck_assert(health_is_awaiting(bench.health));
	probe(&bench, 0, PROBE_FAIL, PATH_FINE);
	ck_assert(!health_is_awaiting(bench.health));
	/* A path that is lost again is nothing to wait for. */
	probe(&bench, 0, PROBE_NONE, PATH_NO_CARRIER);
	come_back(&bench, PATH_NO_CARRIER, 7, false);
	ck_assert(health_is_awaiting(bench.health));
	probe(&bench, 0, PROBE_NONE, PATH_NO_CARRIER);
	ck_assert(!health_is_awaiting(bench.health));
	/* Without an interface the caller knows whether there is a path again. */
	probe(&bench, 1, PROBE_NONE, PATH_NO_ROUTE);
	ck_assert_uint_eq(come_back(&bench, PATH_NO_ROUTE, 0, false), 0);
	ck_assert_uint_eq(come_back(&bench, PATH_NO_ROUTE, 0, true), 1);
	bench_free(&bench);
}
END_TEST

START_TEST(a_probe_without_a_path_is_ended_when_it_returns)
{
	struct bench bench = bench_new();
	struct health_told told = {.result.outcome = PROBE_FAIL};
	struct health_word word;

	probe(&bench, 0, PROBE_OK, PATH_FINE);
	probe(&bench, 0, PROBE_NONE, PATH_NO_CARRIER);
	health_set_lending(bench.health);
	health_lend(bench.health, check_of(&bench, 0)->id);
	ck_assert(health_next_word(bench.health, &word));
	bench.now = mono_add_ms(bench.now, 20000);
	come_back(&bench, PATH_NO_CARRIER, 7, true);
	ck_assert(health_next_word(bench.health, &word));
	ck_assert_uint_eq(word.id, check_of(&bench, 0)->id);
	ck_assert_int_eq(word.not_before.ns, bench.now.ns);
	ck_assert(mono_sub(word.due, bench.now) < PATH_SPREAD_MS * NS_PER_MS);
	/* Its outcome comes all the same: it is of no use, and the check goes on. */
	told.before.id = word.id;
	told.before.seq = 1;
	told.result.started = mono_add_ms(bench.now, -1);
	ck_assert(!health_take_told(bench.health, &told));
	ck_assert(health_next_word(bench.health, &word) && word.seq == 1);
	ck_assert(!health_next_word(bench.health, &word));
	told.before.seq = 2;
	told.result.started = bench.now;
	ck_assert(health_take_told(bench.health, &told));
	bench_free(&bench);
}
END_TEST

/* The check is given anew, with other files for TLS, while an outcome is on its way. */
START_TEST(an_outcome_from_before_a_check_was_given_anew_does_not_count)
{
	struct bench bench = bench_new();
	struct health_told told = {.result = {.outcome = PROBE_FAIL, .started = bench.now}};
	struct health_word word;

	probe(&bench, 0, PROBE_OK, PATH_FINE);
	health_set_lending(bench.health);
	told.before.id = check_of(&bench, 0)->id;
	told.before.seq = 1;
	health_lend(bench.health, told.before.id);
	health_recall(bench.health, told.before.id, bench.now);
	health_lend(bench.health, told.before.id);
	ck_assert(health_next_word(bench.health, &word));
	ck_assert_uint_eq(word.seq, 1);
	ck_assert(!health_take_told(bench.health, &told));
	ck_assert_uint_eq(check_of(&bench, 0)->seq, 1);
	told.before.seq = 2;
	ck_assert(health_take_told(bench.health, &told));
	bench_free(&bench);
}
END_TEST

/* Counts the questions for each server, and says no to all but those after the first two slices. */
static bool ask(const struct health_check *check, void *arg)
{
	unsigned *n_asked = arg;
	size_t at = ((size_t)check->conf->target.addr.bytes[2] << 8) +
		    check->conf->target.addr.bytes[3];

	n_asked[at]++;
	return at >= 2 * PATH_SLICE;
}

/* Each lookup of a route takes time that nobody else has. */
START_TEST(many_checks_are_looked_at_in_slices)
{
	enum { LAST = 2 * PATH_SLICE, N = LAST + 10 };
	struct bench bench = bench_of(N);
	struct path_pass pass = {1u << PATH_NO_ROUTE, 0, 0, SIZE_MAX};
	static unsigned n_asked[N];

	for (size_t i = 0; i < N; i++)
		probe(&bench, i, PROBE_NONE, PATH_NO_ROUTE);
	ck_assert_uint_eq(health_path_returned(bench.health, &pass, bench.now, ask, n_asked),
			  0);
	ck_assert_uint_eq(pass.left, N - PATH_SLICE);
	ck_assert(n_asked[PATH_SLICE - 1] == 1 && n_asked[PATH_SLICE] == 0);
	/* Routes change once more: the last checks have their turn all the same. */
	pass.left = SIZE_MAX;
	health_path_returned(bench.health, &pass, bench.now, ask, n_asked);
	ck_assert_uint_eq(pass.left, N - PATH_SLICE);
	ck_assert(n_asked[PATH_SLICE] == 1 && n_asked[LAST - 1] == 1 && n_asked[LAST] == 0);
	ck_assert_uint_eq(health_path_returned(bench.health, &pass, bench.now, ask, n_asked),
			  N - LAST);
	ck_assert_uint_eq(pass.left, 10);
	health_path_returned(bench.health, &pass, bench.now, ask, n_asked);
	ck_assert_uint_eq(pass.left, 0);
	ck_assert(n_asked[LAST] == 1 && n_asked[0] == 2 && n_asked[PATH_SLICE] == 1);
	bench_free(&bench);
}
END_TEST

/* A reload by another file with the same servers. */
static void reload(struct bench *bench)
{
	struct conf *before = bench->conf;

	bench->conf = test_conf_new(1, 2, 1);
	health_configure(bench->health, bench->conf, bench->now, 1, &bench->ids, &bench->dropped);
	test_conf_free(before);
}

START_TEST(a_reload_keeps_what_is_cut_off)
{
	struct bench bench = bench_new();

	probe(&bench, 0, PROBE_OK, PATH_FINE);
	probe(&bench, 1, PROBE_OK, PATH_FINE);
	while (!health_n_cut_off(bench.health))
		probe(&bench, 0, PROBE_NONE, PATH_NO_CARRIER);
	reload(&bench);
	ck_assert(is_there(&bench, 0, 0));
	ck_assert_uint_eq(service(&bench)->live_weight, 1);
	probe(&bench, 0, PROBE_OK, PATH_FINE);
	ck_assert(is_there(&bench, 0, 1));
	ck_assert_uint_eq(health_n_faulted(bench.health) + health_n_cut_off(bench.health), 0);
	bench_free(&bench);
}
END_TEST

START_TEST(a_reload_keeps_what_is_awaited)
{
	struct bench bench = bench_new();

	probe(&bench, 0, PROBE_NONE, PATH_NO_CARRIER);
	come_back(&bench, PATH_NO_CARRIER, 7, false);
	reload(&bench);
	ck_assert(health_is_awaiting(bench.health));
	ck_assert_uint_eq(come_back(&bench, PATH_NO_CARRIER, 7, false), 0);
	probe(&bench, 0, PROBE_OK, PATH_FINE);
	ck_assert(!health_is_awaiting(bench.health));
	bench_free(&bench);
}
END_TEST

/* A director that replaces another while its servers are cut off must not delete them. */
START_TEST(a_server_that_is_shown_with_weight_0_stays_until_its_verdict)
{
	struct bench bench = bench_new();

	for (size_t rs = 0; rs < 2; rs++) {
		health_adopt(bench.health, 0, rs, true, false);
		health_adopt_idle(bench.health, 0, rs);
		ck_assert(is_there(&bench, rs, 0));
	}
	reload(&bench);
	ck_assert(is_there(&bench, 0, 0) && is_there(&bench, 1, 0));
	probe(&bench, 0, PROBE_NONE, PATH_NO_CARRIER);
	ck_assert(is_there(&bench, 0, 0));
	probe(&bench, 0, PROBE_OK, PATH_FINE);
	ck_assert(is_there(&bench, 0, 1));
	probe(&bench, 1, PROBE_FAIL, PATH_FINE);
	ck_assert(!is_there(&bench, 1, 0));
	bench_free(&bench);
}
END_TEST

static struct addr addr_of(const char *text)
{
	struct addr addr;

	ck_assert_int_eq(addr_parse(text, &addr), 0);
	return addr;
}

static bool changes(struct path_targets *targets, const char *net, unsigned prefix_len, int s)
{
	struct path_change change = {addr_of(net), prefix_len};

	return path_targets_change(targets, &change, S(s));
}

static int changed(const struct path_targets *targets, const char *text)
{
	struct addr addr = addr_of(text);

	return (int)(path_targets_changed(targets, &addr).ns / NS_PER_S);
}

/* A machine that learns routes by BGP changes some all the time. */
START_TEST(a_route_concerns_the_servers_in_its_prefix_alone)
{
	const struct addr addrs[] = {addr_of("10.2.0.1"), addr_of("10.1.0.1"), addr_of("fd01::1"),
				     addr_of("10.1.0.1"), addr_of("10.1.255.9")};
	const struct path_change anything = {0};
	struct path_targets targets = {0};

	ck_assert(!path_targets_change(&targets, &anything, S(1)));
	path_targets_set(&targets, addrs, 5);
	ck_assert_uint_eq(targets.items.n, 4);
	ck_assert(!changes(&targets, "10.3.0.0", 16, 2));
	ck_assert(!changes(&targets, "10.1.0.0", 32, 2));
	ck_assert(!changes(&targets, "fd02::", 16, 2));
	ck_assert_int_eq(changed(&targets, "10.1.0.1"), 1);
	ck_assert(changes(&targets, "10.1.0.0", 16, 3));
	ck_assert_int_eq(changed(&targets, "10.1.0.1"), 3);
	ck_assert_int_eq(changed(&targets, "10.1.255.9"), 3);
	ck_assert_int_eq(changed(&targets, "10.2.0.1"), 1);
	ck_assert(changes(&targets, "10.2.0.0", 31, 4));
	ck_assert(changes(&targets, "fd01::1", 128, 5));
	ck_assert_int_eq(changed(&targets, "fd01::1"), 5);
	ck_assert_int_eq(changed(&targets, "10.2.0.1"), 4);
	/* A default route concerns all of its family, and rules concern all. */
	ck_assert(changes(&targets, "0.0.0.0", 0, 6));
	ck_assert_int_eq(changed(&targets, "10.2.0.1"), 6);
	ck_assert_int_eq(changed(&targets, "fd01::1"), 5);
	ck_assert(path_targets_change(&targets, &anything, S(7)));
	ck_assert_int_eq(changed(&targets, "fd01::1"), 7);
	path_targets_fini(&targets);
}
END_TEST

START_TEST(a_prefix_counts_to_its_last_bit)
{
	const struct addr addrs[] = {addr_of("10.1.0.1"), addr_of("10.1.8.1"), addr_of("10.1.16.1"),
				     addr_of("fd01::1")};
	struct path_targets targets = {0};

	path_targets_set(&targets, addrs, 4);
	ck_assert(changes(&targets, "10.1.0.0", 20, 2));
	ck_assert_int_eq(changed(&targets, "10.1.0.1"), 2);
	ck_assert_int_eq(changed(&targets, "10.1.8.1"), 2);
	ck_assert_int_eq(changed(&targets, "10.1.16.1"), 0); /* it is in the /19 */
	/* A prefix longer than an address is no network of anybody. */
	ck_assert(!changes(&targets, "10.1.0.1", 33, 3));
	ck_assert(!changes(&targets, "fd01::1", 129, 3));
	ck_assert_int_eq(changed(&targets, "10.1.0.1"), 2);
	ck_assert_int_eq(changed(&targets, "fd01::1"), 0);
	path_targets_fini(&targets);
}
END_TEST

START_TEST(a_reload_keeps_when_routes_changed)
{
	const struct addr addrs[] = {addr_of("10.1.0.1"), addr_of("10.2.0.1"), addr_of("10.3.0.1")};
	struct path_targets targets = {0};

	path_targets_set(&targets, addrs, 2);
	ck_assert(changes(&targets, "10.2.0.0", 16, 3));
	path_targets_set(&targets, addrs + 1, 2);
	ck_assert_int_eq(changed(&targets, "10.2.0.1"), 3);
	ck_assert_int_eq(changed(&targets, "10.3.0.1"), 0);
	path_targets_set(&targets, NULL, 0);
	ck_assert_uint_eq(targets.items.n, 0);
	path_targets_fini(&targets);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("path");
	TCase *tcase = tcase_create("path");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, the_verdict_follows_from_the_facts);
	tcase_add_test(tcase, an_interface_may_be_made_anew);
	tcase_add_test(tcase, the_usual_interface_is_known_while_nothing_happens_to_it);
	tcase_add_test(tcase, what_connect_said_counts_unless_the_carrier_is_lost);
	tcase_add_test(tcase, few_answers_are_worth_a_question);
	tcase_add_test(tcase, links_tell_what_happened);
	tcase_add_test(tcase, faults_have_words);
	tcase_add_test(tcase, a_fault_of_the_path_ends_in_weight_0_after_the_bound);
	tcase_add_test(tcase, a_pool_that_is_cut_off_has_no_quorum);
	tcase_add_test(tcase, no_verdict_for_another_reason_has_no_bound);
	tcase_add_test(tcase, a_path_that_returns_is_probed_within_a_second);
	tcase_add_test(tcase, a_probe_without_a_path_is_ended_when_it_returns);
	tcase_add_test(tcase, an_outcome_from_before_a_check_was_given_anew_does_not_count);
	tcase_add_test(tcase, many_checks_are_looked_at_in_slices);
	tcase_add_test(tcase, a_reload_keeps_what_is_cut_off);
	tcase_add_test(tcase, a_route_concerns_the_servers_in_its_prefix_alone);
	tcase_add_test(tcase, a_prefix_counts_to_its_last_bit);
	tcase_add_test(tcase, a_reload_keeps_when_routes_changed);
	tcase_add_test(tcase, a_reload_keeps_what_is_awaited);
	tcase_add_test(tcase, a_server_that_is_shown_with_weight_0_stays_until_its_verdict);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
