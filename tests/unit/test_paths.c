/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The edge of the director's ways to its servers, in a network namespace of its own: one server
 * behind two interfaces, near and other. What is asked of other parts is ignored.
 */
#include "base/clock.h"
#include "base/vec.h"
#include "daemon/director/paths.h"
#include "own_net.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_MS 10000

static struct {
	struct paths paths;
	struct conf *conf; /* in force */
	struct loop_timer *check;
	struct mono limit;
	bool (*is_there)(void);
	unsigned near, other;
	bool is_forbidden; /* as the sink was told last */
} rig;

static void on_forbid(bool is_forbidden, void *arg)
{
	(void)arg;
	rig.is_forbidden = is_forbidden;
}

static void on_check(void *arg)
{
	(void)arg;
	ck_assert_msg(mono_before(clock_mono(), rig.limit), "what is awaited does not come");
	if (rig.is_there())
		loop_stop(rig.paths.loop);
	loop_timer_set(rig.check, mono_add_ms(clock_mono(), 5));
}

/* Takes conf, whose checks are due every millisecond. */
static void configure(struct conf *conf)
{
	struct conf_virtual_server *vs = conf->virtual_servers;
	struct check_ids added = {0}, dropped = {0};
	struct conf *before = rig.conf;

	for (size_t i = 0; i < vs->n_real_servers; i++) {
		struct conf_check *check = vs->real_servers[i].checks;

		check->warmup_us = check->delay_loop_us = check->delay_before_retry_us = 1000;
	}
	health_configure(rig.paths.health, conf, clock_mono(), 1, &added, &dropped);
	vec_free(&added);
	vec_free(&dropped);
	rig.conf = conf;
	if (before)
		test_conf_free(before);
	paths_configure(&rig.paths, conf);
	ck_assert_ptr_nonnull(rig.paths.watch);
}

static void setup(void)
{
	memset(&rig, 0, sizeof(rig));
	own_net_run("ip link add near type veth peer name far");
	own_net_run("ip link add other type veth peer name third");
	own_net_run("ip link set near up");
	own_net_run("ip link set far up");
	own_net_run("ip link set other up");
	own_net_run("ip link set third up");
	own_net_await_carrier("near");
	own_net_await_carrier("other");
	own_net_run("ip addr add 10.7.0.1/24 dev near");
	own_net_run("ip route add 10.1.0.0/16 dev near");
	rig.near = if_nametoindex("near");
	rig.other = if_nametoindex("other");
	rig.paths.loop = loop_new();
	rig.check = loop_timer_new(rig.paths.loop, on_check, NULL);
	rig.paths.health = health_new();
	rig.paths.sink = (struct paths_sink){on_forbid, NULL};
	configure(test_conf_new(1, 1, 1));
}

static void teardown(void)
{
	paths_close(&rig.paths);
	loop_timer_free(rig.check);
	health_free(rig.paths.health);
	test_conf_free(rig.conf);
	loop_free(rig.paths.loop);
	own_net_run("ip link del near");
	own_net_run("ip link del other");
}

static const struct health_check *check_of_server(void)
{
	size_t n;

	return health_services(rig.paths.health, &n)->real_servers->checks;
}

/* Awaits the check's turn: its probe is in flight afterwards. */
static check_id begin_probe(void)
{
	check_id id;

	while (!health_take_due(rig.paths.health, clock_mono(), &id, 1))
		;
	return id;
}

/* Gives the probe this outcome; the one that the director makes of it. */
static struct probe_result end_probe(check_id id, enum probe_outcome outcome)
{
	struct probe_result result = {.outcome = outcome, .reason = "told by the test"};

	paths_judge(&rig.paths, id, &result);
	health_outcome(rig.paths.health, id, &result, clock_mono(), 1);
	return result;
}

static struct probe_result probe(enum probe_outcome outcome)
{
	return end_probe(begin_probe(), outcome);
}

/* Turns the loop until it is there. */
static void await(bool (*is_there)(void))
{
	rig.limit = mono_add_ms(clock_mono(), LIMIT_MS);
	rig.is_there = is_there;
	loop_timer_set(rig.check, clock_mono());
	loop_run(rig.paths.loop);
}

static bool is_near_down(void)
{
	return !path_watch_link(rig.paths.watch, rig.near)->is_up;
}

