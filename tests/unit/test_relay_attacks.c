/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What somebody on the wire can send without the key, 10,000 of each kind, to a live session and to an end without one:
 * nothing of it is accepted, the session goes on, and no more bytes go out than came in.
 */
#include "tests/unit/relay_rig.h"

#include <stdlib.h>
#include <string.h>

#define N_EACH 10000

static struct rig *rig;

/* A pair with a session, with a record of this session and of earlier ones. */
static void setup(void)
{
	rig = rig_new(7);
	for (int i = 0; i < 6; i++) {
		rig_join(rig, 4 * NS_PER_S);
		for (int j = 0; j < 20; j++) {
			rig_send(rig, j % 2, 8 + rig_random(rig, 1000));
			rig_run(rig, 10 * NS_PER_MS);
		}
		if (i < 5)
			rig_restart(rig, i % 2);
	}
	rig_run(rig, NS_PER_S / 10);
}

static void teardown(void)
{
	rig_free(rig);
}

/* A datagram that was sent: to an end, or to any. */
static const struct rig_datagram *recorded(void)
{
	size_t n = rig->n_record < RIG_RECORD ? rig->n_record : RIG_RECORD;

	return &rig->record[rig_random(rig, n)];
}

static size_t forge(uint8_t *bytes)
{
	struct relay_header header = {.type = (uint8_t)(1 + rig_random(rig, RELAY_N_TYPES - 1)),
				      .key_id = 1,
				      .len = (uint16_t)rig_random(rig, 200)};
	const struct rig_datagram *model = recorded();

	rig_random_bytes(rig, bytes, RELAY_FRAME_MAX);
	switch (rig_random(rig, 4)) {
	case 0: /* anything */
		return rig_random(rig, RELAY_FRAME_MAX + 1);
	case 1: /* a HELLO as whoever has no key would make it */
		header.type = RELAY_HELLO;
		header.len = RELAY_HELLO_SIZE;
		break;
	case 2: /* of the session of now */
		relay_header_decode(model->bytes, model->len, &header);
		header.seq = 1 + rig_random(rig, 100000);
		header.len = (uint16_t)rig_random(rig, 200);
		break;
	default:;
	}
	relay_header_encode(&header, bytes);
	return RELAY_HEADER_SIZE + (size_t)header.len + RELAY_TAG_SIZE;
}

static size_t flip(uint8_t *bytes)
{
	const struct rig_datagram *model = recorded();
	uint64_t bit = rig_random(rig, model->len * 8);

	memcpy(bytes, model->bytes, model->len);
	bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	return model->len;
}

/* Sealed frames of this session and of earlier ones, as they are. */
static size_t replay(uint8_t *bytes)
{
	const struct rig_datagram *model = recorded();

	while (model->bytes[3] == RELAY_HELLO)
		model = recorded();
	memcpy(bytes, model->bytes, model->len);
	return model->len;
}

static size_t replay_hello(uint8_t *bytes)
{
	const struct rig_datagram *model = recorded();

	while (model->bytes[3] != RELAY_HELLO)
		model = recorded();
	memcpy(bytes, model->bytes, model->len);
	return model->len;
}

static size_t truncate_some(uint8_t *bytes)
{
	const struct rig_datagram *model = recorded();
	size_t len = rig_random(rig, model->len);

	memcpy(bytes, model->bytes, model->len);
	/* Half of them with the length that they have then. */
	if (len >= 48 && rig_random(rig, 2)) {
		bytes[6] = (uint8_t)((len - 48) >> 8);
		bytes[7] = (uint8_t)(len - 48);
	}
	return len;
}

static size_t oversize(uint8_t *bytes)
{
	const struct rig_datagram *model = recorded();
	size_t len = model->len + 1 + rig_random(rig, 65507 - model->len);

	memset(bytes, 0, 65507);
	memcpy(bytes, model->bytes, model->len);
	if (rig_random(rig, 2)) {
		bytes[6] = (uint8_t)((len - 48) >> 8);
		bytes[7] = (uint8_t)(len - 48);
	}
	return len;
}

static const struct attack {
	const char *name;
	size_t (*make)(uint8_t *bytes);
} attacks[] = {
    {"forged", forge},		{"flipped", flip},	  {"replayed", replay},
    {"recorded", replay_hello}, {"truncated", truncate_some}, {"oversized", oversize},
};

static size_t said_bytes(int end)
{
	uint8_t frame[RELAY_FRAME_MAX];
	size_t sum = 0, len;

	while ((len = relay_session_say(rig->ends[end].session, rig->now, frame)) > 0)
		sum += len;
	return sum;
}

