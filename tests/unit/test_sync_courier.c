/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages between two directors over frames that are lost, doubled and come in another order. */
#include <check.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sync/relay/courier.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define N_WAY 64

struct packet {
	uint8_t bytes[RELAY_PAYLOAD_MAX];
	size_t len;
};

/* A network for one direction. */
struct way {
	struct packet packets[N_WAY];
	size_t n;
};

struct net {
	struct courier *a, *b;
	struct way to_a, to_b;
	struct mono now;
	uint64_t random;
	unsigned loss, doubled; /* percent */
	size_t n_taken, n_payloads;
	size_t taken_len;
	uint8_t *taken; /* the last message of b */
};

static unsigned below(struct net *net, unsigned n)
{
	net->random = hash_mix(net->random, n);
	return (unsigned)(net->random % n);
}

static uint8_t byte_of(uint32_t seed, size_t i)
{
	return (uint8_t)(hash_mix(seed, i) >> 7);
}

static uint8_t *message_new(uint32_t seed, size_t len)
{
	uint8_t *message = mem_calloc(len + 1, 1);

	for (size_t i = 0; i < len; i++)
		message[i] = byte_of(seed, i);
	return message;
}

static void net_begin(struct net *net, uint64_t seed)
{
	*net = (struct net){.a = courier_new(7), .b = courier_new(9000), .now = {NS_PER_S}, .random = seed};
}

static void net_end(struct net *net)
{
	courier_free(net->a);
	courier_free(net->b);
	free(net->taken);
}

static void way_put(struct net *net, struct way *way, const uint8_t *bytes, size_t len)
{
	unsigned n = below(net, 100) < net->loss ? 0 : below(net, 100) < net->doubled ? 2 : 1;

	net->n_payloads++;
	for (; n && way->n < N_WAY; n--) {
		memcpy(way->packets[way->n].bytes, bytes, len);
		way->packets[way->n++].len = len;
	}
}

static void say(struct net *net, struct courier *courier, struct way *way)
{
	uint8_t payload[RELAY_PAYLOAD_MAX];
	size_t len;

	while (way->n < N_WAY / 2 && (len = courier_next(courier, net->now, payload)))
		way_put(net, way, payload, len);
}

/* One of the first packets arrives: with loss the order is another one, too. */
static void hear(struct net *net, struct courier *courier, struct way *way)
{
	size_t i = way->n && net->loss ? below(net, way->n < 4 ? (unsigned)way->n : 4) : 0;
	const uint8_t *message;
	struct packet packet;
	size_t len;

	if (!way->n)
		return;
	packet = way->packets[i];
	memmove(way->packets + i, way->packets + i + 1, (--way->n - i) * sizeof(packet));
	if (!courier_take(courier, packet.bytes, packet.len, net->now, &message, &len))
		return;
	ck_assert_ptr_eq(courier, net->b);
	net->n_taken++;
	net->taken = mem_realloc(net->taken, len, 1);
	net->taken_len = len;
	memcpy(net->taken, message, len);
}

static void net_step(struct net *net)
{
	struct mono due;

	say(net, net->a, &net->to_b);
	say(net, net->b, &net->to_a);
	hear(net, net->b, &net->to_b);
	hear(net, net->a, &net->to_a);
	due = mono_min(courier_due(net->a, net->now), courier_due(net->b, net->now));
	if (!net->to_a.n && !net->to_b.n && !mono_is_never(due))
		net->now = due;
}

/* Until b has n messages and a knows it. */
static void net_run(struct net *net, size_t n)
{
	for (int i = 0; i < 2000000 && (net->n_taken < n || courier_n_waiting(net->a)); i++)
		net_step(net);
	ck_assert_uint_eq(net->n_taken, n);
	ck_assert_uint_eq(courier_n_waiting(net->a), 0);
}

static void expect_taken(const struct net *net, uint32_t seed, size_t len)
{
	ck_assert_uint_eq(net->taken_len, len);
	for (size_t i = 0; i < len; i++)
		if (net->taken[i] != byte_of(seed, i))
			ck_abort_msg("byte %zu differs", i);
}

