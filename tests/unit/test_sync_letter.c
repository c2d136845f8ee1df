/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of one director to another: their parts between director and sync process, and the whole way over two sync
 * processes, with directors, sockets and a wire of the test's own. */
#include <check.h>

#include "base/mem.h"
#include "sync/relay/letter.h"
#include "sync/relay/orders.h"
#include "sync/wire.h"
#include "sync/worker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT_MS 20000
#define SYNCID	   51
#define MAX	   1000000

static const struct endpoint peer_a = {{AF_INET, {192, 0, 2, 1}}, 8850}, peer_b = {{AF_INET, {192, 0, 2, 2}}, 8850};

static uint8_t *pattern_new(size_t len, unsigned seed)
{
	uint8_t *bytes = mem_calloc(len, 1);

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 251 + seed);
	return bytes;
}

START_TEST(a_message_of_any_length_is_joined_again)
{
	static const size_t lens[] = {1, 64979, 64980, 64981, 200000, MAX};
	size_t len = lens[_i], at = 0, n;
	uint8_t *message = pattern_new(len, 1), body[CHAN_BODY_MAX];
	struct letter letter = {0};
	int code = 0;

	do {
		ck_assert_int_eq(code, 0);
		n = letter_next(&peer_a, message, len, &at, body);
		code = letter_take(&letter, body, n, MAX);
	} while (at < len);
	ck_assert_int_eq(code, 1);
	ck_assert_uint_eq(letter.len, len);
	ck_assert_mem_eq(letter.bytes, message, len);
	ck_assert_int_eq(endpoint_cmp(&letter.peer, &peer_a), 0);
	letter_fini(&letter);
	free(message);
}
END_TEST

START_TEST(parts_without_a_beginning_are_refused)
{
	uint8_t *message = pattern_new(200000, 2), bodies[4][CHAN_BODY_MAX], other[CHAN_BODY_MAX];
	size_t at = 0, lens[4], other_len;
	struct letter letter = {0};

	for (int i = 0; i < 4; i++)
		lens[i] = letter_next(&peer_a, message, 200000, &at, bodies[i]);
	ck_assert_uint_eq(at, 200000);
	ck_assert_int_eq(letter_take(&letter, bodies[1], lens[1], MAX), -EBADMSG);
	/* One that begins in the midst of another takes its place. */
	ck_assert_int_eq(letter_take(&letter, bodies[0], lens[0], MAX), 0);
	ck_assert_int_eq(letter_take(&letter, bodies[1], lens[1], MAX), 0);
	at = 0;
	other_len = letter_next(&peer_b, "hi", 2, &at, other);
	ck_assert_int_eq(letter_take(&letter, other, other_len, MAX), 1);
	ck_assert_uint_eq(letter.len, 2);
	ck_assert_int_eq(letter_take(&letter, bodies[2], lens[2], MAX), -EBADMSG);
	/* A part for somebody else is none of it. */
	ck_assert_int_eq(letter_take(&letter, bodies[0], lens[0], MAX), 0);
	at = 65000;
	other_len = letter_next(&peer_b, message, 200000, &at, other);
	ck_assert_int_eq(letter_take(&letter, other, other_len, MAX), -EBADMSG);
	letter_fini(&letter);
	free(message);
}
END_TEST

START_TEST(malformed_and_long_ones_are_refused)
{
	uint8_t *message = pattern_new(200000, 3), body[CHAN_BODY_MAX];
	struct letter letter = {0};
	size_t at = 0, len = letter_next(&peer_a, message, 200000, &at, body);

	for (size_t n = 0; n <= SYNC_GROUP_SIZE + 1; n++)
		ck_assert_int_eq(letter_take(&letter, body, n, MAX), -EBADMSG);
	ck_assert_int_eq(letter_take(&letter, body, len, 64979), -EMSGSIZE);
	ck_assert_int_eq(letter_take(&letter, body, len, 64980), 0);
	len = letter_next(&peer_a, message, 200000, &at, body);
	ck_assert_int_eq(letter_take(&letter, body, len, 64980), -EMSGSIZE);
	/* What follows it is not glued to anything. */
	len = letter_next(&peer_a, message, 200000, &at, body);
	ck_assert_int_eq(letter_take(&letter, body, len, MAX), -EBADMSG);
	body[SYNC_GROUP_SIZE] = 4;
	ck_assert_int_eq(letter_take(&letter, body, len, MAX), -EBADMSG);
	body[SYNC_GROUP_SIZE] = 3;
	body[0] = 9; /* no family */
	ck_assert_int_eq(letter_take(&letter, body, len, MAX), -EBADMSG);
	letter_fini(&letter);
	free(message);
}
END_TEST

/* --- the whole way --- */

struct side {
	struct sync_worker *worker;
	struct greeted *director;
	struct endpoint at;
	int wire, kernel, network;
	bool is_met;
	uint8_t state; /* of the peer, as reported */
	struct letter letter;
	unsigned n_messages;
};

static struct {
	struct loop *loop;
	struct loop_timer *late;
	struct side sides[2];
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

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct side *side = arg;
	struct relay_report report;

	if (type == SYNC_FRAME_PEER) {
		ck_assert_int_eq(relay_report_decode(body, len, &report), 0);
		side->state = report.state;
	} else if (type == SYNC_FRAME_MESSAGE) {
		int code = letter_take(&side->letter, body, len, MAX);

		ck_assert_int_ge(code, 0);
		side->n_messages += code == 1;
	}
	stop_if_awaited();
}

static void on_met(void *arg)
{
	((struct side *)arg)->is_met = true;
	stop_if_awaited();
}

static void on_lost(void *arg)
{
	(void)arg;
}

