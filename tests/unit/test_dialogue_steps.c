/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dialogues of the file: what each step says and accepts, however the server's words are cut. */
#include "base/regex/regex.h"
#include "conf/text/escaped.h"
#include "healthcheck/dialogue.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 6

struct story {
	struct conf_step steps[STEPS_MAX];
	const char *server; /* all that it says */
	size_t n_server;    /* 0: strlen(server) */
	enum dialogue_act end;
	const char *said;   /* by the probe */
	const char *reason; /* or what is awaited */
};

#define SEND(text)   {CONF_STEP_SEND, text, {0}}
#define HEX(text)    {CONF_STEP_SEND_HEX, text, {0}}
#define LINE(text)   {CONF_STEP_EXPECT, text, {0}}
#define BYTES(text)  {CONF_STEP_EXPECT_HEX, text, {0}}
#define REGEX(text)  {CONF_STEP_EXPECT_REGEX, text, {0}}
#define COUNT(text)  {CONF_STEP_EXPECT_BYTES, text, {0}}
#define TLS(text)    {CONF_STEP_START_TLS, text, {0}}

static const struct story stories[] = {
    {{SEND("PING\\r\\n"), LINE("+PONG")}, "+PONG\r\n", 0, DIALOGUE_GOOD, "PING\r\n", "2 steps done"},
    {{SEND("PING\\r\\n"), LINE("+PONG")}, "-NOAUTH Authentication required.\r\n", 0, DIALOGUE_BAD, "PING\r\n",
     "step 2: the server said '-"},
    {{SEND("PING\\r\\n"), LINE("+PONG")}, "+PO", 0, DIALOGUE_LISTEN, "PING\r\n", "'+PONG'"},
    /* The rest of a line is of no matter, also when the probe speaks before it has come. */
    {{LINE("+OK"), SEND("QUIT\\r\\n"), LINE("+OK")}, "+OK ready\r\n+OK bye\r\n", 0, DIALOGUE_GOOD, "QUIT\r\n",
     "3 steps done"},
    {{LINE("* OK"), SEND("a OK\\r\\n"), LINE("a OK")}, "* OK hi\r\na NO\r\n", 0, DIALOGUE_BAD, "a OK\r\n",
     "step 3: the server said 'a N"},
    /* A whole line, with its end. */
    {{LINE("A\\n"), LINE("B\\n")}, "A\nB\n", 0, DIALOGUE_GOOD, "", "2 steps done"},
    {{LINE("A\\n"), LINE("B\\n")}, "A \nB\n", 0, DIALOGUE_BAD, "", "step 1: "},
    /* Other steps see what expect has left of its line. When they have taken its end, the next expect begins
     * with the line after it; else it skips what they have left. */
    {{LINE("220"), REGEX("^ .*ESMTP.*\\n"), SEND("QUIT\\r\\n"), LINE("221")}, "220 mx ESMTP\r\n221 bye\r\n", 0,
     DIALOGUE_GOOD, "QUIT\r\n", "4 steps done"},
    {{LINE("220"), REGEX("ESMTP"), LINE("221")}, "220 mx ESMTP Postfix\r\n221 bye\r\n", 0, DIALOGUE_GOOD, "",
     "3 steps done"},
    {{LINE("220"), REGEX("mx\\r\\n22"), LINE("1")}, "220 mx\r\n221 bye\r\n", 0, DIALOGUE_GOOD, "", "3 steps done"},
    {{LINE("AB"), BYTES("0a43"), LINE("D")}, "AB\nCD\n", 0, DIALOGUE_GOOD, "", "3 steps done"},
    {{LINE("AB"), COUNT("2"), LINE("E")}, "ABC\nE\n", 0, DIALOGUE_GOOD, "", "3 steps done"},
    {{LINE("AB"), COUNT("1"), LINE("E")}, "ABCD\nE\n", 0, DIALOGUE_GOOD, "", "3 steps done"},
    {{LINE("AB"), COUNT("2"), TLS("")}, "ABC\n", 0, DIALOGUE_TLS, "", NULL},
    {{LINE("A"), LINE("B")}, "AB\nC\n", 0, DIALOGUE_BAD, "", "step 2: the server said 'C"},
    /* Bytes; zero is one like any other. */
    {{HEX("0001fF"), BYTES("00XX0a"), COUNT("2"), BYTES("7e")}, "\0z\n..~", 6, DIALOGUE_GOOD, "\0\1\xff",
     "4 steps done"},
    {{BYTES("XXXXXX000a")}, "\x4e\0\0\0\xff", 5, DIALOGUE_BAD, "",
     "step 1: the server said "},
    {{BYTES("XXXXXX000a")}, "\x4e\0\0", 3, DIALOGUE_LISTEN, "", "bytes XXXXXX000a"},
    {{COUNT("5")}, "1234", 0, DIALOGUE_LISTEN, "", "reply of 5 bytes"},
    {{COUNT("5")}, "12345", 0, DIALOGUE_GOOD, "", "1 step done"},
    /* An expression may match anywhere; the next step goes on behind the match. */
    {{REGEX("(?m)^250 .*\\n"), SEND("STARTTLS\\r\\n"), LINE("220")}, "250-a\r\n250-b\r\n250 c\r\n220 go\r\n", 0,
     DIALOGUE_GOOD, "STARTTLS\r\n", "3 steps done"},
    /* It may end behind a line that an expect before it has accepted; that line is over then. */
    {{LINE("220"), SEND("EHLO\\r\\n"), REGEX("(?m)^250 .*\\n"), SEND("STARTTLS\\r\\n"), LINE("220")},
     "220 a ESMTP\r\n250-a\r\n250 c\r\n220 go\r\n", 0, DIALOGUE_GOOD, "EHLO\r\nSTARTTLS\r\n", "5 steps done"},
    {{LINE("220"), REGEX("ESMTP"), LINE("250")}, "220 a ESMTP b\r\n250 c\r\n", 0, DIALOGUE_GOOD, "", "3 steps done"},
    {{LINE("220"), COUNT("6"), LINE("x")}, "220 a\r\n12x", 0, DIALOGUE_GOOD, "", "3 steps done"},
    {{REGEX("^[SN]")}, "E", 0, DIALOGUE_LISTEN, "", "match of /^[SN]/"},
    {{REGEX("\\x00.\\xff"), LINE("x")}, "..\0.\xff" "x", 6, DIALOGUE_GOOD, "", "2 steps done"},
    /* The handshake comes behind the whole line. */
    {{BYTES("53"), TLS("db.example"), LINE("x")}, "S", 0, DIALOGUE_TLS, "", NULL},
    {{LINE("220"), TLS("")}, "220 go\r\n", 0, DIALOGUE_TLS, "", NULL},
};