static void send_message(struct net *net, uint32_t seed, size_t len)
{
	uint8_t *message = message_new(seed, len);

	ck_assert_int_eq(courier_send(net->a, message, len), 0);
	free(message);
}

START_TEST(lengths)
{
	static const size_t lens[] = {1,    RELAY_PAYLOAD_MAX - 16, RELAY_PAYLOAD_MAX - 15,
				      5000, 16 * (RELAY_PAYLOAD_MAX - 16) + 1, 300000};
	struct net net;

	net_begin(&net, 1);
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		send_message(&net, (uint32_t)i, lens[i]);
		net_run(&net, i + 1);
		expect_taken(&net, (uint32_t)i, lens[i]);
	}
	net_end(&net);
}
END_TEST

/* Without loss nothing is sent twice, and no time passes. */
START_TEST(no_waste)
{
	struct net net;

	net_begin(&net, 1);
	send_message(&net, 1, 100 * (RELAY_PAYLOAD_MAX - 16));
	net_run(&net, 1);
	ck_assert_uint_le(net.n_payloads, 200);
	ck_assert_int_eq(net.now.ns, NS_PER_S);
	ck_assert(mono_is_never(courier_due(net.a, net.now)));
	net_end(&net);
}
END_TEST

START_TEST(what_is_too_much)
{
	struct courier *courier = courier_new(0);
	uint8_t *message = mem_calloc(COURIER_MAX + 1, 1);

	ck_assert_int_eq(courier_send(courier, message, 0), -EMSGSIZE);
	ck_assert_int_eq(courier_send(courier, message, COURIER_MAX + 1), -EMSGSIZE);
	for (int i = 0; i < COURIER_QUEUE_MAX; i++)
		ck_assert_int_eq(courier_send(courier, message, 10), 0);
	ck_assert_int_eq(courier_send(courier, message, 10), -ENOBUFS);
	ck_assert_uint_eq(courier_n_waiting(courier), COURIER_QUEUE_MAX);
	free(message);
	courier_free(courier);
}
END_TEST

/* Each message arrives once, whole and in order, whatever the network does. */
START_TEST(bad_networks)
{
	for (uint64_t seed = 0; seed < 300; seed++) {
		struct net net;

		net_begin(&net, seed);
		net.loss = below(&net, 40), net.doubled = below(&net, 30);
		for (uint32_t i = 0; i < 4; i++) {
			size_t len = 1 + below(&net, 60000);

			send_message(&net, i, len);
			net_run(&net, i + 1);
			expect_taken(&net, i, len);
		}
		net_end(&net);
	}
}
END_TEST

/* A new session in the middle: the message begins anew, and is whole once. */
START_TEST(another_session)
{
	struct net net;

	for (int n = 1; n < 60; n++) {
		net_begin(&net, (uint64_t)n);
		send_message(&net, 3, 40000);
		send_message(&net, 4, 10);
		for (int i = 0; i < n; i++)
			net_step(&net);
		net.to_a.n = net.to_b.n = 0;
		courier_restart(net.a);
		courier_restart(net.b);
		net_run(&net, 2);
		expect_taken(&net, 4, 10);
		net_end(&net);
	}
}
END_TEST

/* The answer is lost while the session changes: the message is not taken twice. */
START_TEST(whole_before_the_session)
{
	struct net net;

	net_begin(&net, 1);
	send_message(&net, 3, 10);
	say(&net, net.a, &net.to_b);
	hear(&net, net.b, &net.to_b);
	ck_assert_uint_eq(net.n_taken, 1);
	courier_restart(net.a);
	courier_restart(net.b);
	net_run(&net, 1);
	net_end(&net);
}
END_TEST

/* A sender that was replaced: its half message is dropped for that of its successor. */
START_TEST(another_sender)
{
	struct net net;

	net_begin(&net, 1);
	send_message(&net, 3, 40000);
	for (int i = 0; i < 5; i++)
		net_step(&net);
	courier_free(net.a);
	net.a = courier_new(123456);
	net.to_a.n = net.to_b.n = 0;
	courier_restart(net.b);
	send_message(&net, 5, 20000);
	net_run(&net, 1);
	expect_taken(&net, 5, 20000);
	net_end(&net);
}
END_TEST

