/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which replies of a DNS server answer the question. */
#include "healthcheck/talk/dns_reply.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define HEAD(flags, n_questions, n_answers) "\x12\x34" flags "\0" n_questions "\0" n_answers "\0\0\0\0"
#define NAME				    "\3web\3org\0"
#define ASKED				    NAME "\0\1\0\1"
#define ANSWER				    "\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1"
#define BYTES(text)			    text, sizeof(text) - 1
#define NO_QUESTION			    "it does not repeat the question"
#define NO_ANSWER			    "it lacks answers that it announces"

static const struct {
	const char *bytes;
	size_t len;
	const char *fault;
} rows[] = {
    {BYTES(HEAD("\x80\0", "\1", "\0") ASKED), NULL},
    {BYTES(HEAD("\x80\0", "\1", "\0") "\3wEB\3OrG\0\0\1\0\1"), NULL},
    {BYTES(HEAD("\x80\0", "\1", "\1") ASKED "\xc0\x0c" ANSWER), NULL},
    {BYTES(HEAD("\x80\0", "\1", "\1") ASKED NAME ANSWER), NULL},
    {BYTES(HEAD("\x80\0", "\1", "\2") ASKED "\1a\xc0\x10" ANSWER "\0" ANSWER "more"), NULL},
    {BYTES(HEAD("\x82\0", "\1", "\1") ASKED), NULL}, /* TC */
    {BYTES(HEAD("\x80\0", "\0", "\0")), NO_QUESTION},
    {BYTES(HEAD("\x80\0", "\0", "\0") ASKED), NO_QUESTION},
    {BYTES(HEAD("\x80\0", "\2", "\0") ASKED), NO_QUESTION},
    {BYTES(HEAD("\x80\0", "\1", "\0")), NO_QUESTION},
    {BYTES(HEAD("\x80\0", "\1", "\0") NAME "\0\1\0"), NO_QUESTION},
    {BYTES(HEAD("\x80\0", "\1", "\0") NAME "\0\2\0\1"), NO_QUESTION},
    {BYTES(HEAD("\x80\0", "\1", "\0") "\3wes\3org\0\0\1\0\1"), NO_QUESTION},
    {BYTES(HEAD("\x80\0", "\1", "\0") "\xc0\x0c\0\1\0\1       "), NO_QUESTION},
    {BYTES(HEAD("\x82\0", "\1", "\0") "\1a\0\0\1\0\1      "), NO_QUESTION},
    {BYTES(HEAD("\x80\0", "\1", "\1") ASKED), NO_ANSWER},
    {BYTES(HEAD("\x80\0", "\1", "\xff") ASKED "\xc0\x0c" ANSWER), NO_ANSWER},
    {BYTES(HEAD("\x80\0", "\1", "\1") ASKED "\xc0\x19" ANSWER), NO_ANSWER}, /* leads to itself */
    {BYTES(HEAD("\x80\0", "\1", "\1") ASKED "\xc0\x20" ANSWER), NO_ANSWER}, /* leads on */
    {BYTES(HEAD("\x80\0", "\1", "\1") ASKED "\x80\x0c" ANSWER), NO_ANSWER},
    {BYTES(HEAD("\x80\0", "\1", "\1") ASKED "\xc0"), NO_ANSWER},
    {BYTES(HEAD("\x80\0", "\1", "\1") ASKED "\x3fshort"), NO_ANSWER},
    {BYTES(HEAD("\x80\0", "\1", "\1") ASKED "\0\0\1\0\1\0\0\0\x3c\0"), NO_ANSWER},
    {BYTES(HEAD("\x80\0", "\1", "\1") ASKED "\0\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2"), NO_ANSWER},
};

START_TEST(a_reply_must_answer_the_question)
{
	static const char asked[] = HEAD("\1\0", "\1", "\0") ASKED;
	/* Of its very size, so that a sanitizer sees a read behind its end. */
	uint8_t *reply = malloc(rows[_i].len);

	memcpy(reply, rows[_i].bytes, rows[_i].len);
	ck_assert_pstr_eq(dns_reply_fault((const uint8_t *)asked, sizeof(asked) - 1, reply, rows[_i].len),
			  rows[_i].fault);
	free(reply);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dns reply");
	TCase *tcase = tcase_create("dns reply");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, a_reply_must_answer_the_question, 0, sizeof(rows) / sizeof(rows[0]));
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