static bool has_route_changed(void)
{
	return path_targets_changed(&rig.paths.targets, &check_of_server()->conf->target.addr).ns != 0;
}

static void cut_near(void)
{
	own_net_run("ip link set far down");
	await(is_near_down);
}

static bool count(const struct health_check *check, void *arg)
{
	(void)check;
	++*(size_t *)arg;
	return false;
}

/* Whether each check waits for its verdict already: a pass of our own finds none to ask about. */
static bool are_all_awaited(void)
{
	struct path_pass pass = {1u << PATH_NO_ROUTE, 0, 0, SIZE_MAX};
	size_t n_asked = 0;

	health_path_returned(rig.paths.health, &pass, clock_mono(), count, &n_asked);
	return health_is_awaiting(rig.paths.health) && n_asked == 0;
}

START_TEST(a_dead_link_is_blamed_while_the_server_was_last_seen_there)
{
	struct probe_result result;

	ck_assert_int_eq(probe(PROBE_OK).outcome, PROBE_OK);
	ck_assert_uint_eq(check_of_server()->usual_interface, rig.near);
	cut_near();
	own_net_run("ip route replace 10.1.0.0/16 dev other");
	result = probe(PROBE_FAIL);
	ck_assert_int_eq(result.outcome, PROBE_NONE);
	ck_assert_int_eq(result.fault, PATH_NO_CARRIER);
	ck_assert_uint_eq(result.interface, rig.near);
	ck_assert_ptr_nonnull(strstr(result.reason, "no verdict: no carrier on near since 20"));
}
END_TEST

/* The route has moved, the server answers over it, and then it dies: that is the server's fault. */
START_TEST(a_dead_link_is_not_blamed_after_an_answer_over_another)
{
	struct probe_result result;

	ck_assert_int_eq(probe(PROBE_OK).outcome, PROBE_OK);
	cut_near();
	own_net_run("ip route replace 10.1.0.0/16 dev other");
	ck_assert_int_eq(probe(PROBE_OK).outcome, PROBE_OK);
	ck_assert_uint_eq(check_of_server()->usual_interface, rig.other);
	result = probe(PROBE_FAIL);
	ck_assert_msg(result.outcome == PROBE_FAIL, "%s", result.reason);
	ck_assert_str_eq(result.reason, "told by the test");
}
END_TEST

/* Until the route has moved, the answer came over the link that is dead now. */
START_TEST(an_answer_of_before_the_loss_says_nothing_of_the_new_route)
{
	check_id id;

	probe(PROBE_OK);
	id = begin_probe();
	cut_near();
	own_net_run("ip route replace 10.1.0.0/16 dev other");
	end_probe(id, PROBE_OK);
	ck_assert_uint_eq(check_of_server()->usual_interface, rig.near);
	ck_assert_int_eq(probe(PROBE_FAIL).fault, PATH_NO_CARRIER);
}
END_TEST

/* An answer costs no question while nothing has happened to the interface. */
START_TEST(an_answer_is_not_looked_up_again)
{
	struct mono seen;

	probe(PROBE_OK);
	seen = check_of_server()->usual_at;
	probe(PROBE_OK);
	ck_assert_int_eq(check_of_server()->usual_at.ns, seen.ns);
}
END_TEST

/*
 * The interface of the server has lost its route, and the default route takes what goes to it: the
 * director's fault, as long as nothing has answered over that route.
 */
START_TEST(a_route_that_leaves_elsewhere_is_the_directors_fault)
{
	struct probe_result result;

	ck_assert_int_eq(probe(PROBE_OK).outcome, PROBE_OK);
	own_net_run("ip route replace 10.1.0.0/16 dev other");
	result = probe(PROBE_FAIL);
	ck_assert_int_eq(result.outcome, PROBE_NONE);
	ck_assert_int_eq(result.fault, PATH_MOVED);
	ck_assert_ptr_nonnull(strstr(result.reason, "by another interface than it answered over since 20"));
	await(has_route_changed);
	ck_assert_int_eq(probe(PROBE_OK).outcome, PROBE_OK);
	ck_assert_uint_eq(check_of_server()->usual_interface, rig.other);
	ck_assert_int_eq(probe(PROBE_FAIL).outcome, PROBE_FAIL);
}
END_TEST

