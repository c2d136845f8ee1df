/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the directors of a pair tell each other, as bytes. */
#include <check.h>

#include "base/mem.h"
#include "daemon/director/pair/message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static int decode(const char *text, struct pair_message *ret_message)
{
	return pair_message_decode(text, strlen(text), ret_message);
}

static struct pair_message round_trip(const struct pair_message *message)
{
	struct pair_message got;
	size_t len;
	char *bytes = pair_message_encode(message, &len);

	ck_assert_int_eq(pair_message_decode(bytes, len, &got), 0);
	free(bytes);
	return got;
}

START_TEST(a_hello_arrives_as_it_was)
{
	const struct pair_message hello = {.type = PAIR_SAYS_HELLO,
					   .version = "1.2",
					   .digest = DIGEST,
					   .name = "lb1",
					   .applied_wall_us = 1700000000000000,
					   .run = INT64_MAX,
					   .is_asking = true};
	struct pair_message got = round_trip(&hello);

	ck_assert_int_eq(got.type, PAIR_SAYS_HELLO);
	ck_assert_str_eq(got.version, "1.2");
	ck_assert_str_eq(got.digest, DIGEST);
	ck_assert_str_eq(got.name, "lb1");
	ck_assert_int_eq(got.applied_wall_us, 1700000000000000);
	ck_assert_uint_eq(got.run, INT64_MAX);
	ck_assert(got.is_asking);
}
END_TEST

START_TEST(all_others_arrive_as_they_were)
{
	const struct pair_message message = {.type = (enum pair_type)_i,
					     .digest = DIGEST,
					     .id = 7,
					     .is_empty_meant = true,
					     .is_accepting = true,
					     .text = (char *)"a.conf:3: wrong\nb.conf:4: too"};
	struct pair_message got = round_trip(&message);
	bool has_text = _i == PAIR_SAYS_REFUSED || _i == PAIR_SAYS_NOT_APPLIED;

	ck_assert_int_eq(got.type, _i);
	ck_assert_uint_eq(got.id, 7);
	ck_assert_str_eq(got.digest, _i == PAIR_SAYS_PREPARED ? DIGEST : "");
	ck_assert(got.is_empty_meant == (_i == PAIR_SAYS_PREPARE));
	ck_assert(got.is_accepting == (_i == PAIR_SAYS_PREPARE));
	ck_assert(!!got.text == has_text);
	if (has_text)
		ck_assert_str_eq(got.text, message.text);
	pair_message_fini(&got);
}
END_TEST

START_TEST(a_long_text_is_cut_and_a_wrong_one_mended)
{
	char *text = mem_calloc(2 * PAIR_TEXT_MAX, 1);
	struct pair_message message = {.type = PAIR_SAYS_REFUSED, .id = 1, .text = text}, got;

	memset(text, 'x', 2 * PAIR_TEXT_MAX - 1);
	got = round_trip(&message);
	ck_assert_uint_eq(strlen(got.text), PAIR_TEXT_MAX - 1);
	pair_message_fini(&got);
	strcpy(text, "a\xff\x1b[31m\tb");
	got = round_trip(&message);
	ck_assert_str_eq(got.text, "a??[31m\tb");
	pair_message_fini(&got);
	free(text);
}
END_TEST

START_TEST(what_is_unknown_is_ignored)
{
	struct pair_message got;

	ck_assert_int_eq(decode("{\"type\":\"drop\",\"id\":3,\"new\":{\"a\":[1]}}", &got), 0);
	ck_assert_int_eq(got.type, PAIR_SAYS_DROP);
	ck_assert_uint_eq(got.id, 3);
	ck_assert_int_eq(decode("{\"type\":\"later\",\"id\":3}", &got), -ENOTSUP);
}
END_TEST

START_TEST(malformed_ones_are_refused)
{
	static const char *const bad[] = {
	    "", "{", "[]", "3", "null", "{\"type\":3}", "{\"id\":3}", "{\"type\":\"drop\"}",
	    "{\"type\":\"drop\",\"id\":-1}",
	    "{\"type\":\"drop\",\"id\":\"3\"}", "{\"type\":\"drop\",\"id\":99999999999999999999}",
	    "{\"type\":\"prepared\",\"id\":3}", "{\"type\":\"prepared\",\"id\":3,\"digest\":\"12\"}",
	    "{\"type\":\"refused\",\"id\":3}", "{\"type\":\"refused\",\"id\":3,\"text\":[]}",
	    "{\"type\":\"hello\",\"version\":\"1\",\"name\":\"a\",\"applied_us\":1,\"run\":1}",
	    "{\"type\":\"hello\",\"version\":\"1\\n2\",\"digest\":\"" DIGEST
	    "\",\"name\":\"a\",\"applied_us\":1,\"run\":1}",
	    "{\"type\":\"hello\",\"version\":\"1\",\"digest\":\"" DIGEST "\",\"name\":7,\"applied_us\":1,\"run\":1}",
	};
	static const char year_10000[] = "{\"type\":\"hello\",\"version\":\"1\",\"digest\":\"" DIGEST
					 "\",\"name\":\"a\",\"applied_us\":253402300800000000,\"run\":1}";
	struct pair_message got;
	char *big = mem_calloc(PAIR_MESSAGE_MAX + 40, 1);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(decode(bad[i], &got) == -EBADMSG, "%s", bad[i]);
	ck_assert_int_eq(decode(year_10000, &got), -EBADMSG);
	memset(big, ' ', PAIR_MESSAGE_MAX + 30);
	memcpy(big, "{\"type\":\"drop\",\"id\":3}", 22);
	ck_assert_int_eq(pair_message_decode(big, PAIR_MESSAGE_MAX, &got), 0);
	ck_assert_int_eq(pair_message_decode(big, PAIR_MESSAGE_MAX + 1, &got), -EBADMSG);
	free(big);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pair message");
	TCase *tcase = tcase_create("pair message");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_test(tcase, a_hello_arrives_as_it_was);
	tcase_add_loop_test(tcase, all_others_arrive_as_they_were, PAIR_SAYS_PREPARE, PAIR_SAYS_N_TYPES);
	tcase_add_test(tcase, a_long_text_is_cut_and_a_wrong_one_mended);
	tcase_add_test(tcase, what_is_unknown_is_ignored);
	tcase_add_test(tcase, malformed_ones_are_refused);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
