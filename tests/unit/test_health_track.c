/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks whose outcome is the verdict of another server or of a service: TRACK_CHECK. */
#include "base/vec.h"
#include "conf/kind.h"
#include "healthcheck/health.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WALL_US 1700000000000000

static struct {
	struct conf *conf;
	struct health *health;
	struct mono now;
	bool is_settling; /* changes are read by server() */
} rig;

static void configure(struct conf *conf)
{
	struct check_ids added = {0}, dropped = {0};

	health_configure(rig.health, conf, rig.now, WALL_US, &added, &dropped);
	vec_free(&added);
	vec_free(&dropped);
	if (rig.conf)
		test_conf_free(rig.conf);
	rig.conf = conf;
}

static void setup(void)
{
	memset(&rig, 0, sizeof(rig));
	rig.health = health_new();
	rig.now = (struct mono){1000 * NS_PER_S};
	rig.is_settling = true;
}

static void teardown(void)
{
	health_free(rig.health);
	test_conf_free(rig.conf);
}

static enum conf_check_type kind_of_track(void)
{
	for (size_t i = 0; i < CONF_CHECK_KINDS; i++)
		if (conf_kinds[i].facts.runner == CONF_RUNNER_MODEL)
			return (enum conf_check_type)i;
	ck_abort();
}

/* Makes a check of the server one that tracks rs (SIZE_MAX: the quorum) of vs. */
static void track(struct conf *conf, size_t own_vs, size_t own_rs, size_t at, size_t vs, size_t rs)
{
	struct conf_check *check = &conf->virtual_servers[own_vs].real_servers[own_rs].checks[at];

	*check = (struct conf_check){.type = kind_of_track(),
				     .ordinal = (unsigned)at + 1,
				     .track = rs == SIZE_MAX ? "service" : "server",
				     .track_vs = vs,
				     .track_rs = rs,
				     .bind_if = "",
				     .sni = ""};
}

/* What is tracked is followed before the changes are read. */
static const struct health_rs *server(size_t vs, size_t rs)
{
	struct health_change change;
	size_t n;

	while (rig.is_settling && health_next_change(rig.health, &change))
		;

	return &health_services(rig.health, &n)[vs].real_servers[rs];
}

static void probe(size_t vs, size_t rs, size_t at, struct probe_result result)
{
	const struct health_check *check = &server(vs, rs)->checks[at];
	check_id due[64];

	rig.now = mono_add_ms(rig.now, 60000);
	health_take_due(rig.health, rig.now, due, 64);
	health_outcome(rig.health, check->id, &result, rig.now, WALL_US);
}

static const struct probe_result good = {.outcome = PROBE_OK, .reason = "connected"};
static const struct probe_result refused = {
    .outcome = PROBE_FAIL, .is_answered = true, .reason = "connection refused"};
static const struct probe_result silent = {.outcome = PROBE_FAIL, .reason = "timed out"};

static void probe_twice(size_t vs, size_t rs, size_t at, struct probe_result result)
{
	probe(vs, rs, at, result);
	probe(vs, rs, at, result);
}

/* Two services of one server each: the second one's server tracks the first one's. */
static struct conf *pair(void)
{
	struct conf *conf = test_conf_new(2, 1, 1);

	track(conf, 1, 0, 0, 0, 0);
	return conf;
}

START_TEST(a_server_follows)
{
	configure(pair());
	ck_assert_int_eq(server(1, 0)->state, HEALTH_UNKNOWN);
	ck_assert_str_eq(server(1, 0)->checks[0].last.reason, "server has no verdict yet");
	probe(0, 0, 0, good);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_UP);
	ck_assert_str_eq(server(1, 0)->checks[0].last.reason, "server is up");
	probe(0, 0, 0, refused); /* retry 1: it is still up */
	ck_assert_int_eq(server(1, 0)->state, HEALTH_UP);
	probe(0, 0, 0, refused);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_DOWN);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_DOWN);
	ck_assert_str_eq(server(1, 0)->checks[0].last.reason, "server is down: connection refused");
	/* Nothing is ever due: the verdict comes by itself. */
	ck_assert(mono_is_never(server(1, 0)->checks[0].due));
	ck_assert(health_is_known(rig.health));
}
END_TEST

