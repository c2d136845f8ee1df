/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SMTP_CHECK by a real check process; what is said and heard byte by byte is in test_dialogue.c. */
#include "healthcheck/probe.h"
#include "tests/unit/test_probe_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Longer than LATE_US, the timeout of the probe. */
#define STARVED_US 300000
#define LATE_US	   100000

static struct conf_check smtp_check(struct endpoint target)
{
	return (struct conf_check){.type = CONF_CHECK_SMTP,
				   .ordinal = 1,
				   .target = target,
				   .payload = "",
				   .reply = "",
				   .dns_name = "",
				   .helo_name = "probe.example",
				   .connect_timeout_us = PROBE_PATIENCE_US};
}

static void expect(struct rig *rig, const struct conf_check *check, enum probe_outcome outcome,
		   bool is_answered, const char *reason)
{
	struct probe_result result = rig_probe(rig, check);

	ck_assert_str_eq(result.reason, reason);
	ck_assert_int_eq(result.outcome, outcome);
	ck_assert_int_eq(result.is_answered, is_answered);
}

/* Reads until a line ends, and whether it is the one wanted. */
static bool hears(int fd, const char *want)
{
	char line[256];
	size_t n = 0;

	while (n < sizeof(line) && read(fd, line + n, 1) == 1)
		if (line[n++] == '\n')
			break;
	return n == strlen(want) && !memcmp(line, want, n);
}

/* A mail server; it refuses whoever says something else than it should. */
static void serve_mail(int fd, const char *request, void *arg)
{
	(void)request, (void)arg;
	serve_text(fd, "220-mail.example\r\n220 ESMTP\r\n");
	if (!hears(fd, "HELO probe.example\r\n"))
		serve_text(fd, "500 what\r\n");
	else if (serve_text(fd, "250 mail.example\r\n") && !hears(fd, "QUIT\r\n"))
		abort();
}

static void serve_once(int fd, const char *request, void *arg)
{
	(void)request;
	serve_text(fd, arg);
}

/* The argument again and again until the peer gives up. */
static void serve_flood(int fd, const char *request, void *arg)
{
	(void)request;
	while (serve_text(fd, arg))
		;
}

static void serve_nothing(int fd, const char *request, void *arg)
{
	char byte;

	(void)request, (void)arg;
	while (read(fd, &byte, 1) > 0)
		;
}

START_TEST(a_mail_server_is_up)
{
	struct rig *rig = rig_new(0);
	struct conf_check check = smtp_check(server_new_raw(serve_mail, NULL));

	expect(rig, &check, PROBE_OK, true, "SMTP 250");
	check.helo_name = "somebody.else";
	expect(rig, &check, PROBE_FAIL, true, "the answer to HELO is '500 what', wanted 250");
	rig_free(rig);
}
END_TEST

START_TEST(another_server_is_down)
{
	struct rig *rig = rig_new(0);
	struct conf_check check = smtp_check(server_new_raw(serve_once, "554 no\r\n"));

	expect(rig, &check, PROBE_FAIL, true, "the greeting is '554 no', wanted 220");
	check.target = server_new_raw(serve_once, "220-half");
	expect(rig, &check, PROBE_FAIL, true,
	       "the server closed the connection before its greeting was complete");
	check.target = server_new_raw(serve_flood, "220-more\r\n");
	expect(rig, &check, PROBE_FAIL, true, "the greeting has more than 4096 bytes");
	check.target = server_refusing();
	expect(rig, &check, PROBE_FAIL, true, "connection refused");
	check.connect_timeout_us = LATE_US;
	check.target = server_new_raw(serve_nothing, NULL);
	expect(rig, &check, PROBE_FAIL, false, "no greeting within 0.100 s");
	check.target = server_black_hole();
	expect(rig, &check, PROBE_FAIL, false, "no connection within 0.100 s");
	rig_free(rig);
}
END_TEST

static const struct rig *starved;

static void greet(void *arg)
{
	serve_text(*(int *)arg, "554 no\r\n");
}

static void serve_starving(int fd, const char *request, void *arg)
{
	(void)request, (void)arg;
	rig_starve(starved, greet, &fd, STARVED_US);
}

/* The greeting came in time, and the process was not there to read it. */
START_TEST(a_greeting_that_waits_is_read_after_the_timeout)
{
	struct rig *rig = rig_new(0);
	struct conf_check check = smtp_check(server_new_raw(serve_starving, NULL));

	starved = rig;
	check.connect_timeout_us = LATE_US;
	expect(rig, &check, PROBE_FAIL, true, "the greeting is '554 no', wanted 220");
	rig_free(rig);
}
END_TEST

/* Greets while the process does not run, and is a mail server afterwards. */
static void greet_well(void *arg)
{
	serve_text(*(int *)arg, "220 ESMTP\r\n");
}

static void serve_mail_starved(int fd, const char *request, void *arg)
{
	(void)request, (void)arg;
	rig_starve(starved, greet_well, &fd, 1500000);
	if (hears(fd, "HELO probe.example\r\n"))
		serve_text(fd, "250 mail.example\r\n");
}

/* The process comes back after the timeout, and the server still gets the time to answer. */
START_TEST(a_dialogue_goes_on_after_the_process_was_away)
{
	struct rig *rig = rig_new(0);
	struct conf_check check = smtp_check(server_new_raw(serve_mail_starved, NULL));

	starved = rig;
	check.connect_timeout_us = 1000000;
	expect(rig, &check, PROBE_OK, true, "SMTP 250");
	rig_free(rig);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("probe dialogue");
	TCase *tcase = tcase_create("probe dialogue");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_mail_server_is_up);
	tcase_add_test(tcase, another_server_is_down);
	tcase_add_test(tcase, a_greeting_that_waits_is_read_after_the_timeout);
	tcase_add_test(tcase, a_dialogue_goes_on_after_the_process_was_away);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
