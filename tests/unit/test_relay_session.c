/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The handshake of the relay, its rules one by one. */
#include "tests/unit/relay_rig.h"

#include <stdlib.h>
#include <string.h>

static struct rig *rig;

static void setup(void)
{
	rig = rig_new(1);
}

static void teardown(void)
{
	rig_free(rig);
}

static uint64_t refused(int end, enum relay_rejection why)
{
	return relay_session_rejected(rig->ends[end].session, why);
}

/* What an end says now. */
static size_t said_by(int end, uint8_t frame[static RELAY_FRAME_MAX])
{
	return relay_session_say(rig->ends[end].session, rig->now, frame);
}

static struct relay_taken give(int end, const uint8_t *frame, size_t len)
{
	return relay_session_take(rig->ends[end].session, frame, len, rig->now);
}

static struct relay_hello hello_of(const uint8_t *frame, size_t len)
{
	struct relay_header header;
	struct relay_hello hello;

	ck_assert(relay_header_decode(frame, len, &header));
	ck_assert_uint_eq(header.type, RELAY_HELLO);
	ck_assert(!header.from && !header.to && !header.seq);
	ck_assert(relay_hello_decode(frame + RELAY_HEADER_SIZE, header.len, &hello));
	return hello;
}

START_TEST(who_restarts_has_a_session_after_one_round_trip)
{
	uint8_t frame[RELAY_FRAME_MAX], other[RELAY_FRAME_MAX];
	size_t len;

	rig_join(rig, NS_PER_S);
	rig_run(rig, NS_PER_S);
	rig_restart(rig, 0);
	ck_assert_uint_eq(said_by(0, frame), 91);
	ck_assert(!give(1, frame, 91).is_new);
	ck_assert_uint_eq(said_by(1, frame), 91);
	/* one round trip */
	ck_assert(give(0, frame, 91).is_new);
	ck_assert(relay_session_is_up(rig->ends[0].session));
	len = relay_session_seal(rig->ends[0].session, RELAY_DATA, 0, "12345678", 8, other);
	ck_assert_uint_eq(len, RELAY_HEADER_SIZE + 8 + RELAY_TAG_SIZE);
	/* Its HELLO has both nonces; the other end goes on with the old session until a sealed frame comes. */
	ck_assert_uint_eq(said_by(0, frame), 91);
	ck_assert(!give(1, frame, 91).is_new);
	ck_assert_uint_gt(relay_session_sent(rig->ends[1].session), 0);
	struct relay_taken taken = give(1, other, len);
	ck_assert(taken.is_new && taken.has_frame && taken.header.len == 8);
	ck_assert(!memcmp(taken.payload, "12345678", 8));
	ck_assert_uint_eq(relay_session_sent(rig->ends[1].session), 0);
}
END_TEST

START_TEST(both_may_begin_at_once)
{
	uint8_t frames[2][RELAY_FRAME_MAX];

	for (int round = 0; round < 2; round++) {
		for (int end = 0; end < 2; end++)
			ck_assert_uint_eq(said_by(end, frames[end]), 91);
		ck_assert_int_eq(give(0, frames[1], 91).is_new, round);
		ck_assert_int_eq(give(1, frames[0], 91).is_new, round);
	}
	ck_assert(rig_is_joined(rig));
	ck_assert_uint_eq(rig->ends[0].n_new, 0);
}
END_TEST

START_TEST(each_handshake_has_fresh_nonces)
{
	uint8_t frame[RELAY_FRAME_MAX];
	struct relay_hello first, second;

	ck_assert_uint_eq(said_by(0, frame), 91);
	first = hello_of(frame, 91);
	rig_join(rig, NS_PER_S);
	rig->now = mono_add_ns(rig->now, 3 * NS_PER_S);
	while (said_by(0, frame) != 91)
		rig->now = mono_add_ns(rig->now, NS_PER_MS);
	second = hello_of(frame, 91);
	ck_assert(memcmp(first.nonce, second.nonce, RELAY_NONCE_SIZE) != 0);
	/* And one that nobody has answered within 10 s is not accepted any more. */
	rig->now = mono_add_ns(rig->now, 11 * NS_PER_S);
	while (said_by(0, frame) != 91)
		rig->now = mono_add_ns(rig->now, NS_PER_MS);
	first = hello_of(frame, 91);
	ck_assert(memcmp(first.nonce, second.nonce, RELAY_NONCE_SIZE) != 0);
}
END_TEST

