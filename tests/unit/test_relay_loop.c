/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two relays in one loop, over loopback: what one kernel says reaches the other one, and what ends a session. */
#include "base/mem.h"
#include "sync/relay/relay.h"
#include "tests/unit/logged.h"

#include <errno.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT_MS 20000

struct end {
	struct relay *relay;
	struct endpoint at;
	unsigned n_delivered, n_bulks, n_messages, n_states;
	size_t len; /* of the last datagram */
	char message[64];
};

static struct {
	struct loop *loop;
	struct loop_timer *late;
	struct end ends[2];
	bool (*is_awaited)(void);
} rig;

static void on_late(void *arg)
{
	(void)arg;
	ck_abort_msg("not within %d ms", TIMEOUT_MS);
}

static void stop_if_awaited(void)
{
	if (rig.is_awaited && rig.is_awaited())
		loop_stop(rig.loop);
}

static void await(bool (*is_awaited)(void))
{
	rig.is_awaited = is_awaited;
	if (!is_awaited())
		loop_run(rig.loop);
}

static void on_turn(void *arg)
{
	(void)arg;
	loop_stop(rig.loop);
}

static void turns(int n)
{
	struct loop_timer *timer = loop_timer_new(rig.loop, on_turn, NULL);

	rig.is_awaited = NULL;
	for (; n > 0; n--) {
		loop_timer_set(timer, loop_now(rig.loop));
		loop_run(rig.loop);
	}
	loop_timer_free(timer);
}

static void deliver(const void *datagram, size_t len, void *arg)
{
	struct end *end = arg;

	(void)datagram;
	end->n_delivered++;
	end->len = len;
	stop_if_awaited();
}

static size_t bulk_next(struct sync_bulk *bulk, uint8_t data[static SYNC_BULK_SIZE], void *arg)
{
	(void)bulk;
	(void)data;
	((struct end *)arg)->n_bulks++;
	return 0;
}

static void want_count(void *arg)
{
	(void)arg; /* nothing is counted here */
}

static void on_message(const struct endpoint *peer, const void *message, size_t len, void *arg)
{
	struct end *end = arg;

	ck_assert_int_eq(endpoint_cmp(peer, end == &rig.ends[0] ? &rig.ends[1].at : &rig.ends[0].at), 0);
	ck_assert_uint_lt(len, sizeof(end->message));
	memcpy(end->message, message, len);
	end->message[len] = '\0';
	end->n_messages++;
	stop_if_awaited();
}

static void on_state(void *arg)
{
	((struct end *)arg)->n_states++;
	stop_if_awaited();
}

/* A socket of loopback, with a port of the kernel's choice. */
static int wire_open(struct endpoint *ret_at)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	ck_assert_int_eq(endpoint_from_sockaddr((struct sockaddr *)&sa, ret_at), 0);
	return fd;
}

static void end_open(struct end *end)
{
	const struct relay_ops ops = {deliver, bulk_next, want_count, on_message, on_state, NULL, end};
	struct err err;

	ck_assert_int_eq(relay_open(rig.loop, &ops, &end->relay, &err), 0);
}

static struct relay_setup setup_of(const struct endpoint *peer, const char *keys)
{
	struct relay_setup setup = {.syncid = 51, .coverage_min = 900000, .rate = 5000, .n_peers = 1, .peers = {*peer}};

	for (; *keys; keys++) {
		struct relay_key_file *key = &setup.keys[setup.n_keys++];

		key->id = (uint8_t)*keys;
		key->len = RELAY_KEY_FILE_MIN;
		memset(key->bytes, *keys, key->len);
	}
	return setup;
}

/* Gives an end the keys with these letters; fd: its socket, -1: it has one. */
static void end_set(unsigned i, const char *keys, int fd)
{
	const struct relay_setup setup = setup_of(&rig.ends[1 - i].at, keys);

	relay_set(rig.ends[i].relay, &setup, fd);
}

static void setup(void)
{
	int fds[2];

	memset(&rig, 0, sizeof(rig));
	logged_begin();
	rig.loop = loop_new();
	rig.late = loop_timer_new(rig.loop, on_late, NULL);
	loop_timer_set(rig.late, mono_add_ms(loop_now(rig.loop), TIMEOUT_MS));
	for (unsigned i = 0; i < 2; i++) {
		fds[i] = wire_open(&rig.ends[i].at);
		end_open(&rig.ends[i]);
	}
	for (unsigned i = 0; i < 2; i++)
		end_set(i, "a", fds[i]);
}

static void teardown(void)
{
	for (unsigned i = 0; i < 2; i++)
		relay_close(rig.ends[i].relay);
	loop_timer_free(rig.late);
	loop_free(rig.loop);
	logged_end();
}

static struct relay_report report_of(unsigned i)
{
	struct relay_report report;

	relay_report(rig.ends[i].relay, 0, &report);
	return report;
}

static bool are_up(void)
{
	return report_of(0).state != RELAY_DOWN && report_of(1).state != RELAY_DOWN;
}

static bool is_delivered(void)
{
	return rig.ends[1].n_delivered > 0;
}

static bool has_message(void)
{
	return rig.ends[1].n_messages > 0;
}

static bool has_left(void)
{
	return report_of(1).state == RELAY_DOWN;
}

/* A datagram of a kernel with one connection, which no rule allows: there are no services. */
static void say(unsigned i)
{
	static const uint8_t datagram[8 + 36] = {0, 51, 0, sizeof(datagram), 1, 1, 0, 0};
	struct relay_event event = {.type = RELAY_EVENT_LOCAL};

	event.bytes.data = datagram;
	event.bytes.len = sizeof(datagram);
	relay_tell(rig.ends[i].relay, &event);
}

