/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What SMTP_CHECK says and hears, byte by byte. */
#include "healthcheck/dialogue.h"

#include <check.h>
#include <string.h>

static const struct conf_check check = {.helo_name = "probe.example"};

/* Lets the server say text, `step` bytes at a time, until the dialogue wants something else. */
static enum dialogue_act hear(struct dialogue *dialogue, const char *text, size_t step)
{
	enum dialogue_act act = DIALOGUE_LISTEN;

	for (size_t at = 0, len = strlen(text); at < len && act == DIALOGUE_LISTEN; at += step) {
		size_t n = len - at < step ? len - at : step;

		memcpy(dialogue->heard + dialogue->n_heard, text + at, n);
		dialogue->n_heard += n;
		act = dialogue_smtp.next(dialogue, &check);
	}
	return act;
}

static void said(const struct dialogue *dialogue, const char *text)
{
	ck_assert_uint_eq(dialogue->n_say, strlen(text));
	ck_assert_int_eq(memcmp(dialogue->say, text, strlen(text)), 0);
}

static void await(const struct dialogue *dialogue, const char *wanted)
{
	char text[DIALOGUE_AWAITED_MAX];

	dialogue_smtp.awaited(dialogue, &check, text);
	ck_assert_str_eq(text, wanted);
}

START_TEST(a_mail_server_is_greeted)
{
	for (size_t step = 1; step < 40; step++) {
		struct dialogue dialogue = {0};

		ck_assert_int_eq(dialogue_smtp.next(&dialogue, &check), DIALOGUE_LISTEN);
		await(&dialogue, "greeting");
		ck_assert_int_eq(hear(&dialogue, "220-first line\r\n220 mail.example ESMTP\r\n", step),
				 DIALOGUE_SAY);
		said(&dialogue, "HELO probe.example\r\n");
		await(&dialogue, "answer to HELO");
		ck_assert_int_eq(dialogue_smtp.next(&dialogue, &check), DIALOGUE_LISTEN);
		ck_assert_int_eq(hear(&dialogue, "250 mail.example\r\n", step), DIALOGUE_GOOD);
		said(&dialogue, "QUIT\r\n");
		ck_assert_str_eq(dialogue.reason, "SMTP 250");
	}
}
END_TEST

START_TEST(a_server_that_is_ahead_is_heard)
{
	struct dialogue dialogue = {0};

	ck_assert_int_eq(hear(&dialogue, "220 a\r\n250 b\r\n", 100), DIALOGUE_SAY);
	ck_assert_int_eq(dialogue_smtp.next(&dialogue, &check), DIALOGUE_GOOD);
}
END_TEST

static const struct {
	const char *text;
	const char *reason;
} refusals[] = {
    {"554 no service\r\n", "the greeting is '554 no service', wanted 220"},
    {"421\n", "the greeting is '421', wanted 220"},
    {"22\r\n", "the greeting is '22', wanted 220"},
    {"\r\n", "the greeting is '', wanted 220"},
    {"220-a\r\n550 b\r\n", "the greeting is '550 b', wanted 220"},
    {"SSH-2.0-OpenSSH_9.2\r\n", "the greeting is 'SSH-2.0-OpenSSH_9.2', wanted 220"},
};

START_TEST(another_code_is_a_failure)
{
	struct dialogue dialogue = {0};

	ck_assert_int_eq(hear(&dialogue, refusals[_i].text, 3), DIALOGUE_BAD);
	ck_assert_str_eq(dialogue.reason, refusals[_i].reason);
	ck_assert_uint_eq(dialogue.n_say, 0);
}
END_TEST

START_TEST(helo_may_be_refused)
{
	struct dialogue dialogue = {0};

	ck_assert_int_eq(hear(&dialogue, "220 a\r\n", 100), DIALOGUE_SAY);
	ck_assert_int_eq(hear(&dialogue, "501 your name\r\n", 100), DIALOGUE_BAD);
	ck_assert_str_eq(dialogue.reason, "the answer to HELO is '501 your name', wanted 250");
}
END_TEST

START_TEST(a_flood_is_bounded)
{
	struct dialogue dialogue = {0};
	enum dialogue_act act = DIALOGUE_LISTEN;
	size_t n = 0;

	for (; act == DIALOGUE_LISTEN; n++)
		act = hear(&dialogue, "220-\n", 1);
	ck_assert_uint_gt(n, DIALOGUE_REPLY_MAX / 6);
	ck_assert_int_eq(act, DIALOGUE_BAD);
	ck_assert_str_eq(dialogue.reason, "the greeting has more than 4096 bytes");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dialogue");
	TCase *tcase = tcase_create("dialogue");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, a_mail_server_is_greeted);
	tcase_add_test(tcase, a_server_that_is_ahead_is_heard);
	tcase_add_loop_test(tcase, another_code_is_a_failure, 0, sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_test(tcase, helo_may_be_refused);
	tcase_add_test(tcase, a_flood_is_bounded);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
