/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The places of the control socket, over a real socket: clients come, ask, wait, are answered and go
 * in random order. LVSD_SEED=N tests/unit/test_control tries one order.
 */
#include "base/clock.h"
#include "base/loop.h"
#include "base/mem.h"
#include "daemon/control/control.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PEERS_MAX (CONTROL_CLIENTS_MAX + 12)
#define STEPS 400
#define SEEDS 12

/* A client of the test. */
struct peer {
	int fd;          /* -1: it has gone */
	bool has_asked;  /* it has sent its request */
	uint64_t number; /* of its request, which waits at the server; 0: it does not */
	bool is_answered;
};

struct bench {
	struct loop *loop;
	struct loop_timer *turn;
	struct control *control;
	struct sockaddr_un address;
	socklen_t address_len;
	struct peer peers[PEERS_MAX];
	size_t n;
	uint64_t random;
} bench;

static size_t below(size_t bound)
{
	bench.random = bench.random * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(bench.random >> 33) % bound;
}

/* {"command": "wait", "peer": 3}: answered when the test says so. */
static json_t *wait_for_answer(json_t *request, void *arg)
{
	struct bench *b = arg;
	struct peer *peer = &b->peers[json_integer_value(json_object_get(request, "peer"))];
	char caller[CONTROL_CALLER_MAX], self[CONTROL_CALLER_MAX];

	ck_assert(peer->has_asked && !peer->number && !peer->is_answered);
	snprintf(self, sizeof(self), "uid %u (process %d)", (unsigned)getuid(), (int)getpid());
	ck_assert_str_eq(control_caller(b->control, caller), self);
	peer->number = control_defer(b->control);
	return NULL;
}

static const struct control_command commands[] = {{"wait", wait_for_answer, "waits", false, false},
						  {"queue", wait_for_answer, "waits", false, true},
						  {NULL, NULL, NULL, false, false}};

static void stop(void *arg)
{
	loop_stop(arg);
}

/* One turn of the server's loop: it meets everything that is there. */
static void turn(void)
{
	loop_timer_set(bench.turn, clock_mono());
	loop_run(bench.loop);
}

/* What the peer can read: 1 byte or more; 0: its connection is closed; -1: nothing yet. */
static int readable(const struct peer *peer)
{
	char byte;
	ssize_t n = recv(peer->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return n > 0 ? 1 : n < 0 && errno == EAGAIN ? -1 : 0;
}

static void peer_connect(void)
{
	struct peer *peer = &bench.peers[bench.n++];

	*peer = (struct peer){.fd = socket(AF_UNIX, SOCK_STREAM, 0)};
	ck_assert_int_eq(
	    connect(peer->fd, (struct sockaddr *)&bench.address, bench.address_len), 0);
}

static void peer_command(size_t i, const char *name)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "{\"command\": \"%s\", \"peer\": %zu}\n", name, i);
	struct peer *peer = &bench.peers[i];

	if (peer->fd < 0 || peer->has_asked)
		return;
	peer->has_asked = true;
	send(peer->fd, text, (size_t)len, MSG_NOSIGNAL); /* a newcomer may have its place by now */
}

static void peer_ask(size_t i)
{
	peer_command(i, "wait");
}

static void peer_answer(size_t i)
{
	struct peer *peer = &bench.peers[i];

	if (!peer->number)
		return;
	control_answer(bench.control, peer->number, control_ok(json_integer((json_int_t)i)));
	peer->number = 0;
	peer->is_answered = true;
	if (peer->fd >= 0)
		ck_assert_int_eq(readable(peer), 1);
}

static void peer_leave(size_t i)
{
	if (bench.peers[i].fd >= 0)
		close(bench.peers[i].fd);
	bench.peers[i].fd = -1;
}

/* Whoever waits for an answer keeps the place, and no more clients have one than there are. */
static void places_check(void)
{
	size_t n_waiting = 0;

	for (size_t i = 0; i < bench.n; i++) {
		if (!bench.peers[i].number || bench.peers[i].fd < 0)
			continue;
		ck_assert_int_eq(readable(&bench.peers[i]), -1);
		n_waiting++;
	}
	ck_assert_uint_le(n_waiting, CONTROL_CLIENTS_MAX);
}

static void bench_begin(uint64_t seed)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	bench = (struct bench){.loop = loop_new(), .random = seed};
	bench.turn = loop_timer_new(bench.loop, stop, bench.loop);
	bench.address.sun_family = AF_UNIX;
	/* The kernel gives it an abstract name, so that no file is left. */
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&bench.address, sizeof(sa_family_t)), 0);
	bench.address_len = sizeof(bench.address);
	ck_assert_int_eq(
	    getsockname(fd, (struct sockaddr *)&bench.address, &bench.address_len), 0);
	ck_assert_int_eq(listen(fd, PEERS_MAX), 0);
	bench.control = control_new(bench.loop, fd, CONTROL_IDLE_MS, commands, &bench);
}