/* The changes of both servers are told, each once, the target's first. */
START_TEST(changes_are_told_once)
{
	struct health_change change;
	size_t n = 0;

	rig.is_settling = false;
	configure(pair());
	probe(0, 0, 0, good);
	while (health_next_change(rig.health, &change))
		if (change.kind == HEALTH_CHANGE_REAL_SERVER)
			ck_assert_ptr_eq(change.rs, server(n++, 0));
	ck_assert_uint_eq(n, 2);
	probe(0, 0, 0, good);
	ck_assert(!health_next_change(rig.health, &change));
}
END_TEST

START_TEST(a_server_follows_a_quorum)
{
	struct conf *conf = test_conf_new(2, 2, 1);

	conf->virtual_servers[0].quorum = 2;
	track(conf, 1, 0, 0, 0, SIZE_MAX);
	configure(conf);
	probe(0, 0, 0, good);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_UNKNOWN);
	probe(0, 1, 0, good);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_UP);
	ck_assert_str_eq(server(1, 0)->checks[0].last.reason, "the quorum of service is up");
	probe_twice(0, 1, 0, refused);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_DOWN);
	ck_assert_str_eq(server(1, 0)->checks[0].last.reason, "the quorum of service is down");
	/* The quorum also follows a person. */
	probe(0, 1, 0, good);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_UP);
	ck_assert(health_maintain(rig.health, 0, 0, true, rig.now));
	ck_assert_int_eq(server(1, 0)->state, HEALTH_DOWN);
}
END_TEST

START_TEST(it_counts_like_any_check)
{
	struct conf *conf = test_conf_new(2, 1, 3);

	track(conf, 1, 0, 0, 0, 0);
	conf->virtual_servers[1].real_servers[0].checks_required = 2;
	configure(conf);
	for (size_t i = 0; i < 3; i++)
		probe(0, 0, i, good);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_UNKNOWN);
	probe(1, 0, 1, good);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_UP); /* two of three */
	probe(1, 0, 2, refused);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_UP);
	probe_twice(0, 0, 0, refused);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_DOWN); /* one of three */
}
END_TEST

/* 1,000 services, each server of which tracks that of the next one: one call, and no deep stack. */
START_TEST(a_long_chain_follows_at_once)
{
	struct conf *conf = test_conf_new(1000, 1, 1);

	for (size_t i = 0; i < 999; i++)
		track(conf, i, 0, 0, i + 1, i % 2 ? SIZE_MAX : 0);
	configure(conf);
	probe(999, 0, 0, good);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_UP);
	probe_twice(999, 0, 0, refused);
	for (size_t i = 0; i < 1000; i++)
		ck_assert_int_eq(server(i, 0)->state, HEALTH_DOWN);
}
END_TEST

/* Over a reload a tracker keeps its verdict until its target has one; a new tracker has it at once. */
START_TEST(reloads)
{
	struct conf *conf;

	configure(pair());
	probe(0, 0, 0, good);
	configure(pair());
	ck_assert_int_eq(server(1, 0)->state, HEALTH_UP);
	conf = pair();
	conf->virtual_servers[0].real_servers[0].checks[0].target.port = 99; /* another check */
	configure(conf);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_UNKNOWN);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_UP);
	probe(0, 0, 0, refused);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_DOWN);
	conf = test_conf_new(2, 1, 1); /* it no longer tracks */
	conf->virtual_servers[0].real_servers[0].checks[0].target.port = 99;
	configure(conf);
	probe(1, 0, 0, good);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_UP);
	conf = pair(); /* and tracks again: the target is down */
	conf->virtual_servers[0].real_servers[0].checks[0].target.port = 99;
	configure(conf);
	ck_assert_int_eq(server(1, 0)->state, HEALTH_DOWN);
}
END_TEST

static bool is_warned(void)
{
	return server(1, 0)->checks[0].is_warned;
}