static void attack_end(const struct attack *attack, int end, bool is_up)
{
	static uint8_t bytes[65536];
	struct relay_session *session = rig->ends[end].session;
	size_t n_in = 0, n_out = 0;

	for (int i = 0; i < N_EACH; i++) {
		size_t len = attack->make(bytes), n;
		struct relay_taken taken;

		said_bytes(end); /* what was due anyhow */
		taken = relay_session_take(session, bytes, len, rig->now);
		ck_assert_msg(!taken.has_frame && !taken.is_new, "%s was accepted", attack->name);
		n = said_bytes(end);
		ck_assert_msg(!n || !taken.is_rejected, "%s was refused, and answered", attack->name);
		ck_assert_msg(n <= len, "%zu bytes were answered by %zu", len, n);
		n_in += len;
		n_out += n;
		rig->now = mono_add_us(rig->now, 100);
	}
	ck_assert(relay_session_is_up(session) == is_up);
	/* One second has passed: five answers. */
	ck_assert_uint_le(n_out, 5 * 91);
	ck_assert_uint_gt(n_in, n_out);
}

START_TEST(a_live_session_takes_nothing_of_it)
{
	unsigned n_new = rig->ends[0].n_new + rig->ends[1].n_new;

	ck_assert(rig_is_joined(rig));
	attack_end(&attacks[_i], 0, true);
	ck_assert(rig_is_joined(rig));
	attack_end(&attacks[_i], 1, true);
	ck_assert(rig_is_joined(rig));
	rig_run(rig, 4 * NS_PER_S);
	ck_assert_uint_eq(rig->ends[0].n_new + rig->ends[1].n_new, n_new);
}
END_TEST

START_TEST(an_end_without_a_session_takes_nothing_of_it)
{
	rig_restart(rig, 0);
	/* Its own HELLOs are due once a second meanwhile. */
	for (int i = 0; i < 8; i++) {
		said_bytes(0);
		rig->now = mono_add_ns(rig->now, NS_PER_S);
	}
	attack_end(&attacks[_i], 0, false);
	rig_join(rig, 2 * NS_PER_S);
}
END_TEST

/* Both directors restart while somebody brings their old HELLOs again, 200 a second to each end: a session comes. */
START_TEST(recorded_hellos_do_not_hinder_a_handshake)
{
	rig_restart(rig, 0);
	rig_restart(rig, 1);
	for (int i = 0; i < 1000 && !rig_is_joined(rig); i++) {
		uint8_t bytes[RELAY_FRAME_MAX];

		for (int end = 0; end < 2; end++)
			rig_carry(rig, end, bytes, replay_hello(bytes));
		rig_run(rig, 5 * NS_PER_MS);
	}
	ck_assert(rig_is_joined(rig));
}
END_TEST

/* The key of before the rotation is no key any more. */
START_TEST(a_stolen_old_key_opens_nothing)
{
	struct relay_keys old = rig->keys, keys = {0};
	struct relay_node self = {.node = 99, .payload_max = RELAY_PAYLOAD_MAX, .syncid = 51};
	struct relay_session *thief = relay_session_new(rig->crypto, &self, &old, rig_random_bytes, rig);
	uint8_t frame[RELAY_FRAME_MAX];
	size_t len;

	rig_key(&keys, rig->crypto, 2, 'n');
	for (int end = 0; end < 2; end++)
		relay_session_rekey(rig->ends[end].session, &keys, rig->now);
	rig_join(rig, 2 * NS_PER_S);
	for (int i = 0; i < 100; i++) {
		while ((len = relay_session_say(thief, rig->now, frame)) > 0)
			ck_assert_uint_eq(rig_take(rig, 1, frame, len).why, RELAY_REJECTED_KEY);
		rig_run(rig, 50 * NS_PER_MS);
	}
	ck_assert(!relay_session_is_up(thief));
	ck_assert(rig_is_joined(rig));
	relay_session_free(thief);
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("relay_attacks");
	TCase *tcase = tcase_create("attacks");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_live_session_takes_nothing_of_it, 0, N_OF(attacks));
	tcase_add_loop_test(tcase, an_end_without_a_session_takes_nothing_of_it, 0, N_OF(attacks));
	tcase_add_test(tcase, recorded_hellos_do_not_hinder_a_handshake);
	tcase_add_test(tcase, a_stolen_old_key_opens_nothing);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
