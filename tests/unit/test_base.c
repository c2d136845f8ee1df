/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/addr.h"
#include "base/arena.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/loop.h"
#include "base/merge.h"
#include "base/program.h"
#include "base/svckey.h"
#include "base/trust.h"
#include "base/vec.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

START_TEST(addresses_round_trip)
{
	static const char *const texts[] = {"10.9.0.100", "0.0.0.0", "255.255.255.255",
					    "fd09::21",   "::",      "fe80::1"};
	char text[ADDR_TEXT_MAX];
	struct addr addr;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ck_assert_int_eq(addr_parse(texts[i], &addr), 0);
		ck_assert_str_eq(addr_format(&addr, text), texts[i]);
	}
	ck_assert_int_eq(addr_parse("10.9.0.300", &addr), -EINVAL);
	ck_assert_int_eq(addr_parse("10.9.0.1 ", &addr), -EINVAL);
	ck_assert_int_eq(addr_parse("", &addr), -EINVAL);
}
END_TEST

START_TEST(endpoints_round_trip)
{
	static const char *const good[] = {"10.9.0.21:80", "[fd09::21]:80", "10.9.0.21:0",
					   "255.255.255.255:65535"};
	static const char *const bad[] = {"10.9.0.21",	  "fd09::21:80", "[10.9.0.21]:80", ":80", "[]:1",
					  "10.9.0.21:70000", "10.9.0.21:",  "10.9.0.21:8x",   ""};
	char text[ENDPOINT_TEXT_MAX];
	struct endpoint ep;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_int_eq(endpoint_parse(good[i], &ep), 0);
		ck_assert_str_eq(endpoint_format(&ep, text), good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(endpoint_parse(bad[i], &ep) == -EINVAL, "%s", bad[i]);
}
END_TEST

START_TEST(service_keys_round_trip)
{
	static const char *const good[] = {"tcp:10.9.0.100:80", "udp:[fd09::100]:53",
					   "sctp:10.9.0.1:0", "fwm4:7", "fwm6:4294967295",
					   "tcp:group:web servers", "group:marks"};
	static const char *const bad[] = {"tcp:", "icmp:10.9.0.1:1", "fwm5:1", "fwm4:0",
					  "fwm4:4294967296", "fwm", "fwm4:", "10.9.0.1:80",
					  "group:", "sctp:group:", "fwm:group:a"};
	char text[SVCKEY_TEXT_MAX];
	struct svckey key;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_int_eq(svckey_parse(good[i], &key), 0);
		ck_assert_str_eq(svckey_format(&key, text), good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(svckey_parse(bad[i], &key) == -EINVAL, "%s", bad[i]);
}
END_TEST

START_TEST(hosts_have_addresses_of_their_own)
{
	static const struct {
		const char *text;
		bool is_host;
	} cases[] = {
	    {"192.0.2.1", true}, {"0.0.0.0", false}, {"224.0.0.18", false},
	    {"fe80::1", true},	 {"::", false},	     {"ff02::12", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct addr addr;

		ck_assert_int_eq(addr_parse(cases[i].text, &addr), 0);
		ck_assert(addr_is_host(&addr) == cases[i].is_host);
	}
}
END_TEST

START_TEST(programs_are_found_in_their_folders)
{
	char *path = program_find("/no/such/folder:/bin", "sh");

	ck_assert_str_eq(path, "/bin/sh");
	free(path);
	ck_assert_ptr_null(program_find("/no/such/folder:/etc", "passwd"));
	ck_assert_ptr_null(program_find("/:/usr", "bin"));
	ck_assert_ptr_null(program_find("", "sh"));
}
END_TEST

START_TEST(arena_keeps_small_and_large)
{
	struct arena *arena = arena_new();
	char *small = arena_strdup(arena, "small");
	char *large = arena_alloc(arena, 1000000);
	char *after = arena_printf(arena, "%d-%s", 7, "after");

	large[999999] = 1;
	ck_assert_str_eq(small, "small");
	ck_assert_str_eq(after, "7-after");
	ck_assert_uint_gt(arena_size(arena), 1000000);
	for (int i = 0; i < 100000; i++)
		*(int *)arena_alloc(arena, sizeof(int)) = i;
	ck_assert_str_eq(small, "small");
	arena_free(arena);
}
END_TEST

START_TEST(hashes_are_those_of_older_versions)
{
	/* Names in the kernel have them: another value would change rules and sets at an upgrade. */
	ck_assert_uint_eq(hash_text(""), UINT64_C(0xcbf29ce484222325));
	ck_assert_uint_eq(hash_text("foobar"), UINT64_C(0x85944171f73967e8));
	ck_assert_uint_eq(hash_bytes("foobarbaz", 6), hash_text("foobar"));
	ck_assert_uint_eq(hash_text_short(""), 0x811c9dc5u);
	ck_assert_uint_eq(hash_text_short("foobar"), 0xbf9cf968u);
	ck_assert_uint_eq(hash_mix(0, 0), UINT64_C(0xa706dd2f4d197e6f));
	ck_assert_uint_ne(hash_mix(1, 2), hash_mix(2, 1));
}
END_TEST

static int compare_bytes(const void *left, const void *right)
{
	return *(const unsigned char *)left - *(const unsigned char *)right;
}

/* The bits of subset, from 0 to 63, in order. */
static size_t list_bits(unsigned subset, unsigned char list[static 6])
{
	size_t n = 0;

	for (unsigned char bit = 0; bit < 6; bit++)
		if (subset & 1u << bit)
			list[n++] = bit;
	return n;
}

/* All pairs of lists of up to six items. */
START_TEST(every_item_of_two_lists_comes_once)
{
	for (unsigned pair = 0; pair < 64 * 64; pair++) {
		unsigned char a[6], b[6];
		struct merge merge = {{a, list_bits(pair % 64, a), 1},
				      {b, list_bits(pair / 64, b), 1},
				      compare_bytes};
		unsigned seen_a = 0, seen_b = 0;
		const void *left, *right;
		int last = -1;

		while (merge_next(&merge, &left, &right)) {
			int key = *(const unsigned char *)(left ? left : right);

			ck_assert_int_gt(key, last);
			ck_assert(!left || !right || !compare_bytes(left, right));
			seen_a |= left ? 1u << key : 0;
			seen_b |= right ? 1u << key : 0;
			last = key;
		}
		ck_assert_uint_eq(seen_a, pair % 64);
		ck_assert_uint_eq(seen_b, pair / 64);
	}
}
END_TEST

START_TEST(keys_are_sought_in_one_walk)
{
	for (unsigned pair = 0; pair < 64 * 64; pair++) {
		unsigned char items[6], keys[6];
		struct merge_list list = {items, list_bits(pair % 64, items), 1};
		size_t n_keys = list_bits(pair / 64, keys);

		for (size_t i = 0; i < n_keys; i++) {
			const unsigned char *found = merge_seek(&list, &keys[i], compare_bytes);

			ck_assert(found ? *found == keys[i] : !(pair % 64 & 1u << keys[i]));
		}
	}
}
END_TEST

START_TEST(errors_gain_context)
{
	struct err err;

	ck_assert_int_eq(err_set(&err, -EINVAL, "port %d is out of range", 70000), -EINVAL);
	ck_assert_int_eq(err_wrap(&err, -EINVAL, "load"), -EINVAL);
	ck_assert_str_eq(err.text, "load: port 70000 is out of range");
	ck_assert_int_eq(err_set(NULL, -EINVAL, "x"), -EINVAL);
}
END_TEST

START_TEST(the_group_of_root_may_write_and_no_other)
{
	struct stat st = {.st_uid = 0, .st_gid = 0, .st_mode = S_IFREG | 0664};
	struct err err;

	ck_assert_int_eq(trust_judge("/x", &st, &err), 0);
	st.st_gid = 4;
	ck_assert_int_eq(trust_judge("/x", &st, &err), -EPERM);
	ck_assert_msg(strstr(err.text, "can be written by its group"), "%s", err.text);
	st.st_mode = S_IFREG | 0644;
	ck_assert_int_eq(trust_judge("/x", &st, &err), 0);
	st.st_gid = 0;
	st.st_mode = S_IFREG | 0646;
	ck_assert_int_eq(trust_judge("/x", &st, &err), -EPERM);
	ck_assert_msg(strstr(err.text, "can be written by everybody"), "%s", err.text);
}
END_TEST

START_TEST(long_errors_are_cut)
{
	struct err err;
	char text[2 * ERR_TEXT_MAX];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	err_set(&err, -1, "%s", text);
	ck_assert_uint_eq(strlen(err.text), ERR_TEXT_MAX - 1);
	ck_assert_str_eq(err.text + ERR_TEXT_MAX - 4, "...");
}
END_TEST

START_TEST(time_saturates)
{
	struct mono t = {INT64_MAX - 5};

	ck_assert(mono_is_never(mono_add_ns(t, 10)));
	ck_assert(mono_is_never(mono_add_us(MONO_NEVER, -1)));
	ck_assert(mono_reached(t, t));
}
END_TEST

struct turn {
	struct loop *loop;
	struct loop_timer *late, *early;
	int n_timers, n_settles, order[2];
};

static void on_late(void *arg)
{
	struct turn *turn = arg;

	turn->order[turn->n_timers++] = 2;
	loop_stop(turn->loop);
}

static void on_early(void *arg)
{
	struct turn *turn = arg;

	turn->order[turn->n_timers++] = 1;
}

/* The late timer cannot be due in the turn of the early one. */
static void on_early_alone(void *arg)
{
	struct turn *turn = arg;

	on_early(turn);
	loop_timer_set(turn->late, mono_add_ms(clock_mono(), 1));
}

static void on_settle(void *arg)
{
	((struct turn *)arg)->n_settles++;
}

/* Whether they come in one turn or two is the machine's business. */
START_TEST(timers_fire_in_order)
{
	struct turn turn = {.loop = loop_new()};

	turn.late = loop_timer_new(turn.loop, on_late, &turn);
	turn.early = loop_timer_new(turn.loop, on_early, &turn);
	loop_timer_set(turn.late, mono_add_ms(clock_mono(), 20));
	loop_timer_set(turn.early, mono_add_ms(clock_mono(), 5));
	loop_run(turn.loop);
	ck_assert_int_eq(turn.n_timers, 2);
	ck_assert_int_eq(turn.order[0], 1);
	loop_timer_free(turn.late);
	loop_timer_free(turn.early);
	loop_free(turn.loop);
}
END_TEST

START_TEST(each_turn_settles)
{
	struct turn turn = {.loop = loop_new()};

	turn.late = loop_timer_new(turn.loop, on_late, &turn);
	turn.early = loop_timer_new(turn.loop, on_early_alone, &turn);
	loop_on_settle(turn.loop, on_settle, &turn);
	loop_timer_set(turn.early, clock_mono());
	loop_run(turn.loop);
	ck_assert_int_eq(turn.n_timers, 2);
	ck_assert_int_eq(turn.n_settles, 2);
	loop_timer_free(turn.late);
	loop_timer_free(turn.early);
	loop_free(turn.loop);
}
END_TEST

struct busy {
	struct loop *loop;
	struct loop_timer *first, *second;
	struct mono deadline, fired;
};

static void on_second(void *arg)
{
	struct busy *busy = arg;

	busy->fired = clock_mono();
	loop_stop(busy->loop);
}

/* A turn that takes its time and then sets a timer. */
static void on_first(void *arg)
{
	struct busy *busy = arg;
	struct mono until = mono_add_ms(clock_mono(), 20);

	while (!mono_reached(clock_mono(), until))
		;
	busy->deadline = mono_add_ms(clock_mono(), 10);
	loop_timer_set(busy->second, busy->deadline);
}

START_TEST(timers_of_a_long_turn_are_not_early)
{
	struct busy busy = {.loop = loop_new()};

	busy.first = loop_timer_new(busy.loop, on_first, &busy);
	busy.second = loop_timer_new(busy.loop, on_second, &busy);
	loop_timer_set(busy.first, clock_mono());
	loop_run(busy.loop);
	ck_assert(mono_reached(busy.fired, busy.deadline));
	loop_timer_free(busy.first);
	loop_timer_free(busy.second);
	loop_free(busy.loop);
}
END_TEST

struct sink {
	struct loop *loop;
	int n, wanted;
	size_t bytes;
};

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct sink *sink = arg;

	(void)body;
	ck_assert_uint_eq(type, (uint16_t)sink->n);
	sink->bytes += len;
	if (++sink->n == sink->wanted)
		loop_stop(sink->loop);
}

/* Far more than the socket holds: the queue takes it, order stays. */
START_TEST(frames_arrive_whole_and_in_order)
{
	static char body[60000];
	struct loop *loop = loop_new();
	struct sink sink = {.loop = loop, .wanted = 500};
	struct chan *a, *b;
	int fds[2];

	ck_assert_int_eq(chan_pair(fds), 0);
	a = chan_new(loop, fds[0], on_frame, NULL, &sink);
	b = chan_new(loop, fds[1], on_frame, NULL, &sink);
	for (int i = 0; i < sink.wanted; i++)
		ck_assert_int_eq(chan_send(a, (uint16_t)i, body, sizeof(body)), 0);
	ck_assert_int_eq(chan_send(a, 1, body, CHAN_BODY_MAX + 1), -EMSGSIZE);
	loop_run(loop);
	ck_assert_uint_eq(sink.bytes, 500 * sizeof(body));
	chan_free(a);
	chan_free(b);
	loop_free(loop);
}
END_TEST

struct taker {
	struct loop *loop;
	struct chan *chan;
	int n, fds[2];
};

static void on_frame_with_fd(uint16_t type, const void *body, size_t len, void *arg)
{
	struct taker *taker = arg;

	(void)body;
	(void)len;
	if (type == 1) {
		taker->fds[taker->n++] = chan_take_fd(taker->chan);
		ck_assert_int_eq(chan_take_fd(taker->chan), -1);
	}
	if (taker->n == 2)
		loop_stop(taker->loop);
}

/* At once and by way of the queue; what nobody takes is closed. */
START_TEST(descriptors_go_with_frames)
{
	static char body[60000];
	struct loop *loop = loop_new();
	struct taker taker = {.loop = loop};
	struct chan *a;
	int ends[2], pipe_ends[2];
	char byte;

	ck_assert_int_eq(chan_pair(ends), 0);
	ck_assert_int_eq(pipe(pipe_ends), 0);
	a = chan_new(loop, ends[0], on_frame_with_fd, NULL, &taker);
	taker.chan = chan_new(loop, ends[1], on_frame_with_fd, NULL, &taker);
	ck_assert_int_eq(chan_send_fd(a, 1, NULL, 0, pipe_ends[1]), 0);
	for (int i = 0; i < 500; i++)
		ck_assert_int_eq(chan_send_fd(a, 2, body, sizeof(body), pipe_ends[1]), 0);
	ck_assert_int_eq(chan_send_fd(a, 1, NULL, 0, pipe_ends[1]), 0);
	close(pipe_ends[1]);
	loop_run(loop);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(write(taker.fds[i], "x", 1), 1);
		ck_assert_int_eq(read(pipe_ends[0], &byte, 1), 1);
		ck_assert_int_eq(fcntl(taker.fds[i], F_GETFD), FD_CLOEXEC);
		close(taker.fds[i]);
	}
	ck_assert_int_eq(read(pipe_ends[0], &byte, 1), 0);
	close(pipe_ends[0]);
	chan_free(a);
	chan_free(taker.chan);
	loop_free(loop);
}
END_TEST

static size_t count_descriptors(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 4096; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* A receiver that never reads does not take all descriptors of its sender. */
START_TEST(few_descriptors_wait_for_a_slow_receiver)
{
	static char body[60000];
	struct loop *loop = loop_new();
	struct rlimit limit = {4096, 4096};
	size_t n_before;
	struct chan *a;
	int ends[2], r = 0;

	setrlimit(RLIMIT_NOFILE, &limit);
	ck_assert_int_eq(chan_pair(ends), 0);
	a = chan_new(loop, ends[0], on_frame_with_fd, NULL, NULL);
	n_before = count_descriptors();
	for (int i = 0; i < 2000 && r == 0; i++)
		r = chan_send_fd(a, 2, body, sizeof(body), ends[1]);
	ck_assert_int_eq(r, -ENOBUFS);
	ck_assert_uint_eq(count_descriptors(), n_before + CHAN_QUEUE_FDS_MAX);
	ck_assert_int_eq(chan_send(a, 1, NULL, 0), 0);
	chan_reset(a);
	ck_assert_uint_eq(count_descriptors(), n_before);
	ck_assert_int_eq(chan_send_fd(a, 2, body, sizeof(body), ends[1]), 0);
	chan_free(a);
	close(ends[1]);
	loop_free(loop);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *tcase = tcase_create("base");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, few_descriptors_wait_for_a_slow_receiver);
	tcase_add_test(tcase, addresses_round_trip);
	tcase_add_test(tcase, endpoints_round_trip);
	tcase_add_test(tcase, service_keys_round_trip);
	tcase_add_test(tcase, hosts_have_addresses_of_their_own);
	tcase_add_test(tcase, programs_are_found_in_their_folders);
	tcase_add_test(tcase, arena_keeps_small_and_large);
	tcase_add_test(tcase, hashes_are_those_of_older_versions);
	tcase_add_test(tcase, every_item_of_two_lists_comes_once);
	tcase_add_test(tcase, keys_are_sought_in_one_walk);
	tcase_add_test(tcase, errors_gain_context);
	tcase_add_test(tcase, the_group_of_root_may_write_and_no_other);
	tcase_add_test(tcase, long_errors_are_cut);
	tcase_add_test(tcase, time_saturates);
	tcase_add_test(tcase, timers_fire_in_order);
	tcase_add_test(tcase, each_turn_settles);
	tcase_add_test(tcase, timers_of_a_long_turn_are_not_early);
	tcase_add_test(tcase, frames_arrive_whole_and_in_order);
	tcase_add_test(tcase, descriptors_go_with_frames);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