static void bench_end(void)
{
	control_free(bench.control);
	for (size_t i = 0; i < bench.n; i++)
		peer_leave(i);
	loop_timer_free(bench.turn);
	loop_free(bench.loop);
}

/* All get their answers in the end, but for those who left, and those whose place was taken before
 * their request came. */
static void rest_answer(void)
{
	for (size_t i = 0; i < bench.n; i++)
		peer_ask(i);
	for (size_t round = 0; round < PEERS_MAX; round++) {
		turn();
		places_check();
		for (size_t i = 0; i < bench.n; i++)
			peer_answer(i);
	}
	for (size_t i = 0; i < bench.n; i++)
		if (bench.peers[i].fd >= 0 && !bench.peers[i].is_answered)
			ck_assert_int_eq(readable(&bench.peers[i]), 0);
}

static void peer_act(void)
{
	size_t i = bench.n ? below(bench.n) : 0;

	/* More come than go, so that all places are often taken. */
	switch (bench.n ? below(8) : 0) {
	case 0:
	case 1:
		if (bench.n < PEERS_MAX)
			peer_connect();
		break;
	case 2:
	case 3:
	case 4:
	case 5:
		peer_ask(i);
		break;
	case 6:
		peer_answer(i);
		break;
	default:
		if (!below(4))
			peer_leave(i);
	}
}

START_TEST(a_client_that_waits_keeps_its_place)
{
	const char *seed = getenv("LVSD_SEED");

	bench_begin(seed ? strtoull(seed, NULL, 10) : (uint64_t)_i + 1);
	for (int step = 0; step < STEPS; step++) {
		peer_act();
		if (below(3))
			continue; /* several things happen before the server's next turn */
		turn();
		places_check();
	}
	rest_answer();
	bench_end();
}
END_TEST

static size_t newcomers_served(void)
{
	size_t n = 0;

	for (size_t i = CONTROL_CLIENTS_MAX; i < bench.n; i++)
		n += bench.peers[i].number != 0;
	return n;
}

/* Commands that take their time leave places to others, however many are given at once. */
START_TEST(waiting_commands_leave_places)
{
	const size_t n = CONTROL_WAITING_MAX;
	char text[256];
	ssize_t len;

	bench_begin(1);
	for (size_t i = 0; i <= n; i++) {
		peer_connect();
		peer_command(i, "queue");
		while (!bench.peers[i].number && readable(&bench.peers[i]) < 0)
			turn();
	}
	for (size_t i = 0; i < n; i++)
		ck_assert_uint_gt(bench.peers[i].number, 0);
	len = recv(bench.peers[n].fd, text, sizeof(text) - 1, MSG_DONTWAIT);
	ck_assert_int_gt(len, 0);
	text[len] = '\0';
	ck_assert_ptr_nonnull(strstr(text, "too many clients wait"));
	bench.peers[n].is_answered = true;
	peer_connect();
	peer_ask(n + 1);
	for (int i = 0; i < 100 && !bench.peers[n + 1].number; i++)
		turn();
	ck_assert_uint_gt(bench.peers[n + 1].number, 0);
	rest_answer();
	bench_end();
}
END_TEST

/* The places are taken by clients that wait when further ones come. */
START_TEST(a_newcomer_waits_until_a_request_is_answered)
{
	bench_begin(1);
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		peer_connect();
		peer_ask(i);
		while (!bench.peers[i].number)
			turn();
	}
	for (size_t i = 0; i < 1 + (size_t)_i; i++)
		peer_connect();
	for (size_t i = CONTROL_CLIENTS_MAX; i < bench.n; i++)
		peer_ask(i);
	for (int i = 0; i < 4; i++)
		turn();
	places_check();
	ck_assert_uint_eq(newcomers_served(), 0);
	peer_answer(7);
	for (int i = 0; i < 100 && !newcomers_served(); i++)
		turn();
	ck_assert_uint_eq(newcomers_served(), 1);
	rest_answer();
	bench_end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("control");
	TCase *tcase = tcase_create("places");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, a_client_that_waits_keeps_its_place, 0, SEEDS);
	tcase_add_test(tcase, waiting_commands_leave_places);
	tcase_add_loop_test(tcase, a_newcomer_waits_until_a_request_is_answered, 0, 5);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
