/* SPDX-License-Identifier: GPL-2.0-or-later */
/* KEEP_CHECK in a real check process: a connection that is held, and servers that end it. */
#include "tests/unit/test_probe_rig.h"

#include "healthcheck/pace/keep.h"

#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Outcomes that are counted in the second before the process ends, at an interval of 10 ms, and one. */
#define COUNTS_UNTOLD 101

/* Servers that hold their connections: each one is ended by a byte in the pipe. */
static struct {
	/* Pipes. came: a byte for each connection; gone: for each that the peer has ended. */
	int orders[2], came[2], gone[2];
} world;

static void setup(void)
{
	memset(&world, 0, sizeof(world));
	ck_assert_int_eq(pipe(world.orders), 0);
	ck_assert_int_eq(pipe(world.came), 0);
	ck_assert_int_eq(pipe(world.gone), 0);
}

static void teardown(void)
{
	close(world.orders[1]); /* ends all who wait for an order */
	servers_end();
	close(world.orders[0]);
	close(world.came[0]);
	close(world.came[1]);
	close(world.gone[0]);
	close(world.gone[1]);
}

static void note(const int *pipe)
{
	ck_assert_int_eq(write(pipe[1], "", 1), 1);
}

static void end_one(char how)
{
	ck_assert_int_eq(write(world.orders[1], &how, 1), 1);
}

/* Says a greeting that nobody reads, and waits for the order to close ('c') or to reset ('r'). */
static void serve_hold(int fd, const char *request, void *arg)
{
	struct linger reset = {.l_onoff = 1};
	char order = 'c';

	(void)request, (void)arg;
	note(world.came);
	serve_text(fd, "220 welcome\r\n");
	if (read(world.orders[0], &order, 1) == 1 && order == 'r')
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
}

static void serve_close(int fd, const char *request, void *arg)
{
	(void)fd, (void)request, (void)arg;
	note(world.came);
}