START_TEST(an_answer_that_was_held_back_is_no_proof)
{
	uint8_t frame[RELAY_FRAME_MAX], held[RELAY_FRAME_MAX];

	said_by(0, frame);
	give(1, frame, 91);
	ck_assert_uint_eq(said_by(1, held), 91);
	rig->now = mono_add_ns(rig->now, 10 * NS_PER_S);
	ck_assert(!give(0, held, 91).is_new);
	ck_assert(!relay_session_is_up(rig->ends[0].session));
}
END_TEST

/* An end with other values of its own, beside end 0. */
static void replace_end(int end, const struct relay_node *self, const struct relay_keys *keys)
{
	relay_session_free(rig->ends[end].session);
	rig->ends[end].session = relay_session_new(rig->crypto, self, keys, rig_random_bytes, rig);
}

START_TEST(another_syncid_is_rejected_and_named)
{
	struct relay_node self = rig->ends[1].self;
	uint8_t frame[RELAY_FRAME_MAX];

	self.syncid = 52;
	replace_end(1, &self, &rig->keys);
	ck_assert_uint_eq(said_by(0, frame), 91);
	ck_assert_uint_eq(give(1, frame, 91).why, RELAY_REJECTED_SYNCID);
	ck_assert_uint_eq(refused(1, RELAY_REJECTED_SYNCID), 1);
	rig_run(rig, 5 * NS_PER_S);
	ck_assert(!relay_session_is_up(rig->ends[0].session) && !relay_session_is_up(rig->ends[1].session));
}
END_TEST

START_TEST(another_key_is_rejected_by_id_or_by_tag)
{
	struct relay_keys keys = {0};
	uint8_t frame[RELAY_FRAME_MAX];

	rig_key(&keys, rig->crypto, _i ? 1 : 2, 'x');
	replace_end(1, &rig->ends[1].self, &keys);
	ck_assert_uint_eq(said_by(0, frame), 91);
	ck_assert(give(1, frame, 91).is_rejected);
	ck_assert_uint_eq(refused(1, _i ? RELAY_REJECTED_TAG : RELAY_REJECTED_KEY), 1);
	rig_run(rig, 5 * NS_PER_S);
	ck_assert(!relay_session_is_up(rig->ends[0].session) && !relay_session_is_up(rig->ends[1].session));
}
END_TEST

START_TEST(an_own_hello_that_comes_back_is_noticed)
{
	uint8_t frame[RELAY_FRAME_MAX], more[RELAY_FRAME_MAX];

	ck_assert_uint_eq(said_by(0, frame), 91);
	ck_assert_uint_eq(give(0, frame, 91).why, RELAY_REJECTED_ECHO);
	ck_assert_uint_eq(refused(0, RELAY_REJECTED_ECHO), 1);
	ck_assert_uint_eq(said_by(0, more), 0);
}
END_TEST

START_TEST(another_version_is_named)
{
	uint8_t frame[RELAY_FRAME_MAX];

	ck_assert_uint_eq(said_by(0, frame), 91);
	frame[2] = 2;
	ck_assert_uint_eq(give(1, frame, 91).why, RELAY_REJECTED_VERSION);
	ck_assert_uint_eq(said_by(1, frame), 91); /* its own HELLO, not an answer */
	ck_assert_uint_eq(said_by(1, frame), 0);
}
END_TEST