static unsigned n_steps(const struct story *story)
{
	unsigned n = 0;

	while (n < STEPS_MAX && story->steps[n].text)
		n++;
	return n;
}

/* Tells a story, `size` bytes of the server at a time. */
static void tell(const struct story *story, size_t size)
{
	struct conf_check check = {.steps = (struct conf_step *)(uintptr_t)story->steps,
				   .n_steps = n_steps(story)};
	size_t n = story->n_server ? story->n_server : strlen(story->server), at = 0, n_said = 0;
	char text[DIALOGUE_AWAITED_MAX], said[512];
	struct dialogue dialogue = {0};
	enum dialogue_act act;

	while ((act = dialogue_steps.next(&dialogue, &check)) == DIALOGUE_SAY ||
	       (act == DIALOGUE_LISTEN && at < n)) {
		size_t more = n - at < size ? n - at : size;

		if (act == DIALOGUE_SAY) {
			memcpy(said + n_said, dialogue.say, dialogue.n_say);
			n_said += dialogue.n_say;
			continue;
		}
		memcpy(dialogue.heard + dialogue.n_heard, story->server + at, more);
		dialogue.n_heard += more;
		dialogue.n_pieces++;
		at += more;
	}
	ck_assert_msg(act == story->end, "%d: %s", act, dialogue.reason);
	/* A handshake begins when all that belongs to the words before has been heard. */
	ck_assert(act != DIALOGUE_TLS || at == n);
	if (act == DIALOGUE_LISTEN)
		dialogue_steps.awaited(&dialogue, &check, text);
	if (story->reason)
		ck_assert_ptr_nonnull(strstr(act == DIALOGUE_LISTEN ? text : dialogue.reason, story->reason));
	ck_assert_int_eq(memcmp(said, story->said, n_said), 0);
	ck_assert_uint_ge(n_said, strlen(story->said));
}

START_TEST(a_story_ends_alike_however_it_is_cut)
{
	for (size_t size = 1; size < 50; size++)
		tell(&stories[_i], size);
}
END_TEST