static void serve_flood(int fd, const char *request, void *arg)
{
	static const char text[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

	(void)request, (void)arg;
	note(world.came);
	while (serve_text(fd, text))
		continue;
	note(world.gone);
}

/* Waits until the peer ends the connection. */
static void serve_wait(int fd, const char *request, void *arg)
{
	char byte;

	(void)request, (void)arg;
	note(world.came);
	while (read(fd, &byte, 1) > 0)
		continue;
	note(world.gone);
}

static void await_gone(void)
{
	char byte;

	ck_assert_int_eq(read(world.gone[0], &byte, 1), 1);
}

/* So many connections have come, and no more are known of. */
static void demand_visits(size_t n)
{
	char bytes[64];
	size_t seen = 0;

	while (seen < n) {
		ssize_t some = read(world.came[0], bytes, sizeof(bytes));

		ck_assert_int_gt(some, 0);
		seen += (size_t)some;
	}
	ck_assert_uint_eq(seen, n);
	ck_assert_int_eq(fcntl(world.came[0], F_SETFL, O_NONBLOCK), 0);
	ck_assert_int_eq(read(world.came[0], bytes, 1), -1);
	ck_assert_int_eq(fcntl(world.came[0], F_SETFL, 0), 0);
}

static struct conf_check keep_of(struct endpoint target)
{
	return (struct conf_check){.type = CONF_CHECK_KEEP,
				   .ordinal = 1,
				   .target = target,
				   .connect_timeout_us = PROBE_PATIENCE_US};
}

static const struct probe_result *run(struct rig *rig, check_id id)
{
	rig_run(rig, id);
	rig_await_outcomes(rig, rig->outcomes.n + 1);
	return &rig->outcomes.items[rig->outcomes.n - 1].result;
}

static const struct probe_result *next(struct rig *rig)
{
	rig_await_outcomes(rig, rig->outcomes.n + 1);
	return &rig->outcomes.items[rig->outcomes.n - 1].result;
}

/* The end comes before the next probe is due, and is no verdict. */
static void demand_ended(const struct probe_result *result, const char *how)
{
	ck_assert_int_eq(result->outcome, PROBE_NONE);
	ck_assert(result->is_ended);
	ck_assert_msg(strstr(result->reason, "the connection has ended after ") && strstr(result->reason, how),
		      "%s", result->reason);
}

START_TEST(the_end_of_the_connection_is_told)
{
	struct rig *rig = rig_new(0);
	struct conf_check check = keep_of(server_new_raw(serve_hold, NULL));
	const struct probe_result *result;

	rig_spec(rig, 1, &check);
	result = run(rig, 1);
	ck_assert_int_eq(result->outcome, PROBE_OK);
	ck_assert_str_eq(result->reason, "connected");
	ck_assert(!result->is_ended);
	/* Further probes connect to nobody. */
	ck_assert_str_eq(run(rig, 1)->reason, "connected");
	rig_rest(rig, 1, PROBE_OK, 10000);
	rig_await_counts(rig, 3);
	rig_rest(rig, 1, PROBE_OK, (uint64_t)3600 * US_PER_S);
	end_one('r');
	demand_ended(next(rig), "connection reset by the server");
	demand_visits(1);
	result = run(rig, 1);
	ck_assert_int_eq(result->outcome, PROBE_OK);
	rig_free(rig);
	demand_visits(1);
}
END_TEST

/* It is ended while the director has not answered yet. */
START_TEST(an_end_waits_for_the_director)
{
	struct rig *rig = rig_new(0);
	struct conf_check check = keep_of(server_new_raw(serve_hold, NULL));

	rig_spec(rig, 1, &check);
	run(rig, 1);
	end_one('c');
	/* Another check's outcome comes meanwhile. */
	rig_run(rig, 4711);
	next(rig);
	rig_rest(rig, 1, PROBE_OK, (uint64_t)3600 * US_PER_S);
	demand_ended(next(rig), "closed by the server");
	rig_free(rig);
}
END_TEST

START_TEST(failures_are_those_of_tcp)
{
	struct rig *rig = rig_new(0);
	struct conf_check gone = keep_of(server_refusing()), lost = keep_of(server_black_hole());
	struct probe_result result = rig_probe(rig, &gone);

	ck_assert_int_eq(result.outcome, PROBE_FAIL);
	ck_assert_str_eq(result.reason, "connection refused");
	ck_assert(result.is_answered);
	lost.connect_timeout_us = 50000;
	result = rig_probe(rig, &lost);
	ck_assert_int_eq(result.outcome, PROBE_FAIL);
	ck_assert_str_eq(result.reason, "no connection within 0.050 s");
	rig_free(rig);
}
END_TEST

/* A server that ends each connection at once is asked once for each interval, and once more. */
START_TEST(who_closes_at_once_causes_no_storm)
{
	struct rig *rig = rig_new(0);
	struct conf_check check = keep_of(server_new_raw(serve_close, NULL));
	const struct probe_result *result;
	size_t n, n_visits = 0;
	char byte;

	rig_spec(rig, 1, &check);
	ck_assert_int_eq(run(rig, 1)->outcome, PROBE_OK);
	rig_rest(rig, 1, PROBE_OK, (uint64_t)3600 * US_PER_S);
	demand_ended(next(rig), "closed by the server");
	do
		result = run(rig, 1);
	while (!strstr(result->reason, "within a second"));
	ck_assert_int_eq(result->outcome, PROBE_OK);
	ck_assert_str_eq(result->reason, "connected; the server ends each connection within a second");
	n = rig->outcomes.n;
	rig_rest(rig, 1, PROBE_OK, 10000);
	rig_await_counts(rig, 20);
	for (size_t i = n; i < rig->outcomes.n; i++)
		ck_assert_int_eq(rig->outcomes.items[i].result.outcome, PROBE_OK);
	n = rig->n_counted + rig->outcomes.n;
	rig_free(rig);
	/* Each probe makes one connection at most: none of those ends has been answered by one. */
	ck_assert_int_eq(fcntl(world.came[0], F_SETFL, O_NONBLOCK), 0);
	while (read(world.came[0], &byte, 1) == 1)
		n_visits++;
	ck_assert_uint_le(n_visits, n + COUNTS_UNTOLD);
}
END_TEST

START_TEST(who_sends_without_end_is_left)
{
	struct rig *rig = rig_new(0);
	struct conf_check check = keep_of(server_new_raw(serve_flood, NULL));
	const struct probe_result *result;

	rig_spec(rig, 1, &check);
	ck_assert_int_eq(run(rig, 1)->outcome, PROBE_OK);
	rig_rest(rig, 1, PROBE_OK, (uint64_t)3600 * US_PER_S);
	await_gone();
	result = run(rig, 1);
	ck_assert_int_eq(result->outcome, PROBE_OK);
	ck_assert_str_eq(result->reason, "connected; the last connection was given up, since the server sent "
					 "too much into it");
	rig_free(rig);
	await_gone();
	demand_visits(2);
}
END_TEST

START_TEST(equal_checks_have_one_connection)
{
	struct rig *rig = rig_new(0);
	struct conf_check check = keep_of(server_new_raw(serve_hold, NULL));
	size_t n;

	for (check_id id = 1; id <= 3; id++) {
		rig_spec(rig, id, &check);
		run(rig, id);
		rig_rest(rig, id, PROBE_OK, (uint64_t)3600 * US_PER_S);
	}
	demand_visits(1);
	/* A reload: one goes, another one comes; the connection stays. */
	rig_spec(rig, 4, &check);
	rig_drop(rig, 1);
	rig_drop(rig, 2);
	rig_drop(rig, 3);
	run(rig, 4);
	rig_rest(rig, 4, PROBE_OK, (uint64_t)3600 * US_PER_S);
	rig_spec(rig, 5, &check);
	run(rig, 5);
	rig_rest(rig, 5, PROBE_OK, (uint64_t)3600 * US_PER_S);
	demand_visits(0);
	n = rig->outcomes.n;
	end_one('c');
	rig_await_outcomes(rig, n + 2);
	for (size_t i = n; i < n + 2; i++)
		demand_ended(&rig->outcomes.items[i].result, "closed by the server");
	ck_assert_uint_ne(rig->outcomes.items[n].id, rig->outcomes.items[n + 1].id);
	rig_free(rig);
}
END_TEST

/* Whoever takes the check back, or forgets all, ends the connection. */
START_TEST(a_check_that_goes_ends_its_connection)
{
	struct rig *rig = rig_new(0);
	struct conf_check check = keep_of(server_new_raw(serve_wait, NULL)), other = check;

	rig_spec(rig, 1, &check);
	run(rig, 1);
	rig_drop(rig, 1);
	await_gone();
	rig_spec(rig, 2, &check);
	run(rig, 2);
	other.connect_timeout_us++;
	rig_spec(rig, 2, &other);
	await_gone();
	run(rig, 2);
	rig_reset(rig, rig->nonce);
	await_gone();
	demand_visits(3);
	rig_free(rig);
}
END_TEST

START_TEST(the_bound_of_descriptors_holds)
{
	struct rig *rig = rig_new(60);
	struct conf_check check = keep_of(server_new_raw(serve_wait, NULL));
	size_t max = keep_max(60, HEALTH_IN_FLIGHT_MAX), n_held = 0;

	ck_assert_uint_gt(max, 20);
	for (check_id id = 1; id <= max + 5; id++) {
		check.connect_timeout_us++;
		rig_spec(rig, id, &check);
		ck_assert_int_eq(run(rig, id)->outcome, PROBE_OK);
		n_held += !strcmp(run(rig, id)->reason, "connected");
	}
	ck_assert_uint_eq(n_held, max);
	ck_assert_str_eq(rig->outcomes.items[rig->outcomes.n - 1].result.reason,
			 "connected, but not held: this process holds 30 connections, as many as it may");
	rig_free(rig);
}
END_TEST

static void send_plain_socket(struct rig *rig, check_id id)
{
	struct pack_writer writer;
	uint8_t body[12];
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	writer = (struct pack_writer){.at = body, .left = sizeof(body)};
	pack_put_u64(&writer, id);
	pack_put_u32(&writer, 0);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(chan_send_fd(rig->chan, CHECK_FRAME_SOCKET, body, sizeof(body), fd), 0);
	close(fd);
}

/* With a mark, the director opens the socket: one for each connection, none while it is held. */
START_TEST(a_held_connection_needs_no_further_socket)
{
	struct rig *rig = rig_new(0);
	struct conf_check check = keep_of(server_new_raw(serve_hold, NULL));

	check.fwmark = 7;
	rig->on_want = send_plain_socket;
	rig_spec(rig, 1, &check);
	for (int i = 0; i < 3; i++)
		ck_assert_str_eq(run(rig, 1)->reason, "connected");
	ck_assert_uint_eq(rig->n_wanted, 1);
	rig_rest(rig, 1, PROBE_OK, (uint64_t)3600 * US_PER_S);
	end_one('c');
	demand_ended(next(rig), "closed by the server");
	ck_assert_uint_eq(rig->n_wanted, 1);
	ck_assert_str_eq(run(rig, 1)->reason, "connected");
	ck_assert_uint_eq(rig->n_wanted, 2);
	rig_free(rig);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("probe_keep");
	TCase *tcase = tcase_create("probe_keep");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, the_end_of_the_connection_is_told);
	tcase_add_test(tcase, an_end_waits_for_the_director);
	tcase_add_test(tcase, failures_are_those_of_tcp);
	tcase_add_test(tcase, who_closes_at_once_causes_no_storm);
	tcase_add_test(tcase, who_sends_without_end_is_left);
	tcase_add_test(tcase, equal_checks_have_one_connection);
	tcase_add_test(tcase, a_check_that_goes_ends_its_connection);
	tcase_add_test(tcase, the_bound_of_descriptors_holds);
	tcase_add_test(tcase, a_held_connection_needs_no_further_socket);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