/* Again after 200 ms, 400 ms, ... 3.2 s; an answer that brings something makes it 200 ms again. */
START_TEST(patience)
{
	static const int64_t waits_ms[] = {200, 400, 800, 1600, 3200, 3200};
	struct courier *courier = courier_new(0);
	uint8_t payload[RELAY_PAYLOAD_MAX];
	struct mono now = {NS_PER_S};

	ck_assert(mono_is_never(courier_due(courier, now)));
	courier_send(courier, "abc", 3);
	for (size_t i = 0; i < sizeof(waits_ms) / sizeof(waits_ms[0]); i++) {
		ck_assert_int_eq(courier_due(courier, now).ns, now.ns);
		ck_assert_uint_eq(courier_next(courier, now, payload), 19);
		ck_assert_uint_eq(courier_next(courier, now, payload), 0);
		ck_assert_int_eq(mono_sub(courier_due(courier, now), now), waits_ms[i] * NS_PER_MS);
		now = courier_due(courier, now);
	}
	courier_free(courier);
}
END_TEST

/* Rubbish changes nothing: heads that are too short, of no kind, without bytes, beyond their message. */
START_TEST(rubbish)
{
	static const uint8_t bad[][20] = {
	    {1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 'x'},	     /* a message of 0 bytes */
	    {1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 'x'},	     /* above COURIER_MAX */
	    {1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 4, 'x'},	     /* behind the end */
	    {1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 'x'},	     /* four bytes of three */
	    {1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 'x'},	     /* without a beginning */
	    {3, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 4, 'x'},	     /* no kind */
	    {2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4, 'x'},	     /* an answer to nothing */
	};
	struct courier *courier = courier_new(0);
	uint8_t payload[RELAY_PAYLOAD_MAX];
	const uint8_t *message;
	size_t len;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert(!courier_take(courier, bad[i], 20, (struct mono){0}, &message, &len));
		ck_assert_uint_eq(courier_next(courier, (struct mono){0}, payload), 0);
	}
	for (size_t n = 0; n <= 16; n++)
		ck_assert(!courier_take(courier, "\1\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1x", n, (struct mono){0}, &message,
					&len));
	ck_assert(courier_take(courier, "\1\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1x", 17, (struct mono){0}, &message, &len));
	courier_free(courier);
}
END_TEST

/* An answer counts only for the message that is under way, and for what was sent of it. */
START_TEST(forged_answers)
{
	static const uint8_t answers[][16] = {
	    {2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 3}, /* another number */
	    {2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4}, /* another length */
	};
	struct courier *courier = courier_new(0);
	uint8_t payload[RELAY_PAYLOAD_MAX];
	const uint8_t *message;
	size_t len;

	courier_send(courier, "abc", 3);
	courier_take(courier, "\2\0\0\0\0\0\0\0\0\0\0\3\0\0\0\3", 16, (struct mono){0}, &message, &len);
	ck_assert_uint_eq(courier_n_waiting(courier), 1); /* nothing was sent yet */
	courier_next(courier, (struct mono){0}, payload);
	for (size_t i = 0; i < 2; i++)
		courier_take(courier, answers[i], 16, (struct mono){0}, &message, &len);
	ck_assert_uint_eq(courier_n_waiting(courier), 1);
	courier_take(courier, "\2\0\0\0\0\0\0\0\0\0\0\3\0\0\0\3", 16, (struct mono){0}, &message, &len);
	ck_assert_uint_eq(courier_n_waiting(courier), 0);
	courier_free(courier);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync courier");
	TCase *tcase = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, lengths);
	tcase_add_test(tcase, no_waste);
	tcase_add_test(tcase, what_is_too_much);
	tcase_add_test(tcase, bad_networks);
	tcase_add_test(tcase, another_session);
	tcase_add_test(tcase, whole_before_the_session);
	tcase_add_test(tcase, another_sender);
	tcase_add_test(tcase, patience);
	tcase_add_test(tcase, rubbish);
	tcase_add_test(tcase, forged_answers);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