START_TEST(reasons_show_what_came_and_what_was_wanted)
{
	struct conf_step steps[] = {BYTES("XXXX0a")};
	struct conf_check check = {.steps = steps, .n_steps = 1};
	struct dialogue dialogue = {.heard = "\x4e\x01\xff", .n_heard = 3};

	ck_assert_int_eq(dialogue_steps.next(&dialogue, &check), DIALOGUE_BAD);
	ck_assert_str_eq(dialogue.reason, "step 1: the server said 4e01ff, wanted bytes XXXX0a");
	/* What a server says before the handshake, unasked, is not protected by it. */
	steps[0] = (struct conf_step)TLS("");
	dialogue = (struct dialogue){.heard = "250 injected\r\n", .n_heard = 14};
	ck_assert_int_eq(dialogue_steps.next(&dialogue, &check), DIALOGUE_BAD);
	ck_assert_str_eq(dialogue.reason, "step 1: the server said '250 injected', wanted TLS handshake");
	steps[0] = (struct conf_step)LINE("+PONG");
	dialogue = (struct dialogue){.heard = "-ERR\x01 no\r\nmore", .n_heard = 14};
	ck_assert_int_eq(dialogue_steps.next(&dialogue, &check), DIALOGUE_BAD);
	ck_assert_str_eq(dialogue.reason, "step 1: the server said '-ERR? no', wanted '+PONG'");
}
END_TEST

/* A flood, a trickle, and an expression that would take for ever. */
START_TEST(each_is_bounded)
{
	struct conf_step steps[] = {REGEX("never")};
	struct conf_check check = {.steps = steps, .n_steps = 1};
	struct dialogue dialogue = {.n_heard = DIALOGUE_REPLY_MAX};

	memset(dialogue.heard, 'a', sizeof(dialogue.heard));
	ck_assert_int_eq(dialogue_steps.next(&dialogue, &check), DIALOGUE_BAD);
	ck_assert_str_eq(dialogue.reason, "step 1: 4096 bytes from the server, "
					  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..., have no match of /never/");
	dialogue = (struct dialogue){.n_heard = 10, .n_pieces = DIALOGUE_PIECES_MAX};
	ck_assert_int_eq(dialogue_steps.next(&dialogue, &check), DIALOGUE_BAD);
	ck_assert_str_eq(dialogue.reason, "step 1: the server has sent 256 pieces without match of /never/");
	steps[0].text = "(a+)+b|c";
	dialogue = (struct dialogue){.n_heard = 4000};
	memset(dialogue.heard, 'a', 4000);
	memcpy(dialogue.heard + 3990, "!b", 2); /* else it knows that there is no b */
	ck_assert_int_eq(dialogue_steps.next(&dialogue, &check), DIALOGUE_BAD);
	ck_assert_ptr_nonnull(strstr(dialogue.reason, "takes too long"));
	/* Many searches that are short each: all of them together have the bound of one. */
	steps[0] = (struct conf_step)REGEX("x+y");
	dialogue = (struct dialogue){.heard = "xxxxz y", .n_heard = 7};
	ck_assert_int_eq(dialogue_steps.next(&dialogue, &check), DIALOGUE_LISTEN);
	ck_assert_uint_gt(dialogue.work, 0);
	dialogue.work = REGEX_WORK_MAX;
	ck_assert_int_eq(dialogue_steps.next(&dialogue, &check), DIALOGUE_BAD);
	ck_assert_ptr_nonnull(strstr(dialogue.reason, "takes too long"));
	/* A line that does not matter and does not end. */
	steps[0] = (struct conf_step)LINE("x");
	dialogue = (struct dialogue){.is_skipping = true, .n_heard = DIALOGUE_REPLY_MAX};
	ck_assert_int_eq(dialogue_steps.next(&dialogue, &check), DIALOGUE_LISTEN);
	ck_assert_uint_eq(dialogue.n_heard, 0);
}
END_TEST

START_TEST(escapes_stand_for_bytes)
{
	char bytes[64];
	struct err err;
	size_t n;

	ck_assert_int_eq(escaped_read("a\\r\\n\\t\\\\\\x00\\xFf", bytes, &n, &err), 0);
	ck_assert_uint_eq(n, 7);
	ck_assert_int_eq(memcmp(bytes, "a\r\n\t\\\0\xff", 7), 0);
	for (const char *const *bad = (const char *const[]){"\\", "\\q", "\\x", "\\x1", "\\x1g", "\\X00", NULL};
	     *bad; bad++)
		ck_assert_int_lt(escaped_read(*bad, bytes, &n, &err), 0);
	escaped_read("ab\\q", NULL, &n, &err);
	ck_assert_str_eq(err.text, "'ab\\q' has an unknown escape at character 3; there are \\r, \\n, \\t, \\\\ "
				   "and \\xHH");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dialogue_steps");
	TCase *tcase = tcase_create("dialogue_steps");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, a_story_ends_alike_however_it_is_cut, 0, sizeof(stories) / sizeof(stories[0]));
	tcase_add_test(tcase, reasons_show_what_came_and_what_was_wanted);
	tcase_add_test(tcase, each_is_bounded);
	tcase_add_test(tcase, escapes_stand_for_bytes);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