START_TEST(five_hellos_a_second_are_answered)
{
	uint8_t hello[RELAY_FRAME_MAX], frame[RELAY_FRAME_MAX];
	struct mono begin;
	unsigned n = 0;

	rig_join(rig, NS_PER_S);
	rig_run(rig, 2 * NS_PER_S);
	/* HELLOs of a process that has ended: recorded. */
	rig_restart(rig, 0);
	ck_assert_uint_eq(said_by(0, hello), 91);
	begin = rig->now;
	for (int i = 0; i < 10000; i++) {
		rig->now = mono_add_ns(begin, i * (4 * NS_PER_S) / 10000);
		ck_assert(!give(1, hello, 91).is_new);
		for (size_t len; (len = said_by(1, frame)) > 0; n++) {
			ck_assert_uint_eq(len, 91);
			if (i >= 4000) /* then its own silence of 2 s may be over */
				break;
		}
		if (i == 4000)
			ck_assert_uint_eq(n, 10);
	}
	ck_assert_uint_ge(refused(1, RELAY_REJECTED_FLOOD), 9900);
	ck_assert_uint_le(n, 24);
}
END_TEST

START_TEST(a_hello_that_answers_somebody_else_is_not_answered)
{
	static const uint8_t none[RELAY_NONCE_SIZE];
	uint8_t frame[RELAY_FRAME_MAX];
	size_t n_bytes, i;

	rig_join(rig, NS_PER_S);
	rig_run(rig, NS_PER_S);
	rig_restart(rig, 0);
	rig_join(rig, 3 * NS_PER_S);
	rig_run(rig, NS_PER_S / 2);
	n_bytes = rig->ends[1].n_bytes;
	for (i = 0; i < rig->n_record; i++) {
		const struct rig_datagram *old = &rig->record[i];

		if (old->to != 1 || old->bytes[3] != RELAY_HELLO)
			continue;
		if (!memcmp(hello_of(old->bytes, old->len).peer_nonce, none, sizeof(none)))
			continue;
		ck_assert(!give(1, old->bytes, old->len).is_new);
		ck_assert_uint_eq(said_by(1, frame), 0);
	}
	ck_assert_uint_eq(rig->ends[1].n_bytes, n_bytes);
	ck_assert_uint_ge(refused(1, RELAY_REJECTED_REPLAY), 1);
	ck_assert(rig_is_joined(rig));
}
END_TEST

START_TEST(a_session_is_renewed_by_age_and_by_frames)
{
	struct relay_node self = rig->ends[0].self;
	unsigned n_new;

	if (_i)
		self.frames_max = 40;
	else
		self.age_ns = 10 * NS_PER_S;
	replace_end(0, &self, &rig->keys);
	rig_join(rig, NS_PER_S);
	n_new = rig->ends[1].n_new;
	for (int i = 0; i < 25; i++) {
		rig_run(rig, NS_PER_S);
		/* Each time there is a session. */
		ck_assert(relay_session_is_up(rig->ends[0].session) && rig_is_joined(rig));
		ck_assert_uint_le(relay_session_sent(rig->ends[0].session), 70);
	}
	ck_assert_uint_ge(rig->ends[1].n_new, n_new + 2);
	ck_assert_uint_le(rig->ends[1].n_new, n_new + 5);
}
END_TEST

START_TEST(a_session_that_cannot_be_renewed_ends)
{
	struct relay_node self = rig->ends[0].self;
	uint8_t frame[RELAY_FRAME_MAX];
	unsigned n = 0;

	self.frames_max = 40;
	replace_end(0, &self, &rig->keys);
	rig_join(rig, NS_PER_S);
	n = (unsigned)relay_session_sent(rig->ends[0].session);
	while (relay_session_seal(rig->ends[0].session, RELAY_BEAT, 0, "", 0, frame))
		n++;
	ck_assert_uint_eq(n, 80);
}
END_TEST

static void rekey(int end, int first, int second)
{
	struct relay_keys keys = {0};

	rig_key(&keys, rig->crypto, (uint8_t)first, 'a' + first);
	if (second)
		rig_key(&keys, rig->crypto, (uint8_t)second, 'a' + second);
	relay_session_rekey(rig->ends[end].session, &keys, rig->now);
}