static int udp_socket(struct endpoint *ret_at)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	ck_assert_int_eq(endpoint_from_sockaddr((struct sockaddr *)&sa, ret_at), 0);
	return fd;
}

static void side_open(struct side *side)
{
	const struct greeted_ops ops = {.on_lost = on_lost, .on_met = on_met, .on_frame = on_frame, .arg = side};
	int ends[2];

	ck_assert_int_eq(chan_pair(ends), 0);
	side->director = greeted_new_director(rig.loop, ends[0], false, &ops);
	side->worker = sync_worker_new(rig.loop, ends[1], "test_sync_letter.no_such_list");
	side->wire = udp_socket(&side->at);
}

static void side_setup(struct side *side, const struct side *other)
{
	struct relay_setup setup = {.syncid = SYNCID,
				    .coverage_min = 9950,
				    .rate = 20000,
				    .n_peers = 1,
				    .peers = {other->at},
				    .n_keys = 1};
	uint8_t body[CHAN_BODY_MAX], syncid = SYNCID;
	struct endpoint group;
	int heard[2], said = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	side->network = udp_socket(&group);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, heard), 0);
	side->kernel = heard[1];
	sync_group_encode(&group, body);
	greeted_send_fd(side->director, SYNC_FRAME_SAID, body, SYNC_GROUP_SIZE, said);
	greeted_send_fd(side->director, SYNC_FRAME_HEARD, &syncid, 1, heard[0]);
	greeted_send(side->director, SYNC_FRAME_TABLE, NULL, 0);
	setup.keys[0] = (struct relay_key_file){.id = 1, .len = 32, .bytes = "0123456789abcdef0123456789abcde"};
	greeted_send_fd(side->director, SYNC_FRAME_RELAY, body, relay_setup_encode(&setup, body), side->wire);
	close(said);
	close(heard[0]);
}

static bool are_met(void)
{
	return rig.sides[0].is_met && rig.sides[1].is_met;
}

static bool are_up(void)
{
	return rig.sides[0].state != RELAY_DOWN && rig.sides[1].state != RELAY_DOWN;
}

static void setup(void)
{
	memset(&rig, 0, sizeof(rig));
	rig.loop = loop_new();
	rig.late = loop_timer_new(rig.loop, on_late, NULL);
	loop_timer_set(rig.late, mono_add_ms(loop_now(rig.loop), TIMEOUT_MS));
	side_open(&rig.sides[0]);
	side_open(&rig.sides[1]);
	await(are_met);
	side_setup(&rig.sides[0], &rig.sides[1]);
	side_setup(&rig.sides[1], &rig.sides[0]);
	await(are_up);
}

static void side_close(struct side *side)
{
	sync_worker_free(side->worker);
	greeted_free(side->director);
	letter_fini(&side->letter);
	close(side->kernel);
	close(side->network);
	close(side->wire);
}

static void teardown(void)
{
	side_close(&rig.sides[0]);
	side_close(&rig.sides[1]);
	loop_timer_free(rig.late);
	loop_free(rig.loop);
}

static void write_to(struct side *side, const struct endpoint *to, const void *message, size_t len)
{
	uint8_t body[CHAN_BODY_MAX];
	size_t at = 0;

	while (at < len) {
		size_t n = letter_next(to, message, len, &at, body);

		ck_assert_int_eq(greeted_send(side->director, SYNC_FRAME_MESSAGE, body, n), 0);
	}
}

static bool have_all_come(void)
{
	return rig.sides[0].n_messages == 1 && rig.sides[1].n_messages == 2;
}

START_TEST(messages_pass_both_ways_between_the_directors)
{
	struct side *a = &rig.sides[0], *b = &rig.sides[1];
	uint8_t *message = pattern_new(300000, 4);

	write_to(a, &peer_a, "for nobody", 10); /* no peer has this address */
	write_to(a, &b->at, "first", 5);
	write_to(a, &b->at, message, 300000);
	write_to(b, &a->at, message, 100000);
	await(have_all_come);
	ck_assert_uint_eq(b->letter.len, 300000);
	ck_assert_mem_eq(b->letter.bytes, message, 300000);
	ck_assert_uint_eq(a->letter.len, 100000);
	ck_assert_mem_eq(a->letter.bytes, message, 100000);
	ck_assert_int_eq(endpoint_cmp(&a->letter.peer, &b->at), 0);
	free(message);
}
END_TEST

static bool has_b_gone(void)
{
	return rig.sides[0].state == RELAY_DOWN;
}

static bool has_second_come(void)
{
	return rig.sides[1].n_messages == 1;
}

START_TEST(a_message_for_a_peer_that_went_does_not_wait_for_it)
{
	struct side *a = &rig.sides[0], *b = &rig.sides[1];
	struct endpoint at = b->at;

	greeted_send(b->director, SYNC_FRAME_OFF, NULL, 0);
	await(has_b_gone);
	write_to(a, &at, "too late", 8);
	close(b->network);
	close(b->kernel);
	side_setup(b, a);
	await(are_up);
	write_to(a, &at, "in time", 7);
	await(has_second_come);
	ck_assert_mem_eq(b->letter.bytes, "in time", 7);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync letter");
	TCase *parts = tcase_create("parts"), *way = tcase_create("way");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_loop_test(parts, a_message_of_any_length_is_joined_again, 0, 6);
	tcase_add_test(parts, parts_without_a_beginning_are_refused);
	tcase_add_test(parts, malformed_and_long_ones_are_refused);
	suite_add_tcase(suite, parts);
	tcase_add_checked_fixture(way, setup, teardown);
	tcase_set_timeout(way, 60);
	tcase_add_test(way, messages_pass_both_ways_between_the_directors);
	tcase_add_test(way, a_message_for_a_peer_that_went_does_not_wait_for_it);
	suite_add_tcase(suite, way);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