/* A path that has changed for good, with the interface up all the time: answers are looked up anew. */
START_TEST(a_changed_route_is_looked_up_with_the_next_answer)
{
	ck_assert_int_eq(probe(PROBE_OK).outcome, PROBE_OK);
	own_net_run("ip route replace 10.1.0.0/16 dev other");
	await(has_route_changed);
	ck_assert_int_eq(probe(PROBE_OK).outcome, PROBE_OK);
	ck_assert_int_eq(probe(PROBE_FAIL).outcome, PROBE_FAIL);
}
END_TEST

/* The pass takes more slices than route changes could begin anew within the time limit. */
START_TEST(a_route_that_returns_is_found_for_each_check)
{
	enum { N = 10 * PATH_SLICE + 10 };

	configure(test_conf_new(1, N, 1));
	own_net_run("ip route del 10.1.0.0/16 dev near");
	while (health_n_faulted(rig.paths.health) < N)
		ck_assert_int_eq(probe(PROBE_FAIL).fault, PATH_NO_ROUTE);
	paths_settle(&rig.paths);
	own_net_run("ip route add 10.1.0.0/16 dev near");
	await(are_all_awaited);
	ck_assert_uint_eq(rig.paths.pass.left, 0);
}
END_TEST

static bool is_next_turn(void)
{
	return true;
}

static bool is_awaiting(void)
{
	return health_is_awaiting(rig.paths.health);
}

/*
 * While the checks are looked through since routes have changed, a question brings the news that the carrier is there,
 * before the monitor of interfaces does: one pass, not one within the other, which had no end.
 */
START_TEST(a_look_that_finds_the_carrier_itself_ends)
{
	ck_assert_int_eq(probe(PROBE_OK).outcome, PROBE_OK);
	cut_near();
	ck_assert_int_eq(probe(PROBE_FAIL).fault, PATH_NO_CARRIER);
	await(is_next_turn); /* an interface is asked about once in a turn */
	own_net_run("ip link set far up");
	own_net_await_carrier("near");
	rig.paths.events.on_link(&(struct path_link){.name = "any"}, PATH_LINK_BACK,
				 rig.paths.events.arg);
	await(is_awaiting);
	ck_assert_uint_eq(rig.paths.pass.left, 0);
	ck_assert_int_eq(probe(PROBE_OK).outcome, PROBE_OK);
	ck_assert(!health_is_awaiting(rig.paths.health));
}
END_TEST

static bool is_forbidden(void)
{
	return rig.is_forbidden;
}

static bool is_allowed(void)
{
	paths_settle(&rig.paths);
	return !rig.is_forbidden;
}

/* No probe ends: the checks are awaited all the time. */
START_TEST(preemption_is_not_forbidden_for_longer_than_the_gate)
{
	struct conf *conf = test_conf_new(1, 1, 1);
	struct conf_vrrp vrrp = {.name = "V"};

	conf->vrrps = &vrrp;
	conf->n_vrrps = 1;
	conf->global.startup_gate_us = 200 * 1000;
	configure(conf);
	own_net_run("ip route del 10.1.0.0/16 dev near");
	ck_assert_int_eq(probe(PROBE_FAIL).fault, PATH_NO_ROUTE);
	paths_settle(&rig.paths);
	own_net_run("ip route add 10.1.0.0/16 dev near");
	await(is_forbidden);
	await(is_allowed);
	ck_assert(mono_reached(clock_mono(), rig.paths.wait_due));
	ck_assert(health_is_awaiting(rig.paths.health));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("paths");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_dead_link_is_blamed_while_the_server_was_last_seen_there);
	tcase_add_test(tcase, a_dead_link_is_not_blamed_after_an_answer_over_another);
	tcase_add_test(tcase, an_answer_of_before_the_loss_says_nothing_of_the_new_route);
	tcase_add_test(tcase, an_answer_is_not_looked_up_again);
	tcase_add_test(tcase, a_route_that_leaves_elsewhere_is_the_directors_fault);
	tcase_add_test(tcase, a_changed_route_is_looked_up_with_the_next_answer);
	tcase_add_test(tcase, a_route_that_returns_is_found_for_each_check);
	tcase_add_test(tcase, a_look_that_finds_the_carrier_itself_ends);
	tcase_add_test(tcase, preemption_is_not_forbidden_for_longer_than_the_gate);
	return own_net_tests("paths", tcase);
}