START_TEST(a_warning_follows)
{
	struct probe_result warned = good;

	warned.is_warning = true;
	configure(pair());
	probe(0, 0, 0, good);
	ck_assert(!is_warned());
	probe(0, 0, 0, warned);
	ck_assert(is_warned());
	ck_assert_int_eq(server(1, 0)->state, HEALTH_UP);
	probe(0, 0, 0, good);
	ck_assert(!is_warned());
}
END_TEST

/* The target begins anew, and has no verdict: its follower keeps the warning, and nothing goes round. */
START_TEST(a_warning_outlives_the_targets_verdict)
{
	struct probe_result warned = good;
	struct conf *conf;

	warned.is_warning = true;
	configure(pair());
	probe(0, 0, 0, warned);
	ck_assert(is_warned());
	conf = pair();
	conf->virtual_servers[0].real_servers[0].checks[0].target.port = 99; /* another check */
	configure(conf);
	ck_assert_int_eq(server(0, 0)->state, HEALTH_UNKNOWN);
	ck_assert(is_warned());
	ck_assert_str_eq(server(1, 0)->checks[0].last.reason, "server has no verdict yet");
	probe(0, 0, 0, good);
	ck_assert(!is_warned());
}
END_TEST

/* The panic guard takes silence for a fault of the director, also where it comes by tracking. */
START_TEST(silence_stays_silence)
{
	struct conf *conf = test_conf_new(2, 3, 1);

	for (size_t i = 0; i < 3; i++) {
		conf->virtual_servers[0].panic_threshold = conf->virtual_servers[1].panic_threshold = 50;
		track(conf, 1, i, 0, 0, i);
	}
	configure(conf);
	for (size_t i = 0; i < 3; i++)
		probe(0, i, 0, good);
	for (size_t i = 0; i < 2; i++) {
		const struct health_check *check = &server(0, i)->checks[0];
		check_id due[8];

		for (size_t k = 0; k < 2; k++) {
			rig.now = mono_add_ms(rig.now, 11000 - 10000 * (int64_t)(i > 0 || k > 0));
			health_take_due(rig.health, mono_add_ms(rig.now, 60000), due, 8);
			health_outcome(rig.health, check->id, &silent, rig.now, WALL_US);
		}
	}
	ck_assert_int_eq(server(0, 1)->state, HEALTH_DOWN);
	ck_assert_int_eq(server(1, 1)->state, HEALTH_DOWN);
	ck_assert(server(0, 1)->held && server(1, 1)->held);
	ck_assert(server(1, 0)->is_lost);
}
END_TEST

/* The end of a connection has the checks of its server probed; one that tracks has no probe. */
START_TEST(a_tracker_is_never_due)
{
	struct probe_result ended = {.outcome = PROBE_NONE, .is_ended = true};
	struct conf *conf = test_conf_new(2, 1, 2);
	struct conf_check *watch = &conf->virtual_servers[1].real_servers[0].checks[1];
	check_id due[8], tracker;

	track(conf, 1, 0, 0, 0, 0);
	watch->type = CONF_CHECK_KEEP;
	watch->is_watch = true;
	configure(conf);
	tracker = server(1, 0)->checks[0].id;
	probe(0, 0, 0, good);
	probe(1, 0, 1, good);
	probe(1, 0, 1, ended);
	ck_assert(mono_is_never(server(1, 0)->checks[0].due));
	ck_assert(!server(1, 0)->checks[0].is_hastened);
	rig.now = mono_add_ms(rig.now, 60000);
	for (size_t n = health_take_due(rig.health, rig.now, due, 8); n; n--)
		ck_assert(due[n - 1] != tracker);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("health track");
	TCase *tests = tcase_create("track");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_server_follows);
	tcase_add_test(tests, changes_are_told_once);
	tcase_add_test(tests, a_server_follows_a_quorum);
	tcase_add_test(tests, it_counts_like_any_check);
	tcase_add_test(tests, a_long_chain_follows_at_once);
	tcase_add_test(tests, reloads);
	tcase_add_test(tests, a_warning_follows);
	tcase_add_test(tests, a_warning_outlives_the_targets_verdict);
	tcase_add_test(tests, silence_stays_silence);
	tcase_add_test(tests, a_tracker_is_never_due);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