START_TEST(they_meet_and_send_each_other_a_bulk)
{
	await(are_up);
	ck_assert_int_eq(report_of(0).key_id, 'a');
	ck_assert_uint_eq(report_of(0).index, 0);
	while (!rig.ends[0].n_bulks || !rig.ends[1].n_bulks)
		turns(1);
	ck_assert(!relay_is_sending(rig.ends[0].relay));
	ck_assert_uint_eq(relay_n_peers(rig.ends[0].relay), 1);
	ck_assert_uint_gt(rig.ends[0].n_states, 0);
}
END_TEST

START_TEST(a_message_arrives_and_one_for_nobody_does_not)
{
	await(are_up);
	ck_assert_int_eq(relay_post(rig.ends[0].relay, &rig.ends[0].at, "nobody", 6), -ENOTCONN);
	relay_post(rig.ends[0].relay, &rig.ends[1].at, "hello", 5);
	await(has_message);
	ck_assert_str_eq(rig.ends[1].message, "hello");
	ck_assert_uint_eq(rig.ends[1].n_messages, 1);
}
END_TEST

/* No route has the connection, so the other kernel does not get it, and the report says why. */
static bool is_refused(void)
{
	const struct relay_report report = report_of(1);
	uint64_t n = 0;

	for (unsigned i = 0; i < RELAY_REFUSED_N; i++)
		n += report.n_refused[i];
	return n > 0;
}

START_TEST(what_no_rule_allows_is_not_delivered)
{
	await(are_up);
	say(0);
	while (!is_refused())
		turns(1);
	ck_assert(!is_delivered());
}
END_TEST

START_TEST(who_closes_says_farewell)
{
	await(are_up);
	relay_close(rig.ends[0].relay);
	rig.ends[0].relay = NULL;
	await(has_left);
	ck_assert(report_of(1).has_left);
	ck_assert_int_eq(report_of(1).key_id, -1);
	relay_close(NULL);
}
END_TEST

/* One at a time gets a second key, then the first one goes: no session ends by that. */
START_TEST(a_session_outlives_a_rotation)
{
	await(are_up);
	rig.ends[0].n_states = rig.ends[1].n_states = 0;
	end_set(0, "ab", -1);
	end_set(1, "ba", -1);
	end_set(0, "ba", -1);
	relay_post(rig.ends[0].relay, &rig.ends[1].at, "hello", 5);
	await(has_message);
	end_set(1, "b", -1);
	end_set(0, "b", -1);
	while (report_of(0).key_id != 'b' || report_of(1).key_id != 'b')
		turns(1);
	ck_assert(are_up());
	rig.ends[1].n_messages = 0;
	relay_post(rig.ends[0].relay, &rig.ends[1].at, "again", 5);
	await(has_message);
	ck_assert_str_eq(rig.ends[1].message, "again");
}
END_TEST

/* A director that is replaced gives the socket anew. */
START_TEST(a_session_outlives_its_socket)
{
	struct endpoint at = rig.ends[0].at;
	struct sockaddr_storage sa;
	socklen_t len;
	int fd, on = 1;

	await(are_up);
	rig.ends[0].n_states = 0;
	len = endpoint_to_sockaddr(&at, 0, &sa);
	/* the old one is closed first: that is what SO_REUSEPORT spares the director */
	end_set(0, "a", socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0));
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)), 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, len), 0);
	end_set(0, "a", fd);
	relay_post(rig.ends[0].relay, &rig.ends[1].at, "hello", 5);
	await(has_message);
	ck_assert_uint_eq(rig.ends[0].n_states, 0);
}
END_TEST

/* Another peer in the place of the one before: its session is over, and nothing of it is delivered. */
START_TEST(a_peer_that_is_no_longer_configured_is_a_stranger)
{
	struct relay_setup other;
	struct endpoint at;
	int fd = wire_open(&at);

	await(are_up);
	other = setup_of(&at, "a");
	relay_set(rig.ends[1].relay, &other, -1);
	ck_assert_int_eq(report_of(1).state, RELAY_DOWN);
	relay_post(rig.ends[0].relay, &rig.ends[1].at, "hello", 5);
	while (!logged_has("no peer in the block sync has this address and port"))
		turns(1);
	ck_assert_uint_eq(rig.ends[1].n_messages, 0);
	close(fd);
}
END_TEST

/* Without a peer there is nobody to speak with, and nothing is wrong. */
START_TEST(nobody_is_no_fault)
{
	struct relay_setup none = setup_of(&rig.ends[1].at, "a");

	none.n_peers = 0;
	await(are_up);
	relay_set(rig.ends[0].relay, &none, -1);
	ck_assert_uint_eq(relay_n_peers(rig.ends[0].relay), 0);
	say(0);
	relay_post(rig.ends[0].relay, &rig.ends[1].at, "hello", 5);
	ck_assert(!relay_is_sending(rig.ends[0].relay));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("relay_loop");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, they_meet_and_send_each_other_a_bulk);
	tcase_add_test(tests, a_message_arrives_and_one_for_nobody_does_not);
	tcase_add_test(tests, what_no_rule_allows_is_not_delivered);
	tcase_add_test(tests, who_closes_says_farewell);
	tcase_add_test(tests, a_session_outlives_a_rotation);
	tcase_add_test(tests, a_session_outlives_its_socket);
	tcase_add_test(tests, a_peer_that_is_no_longer_configured_is_a_stranger);
	tcase_add_test(tests, nobody_is_no_fault);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
