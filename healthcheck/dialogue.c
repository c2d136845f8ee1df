/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/dialogue.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define CODE_LEN 3

/* Step i of SMTP: the code that the server must say, and the command that answers it. */
static const struct {
	const char *what; /* the server says */
	const char *code;
	const char *verb;
	bool is_named; /* the name of this machine follows the verb */
} smtp_steps[] = {
    {"greeting", "220", "HELO ", true},
    {"answer to HELO", "250", "QUIT", false},
};

#define N_SMTP_STEPS (sizeof(smtp_steps) / sizeof(smtp_steps[0]))

/* The length of the first line with its end; 0 when it is not complete. */
static size_t line_len(const char *text, size_t n)
{
	const char *end = memchr(text, '\n', n);

	return end ? (size_t)(end - text) + 1 : 0;
}

/* Does another line of the same reply follow this one? */
static bool is_continued(const char *line, size_t len)
{
	for (size_t i = 0; i < CODE_LEN; i++)
		if (i >= len || !isdigit((unsigned char)line[i]))
			return false;
	return len > CODE_LEN && line[CODE_LEN] == '-';
}

/*
 * The length of the reply at the beginning: lines "250-..." and a last one "250 ..." or "250"
 * (RFC 5321, 4.2.1). 0 when it is not complete. ret_last: where its last line begins.
 */
static size_t reply_len(const char *text, size_t n, size_t *ret_last)
{
	size_t at = 0, len;

	while ((len = line_len(text + at, n - at)) > 0) {
		*ret_last = at;
		at += len;
		if (!is_continued(text + *ret_last, len))
			return at;
	}
	return 0;
}

static enum dialogue_act smtp_refuse(struct dialogue *dialogue, const char *line, size_t n)
{
	while (n > 0 && isspace((unsigned char)line[n - 1]))
		n--;
	snprintf(dialogue->reason, sizeof(dialogue->reason), "the %s is '%.*s', wanted %s",
		 smtp_steps[dialogue->step].what, (int)(n < 80 ? n : 80), line,
		 smtp_steps[dialogue->step].code);
	return DIALOGUE_BAD;
}

static enum dialogue_act smtp_next(struct dialogue *dialogue, const struct conf_check *check)
{
	size_t last = 0, len = reply_len(dialogue->heard, dialogue->n_heard, &last);
	unsigned step = dialogue->step;

	dialogue->n_say = 0;
	if (!len && dialogue->n_heard < sizeof(dialogue->heard))
		return DIALOGUE_LISTEN;
	if (!len) {
		snprintf(dialogue->reason, sizeof(dialogue->reason),
			 "the %s has more than %d bytes", smtp_steps[step].what, DIALOGUE_REPLY_MAX);
		return DIALOGUE_BAD;
	}
	if (len - last < CODE_LEN || strncmp(dialogue->heard + last, smtp_steps[step].code, CODE_LEN))
		return smtp_refuse(dialogue, dialogue->heard + last, len - last);
	dialogue->n_heard -= len;
	memmove(dialogue->heard, dialogue->heard + len, dialogue->n_heard);
	dialogue->n_say =
	    (size_t)snprintf(dialogue->say, sizeof(dialogue->say), "%s%s\r\n",
			     smtp_steps[step].verb,
			     smtp_steps[step].is_named ? check->helo_name : "");
	if (++dialogue->step < N_SMTP_STEPS)
		return DIALOGUE_SAY;
	snprintf(dialogue->reason, sizeof(dialogue->reason), "SMTP %s", smtp_steps[step].code);
	return DIALOGUE_GOOD;
}

static void smtp_awaited(const struct dialogue *dialogue, const struct conf_check *check,
			 char text[static DIALOGUE_AWAITED_MAX])
{
	(void)check;
	snprintf(text, DIALOGUE_AWAITED_MAX, "%s", smtp_steps[dialogue->step].what);
}

const struct dialogue_rules dialogue_smtp = {
    .next = smtp_next,
    .awaited = smtp_awaited,
};