/* The first and second key of both ends, step after step. */
static const int rotation[][4] = {
    {1, 0, 1, 0}, {1, 2, 1, 0}, {1, 2, 1, 2}, {2, 1, 1, 2}, {2, 1, 2, 1}, {2, 0, 2, 1}, {2, 0, 2, 0},
};

/* Each frame arrives after the next step of the clock, in each step of the rotation; with a restart in each, too. */
START_TEST(a_rotation_of_keys_never_interrupts)
{
	bool with_restarts = _i;

	rekey(0, 1, 0);
	rekey(1, 1, 0);
	rig_join(rig, NS_PER_S);
	for (size_t i = 0; i < sizeof(rotation) / sizeof(*rotation); i++) {
		rekey(0, rotation[i][0], rotation[i][1]);
		rekey(1, rotation[i][2], rotation[i][3]);
		for (int j = 0; j < 300; j++) {
			rig_run(rig, 5 * NS_PER_MS);
			ck_assert_msg(rig_is_joined(rig), "step %zu, after %d ms", i, 5 * j);
		}
		for (int end = 0; end < 2 && with_restarts; end++) {
			rig_restart(rig, end);
			rekey(end, rotation[i][2 * end], rotation[i][2 * end + 1]);
			rig_join(rig, NS_PER_S / 2);
		}
	}
	/* Nothing is left of the old key. */
	rig_run(rig, 2 * RELAY_KEY_GRACE_NS);
	ck_assert(rig_is_joined(rig));
	ck_assert_int_eq(relay_session_key_id(rig->ends[0].session), 2);
	ck_assert_int_eq(relay_session_key_id(rig->ends[1].session), 2);
}
END_TEST

/* The operator makes the new key the first before the other end has it: the old one, which both have, serves. */
START_TEST(a_key_that_both_have_is_found)
{
	rekey(0, 2, 1);
	rekey(1, 1, 0);
	rig_join(rig, 2 * NS_PER_S);
	ck_assert_int_eq(relay_session_key_id(rig->ends[0].session), 1);
}
END_TEST

START_TEST(an_answer_has_the_key_of_its_question)
{
	uint8_t frame[RELAY_FRAME_MAX];

	rekey(0, 1, 2);
	rekey(1, 2, 1);
	ck_assert_uint_eq(said_by(0, frame), 91);
	ck_assert_uint_eq(frame[5], 1);
	give(1, frame, 91);
	ck_assert_uint_eq(said_by(1, frame), 91);
	ck_assert_uint_eq(frame[5], 1);
	/* And its own has its first one. */
	ck_assert_uint_eq(said_by(1, frame), 91);
	ck_assert_uint_eq(frame[5], 2);
}
END_TEST

START_TEST(a_removed_key_ends_its_session_within_a_minute)
{
	rekey(0, 1, 0);
	rekey(1, 1, 0);
	rig_join(rig, NS_PER_S);
	rekey(0, 2, 0);
	rig_run(rig, RELAY_KEY_GRACE_NS - NS_PER_S);
	ck_assert(relay_session_is_up(rig->ends[0].session));
	rig_run(rig, 2 * NS_PER_S);
	ck_assert(!relay_session_is_up(rig->ends[0].session));
	ck_assert_uint_ge(refused(1, RELAY_REJECTED_KEY), 10);
}
END_TEST

START_TEST(the_same_id_with_other_bytes_is_another_key)
{
	struct relay_keys keys = {0};

	rekey(0, 1, 0);
	rekey(1, 1, 0);
	rig_join(rig, NS_PER_S);
	rekey(0, 1, 0); /* nothing has changed */
	rig_run(rig, 2 * RELAY_KEY_GRACE_NS);
	ck_assert_uint_eq(rig->ends[0].n_new, 1);
	rig_key(&keys, rig->crypto, 1, 'z');
	relay_session_rekey(rig->ends[0].session, &keys, rig->now);
	rig_run(rig, 2 * RELAY_KEY_GRACE_NS);
	ck_assert(!relay_session_is_up(rig->ends[0].session));
	ck_assert_uint_ge(refused(1, RELAY_REJECTED_TAG), 10);
}
END_TEST

