/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The contents of each type of frame, there and back. */
#include <check.h>

#include "sync/relay/body.h"

#include <stdlib.h>
#include <string.h>

static bool there_and_back(const struct relay_body *body, struct relay_body *ret_body)
{
	static uint8_t payload[RELAY_PAYLOAD_MAX];
	size_t len = relay_body_encode(body, payload);
	const struct relay_header header = {.type = (uint8_t)body->type, .flags = body->flags, .len = (uint16_t)len};

	return relay_body_decode(&header, payload, ret_body);
}

START_TEST(each_type_comes_back)
{
	struct relay_body bodies[] = {
	    {.type = RELAY_NACK, .nack = {.n = 2, .ranges = {{5, 6}, {70, 1}}}},
	    {.type = RELAY_BEAT, .beat = {1, 2, 3, 4, 5, 6, RELAY_READY, RELAY_BEAT_MASTER}},
	    {.type = RELAY_BULK_REQ, .bulk_req = {RELAY_BULK_SERVICES}},
	    {.type = RELAY_BULK_END, .bulk_end = {RELAY_BULK_GAP, 4, 5, 6}},
	    {.type = RELAY_COUNTS, .counts = {{7, [255] = 8}}},
	    {.type = RELAY_DATA, .flags = RELAY_FLAG_BULK, .bytes = {(const uint8_t *)"abc", 3}},
	    {.type = RELAY_MESSAGE, .bytes = {(const uint8_t *)"", 0}},
	};

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct relay_body back;

		ck_assert(there_and_back(&bodies[i], &back));
		ck_assert_int_eq(back.type, bodies[i].type);
		ck_assert_int_eq(back.flags, bodies[i].flags);
		switch (back.type) {
		case RELAY_NACK:
			ck_assert(back.nack.n == 2 && back.nack.ranges[1].from == 70 && back.nack.ranges[0].n == 6);
			break;
		case RELAY_BEAT:
			ck_assert(back.beat.sent == 1 && back.beat.n_entries == 6 &&
				  back.beat.flags == RELAY_BEAT_MASTER);
			break;
		case RELAY_BULK_REQ:
			ck_assert_uint_eq(back.bulk_req.reason, RELAY_BULK_SERVICES);
			break;
		case RELAY_BULK_END:
			ck_assert(back.bulk_end.n_entries == 4 && back.bulk_end.last == 6);
			break;
		case RELAY_COUNTS:
			ck_assert(back.counts.served[0] == 7 && back.counts.served[255] == 8);
			break;
		default:
			ck_assert_uint_eq(back.bytes.len, bodies[i].bytes.len);
			ck_assert(!memcmp(back.bytes.data, bodies[i].bytes.data, back.bytes.len));
			break;
		}
	}
}
END_TEST

START_TEST(what_is_none_is_refused)
{
	static const uint8_t types[] = {0,	      RELAY_HELLO,    RELAY_NACK,   RELAY_BEAT,	 RELAY_BULK_REQ,
					RELAY_BULK_END, RELAY_COUNTS, RELAY_CONFIRM, RELAY_N_TYPES};
	uint8_t payload[RELAY_PAYLOAD_MAX] = {0};
	struct relay_body body = {.flags = 77};

	for (size_t i = 0; i < sizeof(types); i++)
		ck_assert(!relay_body_decode(&(struct relay_header){.type = types[i]}, payload, &body));
	ck_assert_uint_eq(body.flags, 77);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("relay_body");
	TCase *tcase = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, each_type_comes_back);
	tcase_add_test(tcase, what_is_none_is_refused);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