START_TEST(a_silent_peer_is_looked_for_and_found)
{
	rig_join(rig, NS_PER_S);
	rig_run(rig, NS_PER_S);
	rig->loss = 100;
	rig_run(rig, 60 * NS_PER_S);
	rig->loss = 0;
	ck_assert_int_le(rig_join(rig, NS_PER_S), NS_PER_S);
	/* A HELLO a second is all that it says meanwhile. */
	ck_assert_uint_le(rig->ends[0].n_bytes, 75 * 91);
}
END_TEST

START_TEST(frames_have_the_types_and_bounds_of_the_wire)
{
	uint8_t frame[RELAY_FRAME_MAX], payload[RELAY_PAYLOAD_MAX] = {7};
	struct relay_taken taken;
	size_t len;

	ck_assert_uint_eq(relay_session_seal(rig->ends[0].session, RELAY_DATA, 0, payload, 1, frame), 0);
	ck_assert_ptr_null(relay_session_peer(rig->ends[0].session));
	ck_assert_int_eq(relay_session_key_id(rig->ends[0].session), -1);
	rig_join(rig, NS_PER_S);
	ck_assert_uint_eq(relay_session_peer(rig->ends[0].session)->node, rig->ends[1].self.node);
	for (uint8_t type = RELAY_DATA; type < RELAY_CONFIRM; type++) {
		len = relay_session_seal(rig->ends[0].session, type, 3, payload, RELAY_PAYLOAD_MAX, frame);
		ck_assert_uint_eq(len, RELAY_FRAME_MAX);
		taken = give(1, frame, len);
		ck_assert(taken.has_frame && taken.header.type == type && taken.header.flags == 3);
		ck_assert(!memcmp(taken.payload, payload, sizeof(payload)));
		ck_assert_uint_eq(give(1, frame, len).why, RELAY_REJECTED_REPLAY);
	}
}
END_TEST

START_TEST(each_reason_has_a_name)
{
	for (enum relay_rejection why = 0; why < RELAY_REJECTED_N; why++) {
		ck_assert_uint_gt(strlen(relay_rejection_name(why)), 2);
		for (enum relay_rejection other = 0; other < why; other++)
			ck_assert_str_ne(relay_rejection_name(why), relay_rejection_name(other));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("relay_session");
	TCase *tcase = tcase_create("session");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, who_restarts_has_a_session_after_one_round_trip);
	tcase_add_test(tcase, both_may_begin_at_once);
	tcase_add_test(tcase, each_handshake_has_fresh_nonces);
	tcase_add_test(tcase, an_answer_that_was_held_back_is_no_proof);
	tcase_add_test(tcase, another_syncid_is_rejected_and_named);
	tcase_add_loop_test(tcase, another_key_is_rejected_by_id_or_by_tag, 0, 2);
	tcase_add_test(tcase, an_own_hello_that_comes_back_is_noticed);
	tcase_add_test(tcase, another_version_is_named);
	tcase_add_test(tcase, five_hellos_a_second_are_answered);
	tcase_add_test(tcase, a_hello_that_answers_somebody_else_is_not_answered);
	tcase_add_loop_test(tcase, a_session_is_renewed_by_age_and_by_frames, 0, 2);
	tcase_add_test(tcase, a_session_that_cannot_be_renewed_ends);
	tcase_add_loop_test(tcase, a_rotation_of_keys_never_interrupts, 0, 2);
	tcase_add_test(tcase, a_key_that_both_have_is_found);
	tcase_add_test(tcase, an_answer_has_the_key_of_its_question);
	tcase_add_test(tcase, a_removed_key_ends_its_session_within_a_minute);
	tcase_add_test(tcase, the_same_id_with_other_bytes_is_another_key);
	tcase_add_test(tcase, a_silent_peer_is_looked_for_and_found);
	tcase_add_test(tcase, frames_have_the_types_and_bounds_of_the_wire);
	tcase_add_test(tcase, each_reason_has_a_name);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
