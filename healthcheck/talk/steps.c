/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dialogue that the file gives a check step by step. */
#include "base/plural.h"
#include "base/regex/regex.h"
#include "conf/text/escaped.h"
#include "healthcheck/dialogue.h"

#include <stdio.h>
#include <string.h>

/* How much of what the server said a reason shows. */
#define SHOWN_MAX 40

/* What a step finds in what the server has said so far. */
enum finding {
	FOUND,    /* the step is done */
	MISSING,  /* more may come that fits */
	WRONG,    /* whatever comes, it does not fit */
	TOO_MUCH, /* it cannot be searched */
};

static int nibble(char digit)
{
	if (digit == 'x' || digit == 'X')
		return -1;
	return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

/* Removes the first n bytes of what was heard. */
static void forget(struct dialogue *dialogue, size_t n)
{
	dialogue->n_heard -= n;
	memmove(dialogue->heard, dialogue->heard + n, dialogue->n_heard);
}

/* Takes n bytes that a step has found. When the end of a line is among them, no rest of a line is left that
 * expect would skip. */
static void found_take(struct dialogue *dialogue, size_t n)
{
	dialogue->is_skipping = dialogue->is_skipping && !memchr(dialogue->heard, '\n', n);
	forget(dialogue, n);
}

/* Removes the rest of the line that a step expect has accepted. False: its end is still to come. */
static bool skip_line(struct dialogue *dialogue)
{
	const char *end = memchr(dialogue->heard, '\n', dialogue->n_heard);

	if (dialogue->is_skipping)
		forget(dialogue, end ? (size_t)(end - dialogue->heard) + 1 : dialogue->n_heard);
	dialogue->is_skipping = dialogue->is_skipping && !end;
	return !dialogue->is_skipping;
}

static enum finding line_find(struct dialogue *dialogue, const struct conf_step *step)
{
	char wanted[CONF_STEP_TEXT_MAX];
	size_t n, both;

	if (!skip_line(dialogue))
		return MISSING;
	if (escaped_read(step->text, wanted, &n, NULL) < 0)
		return WRONG;
	both = n < dialogue->n_heard ? n : dialogue->n_heard;
	if (memcmp(wanted, dialogue->heard, both))
		return WRONG;
	if (both < n)
		return MISSING;
	forget(dialogue, n);
	dialogue->is_skipping = n > 0 && wanted[n - 1] != '\n';
	return FOUND;
}

static enum finding bytes_find(struct dialogue *dialogue, const struct conf_step *step)
{
	size_t n = strlen(step->text) / 2;

	for (size_t i = 0; i < n; i++) {
		int high = nibble(step->text[2 * i]), low = nibble(step->text[2 * i + 1]), byte;

		if (i == dialogue->n_heard)
			return MISSING;
		byte = (unsigned char)dialogue->heard[i];
		if ((high >= 0 && high != byte >> 4) || (low >= 0 && low != (byte & 15)))
			return WRONG;
	}
	found_take(dialogue, n);
	return FOUND;
}

static enum finding regex_find(struct dialogue *dialogue, const struct conf_step *step)
{
	struct regex *regex;
	size_t end;
	int r;

	if (regex_new(step->text, strlen(step->text), 0, &regex, NULL) < 0)
		return WRONG;
	r = regex_search(regex, dialogue->heard, dialogue->n_heard, NULL);
	end = r == 1 ? regex_match_end(regex) : 0;
	dialogue->work += regex_work(regex);
	regex_free(regex);
	/* Each piece that is heard is a search, and all of them together have the bound of one. */
	if (r < 0 || dialogue->work > REGEX_WORK_MAX)
		return TOO_MUCH;
	if (r == 0)
		return dialogue->n_heard < sizeof(dialogue->heard) ? MISSING : WRONG;
	found_take(dialogue, end);
	return FOUND;
}

static enum finding count_find(struct dialogue *dialogue, const struct conf_step *step)
{
	size_t n = conf_step_bytes(step);

	if (dialogue->n_heard < n)
		return MISSING;
	found_take(dialogue, n);
	return FOUND;
}

static enum finding step_find(struct dialogue *dialogue, const struct conf_step *step)
{
	switch (step->verb) {
	case CONF_STEP_EXPECT:
		return line_find(dialogue, step);
	case CONF_STEP_EXPECT_HEX:
		return bytes_find(dialogue, step);
	case CONF_STEP_EXPECT_REGEX:
		return regex_find(dialogue, step);
	default:
		return count_find(dialogue, step);
	}
}

/* What the step wants, in words. */
static void wanted_write(const struct conf_step *step, char text[static DIALOGUE_AWAITED_MAX])
{
	int n = (int)strlen(step->text) < SHOWN_MAX ? (int)strlen(step->text) : SHOWN_MAX;

	switch (step->verb) {
	case CONF_STEP_EXPECT_HEX:
		snprintf(text, DIALOGUE_AWAITED_MAX, "bytes %.*s", n, step->text);
		break;
	case CONF_STEP_EXPECT_REGEX:
		snprintf(text, DIALOGUE_AWAITED_MAX, "match of /%.*s/", n, step->text);
		break;
	case CONF_STEP_EXPECT_BYTES:
		snprintf(text, DIALOGUE_AWAITED_MAX, "reply of %s byte%s", step->text,
			 plural(conf_step_bytes(step)));
		break;
	case CONF_STEP_START_TLS:
		snprintf(text, DIALOGUE_AWAITED_MAX, "TLS handshake");
		break;
	default:
		snprintf(text, DIALOGUE_AWAITED_MAX, "'%.*s'", n, step->text);
	}
}

/* Writes what the server said instead: up to the end of the line, bytes that are no text in hex. */
static void heard_write(const struct dialogue *dialogue, bool is_hex, char *text, size_t size)
{
	size_t len = 0, max = is_hex ? 16 : SHOWN_MAX;

	for (size_t i = 0; i < dialogue->n_heard && i < max && len + 3 < size; i++) {
		unsigned char byte = (unsigned char)dialogue->heard[i];

		if (!is_hex && (byte == '\r' || byte == '\n'))
			break;
		len += (size_t)snprintf(text + len, size - len, is_hex ? "%02x" : "%c",
					is_hex || (byte >= ' ' && byte < 0x7f) ? byte : '?');
	}
	text[len] = '\0';
}

static enum dialogue_act step_refuse(struct dialogue *dialogue, const struct conf_step *step,
				enum finding found)
{
	char wanted[DIALOGUE_AWAITED_MAX], heard[SHOWN_MAX + 4];

	wanted_write(step, wanted);
	heard_write(dialogue, step->verb == CONF_STEP_EXPECT_HEX, heard, sizeof(heard));
	if (found == TOO_MUCH)
		snprintf(dialogue->reason, sizeof(dialogue->reason),
			 "step %u: the search for a %s takes too long; use a simpler expression",
			 dialogue->step + 1, wanted);
	else if (step->verb == CONF_STEP_EXPECT_REGEX)
		snprintf(dialogue->reason, sizeof(dialogue->reason),
			 "step %u: %zu bytes from the server, %s..., have no %s",
			 dialogue->step + 1, dialogue->n_heard, heard, wanted);
	else
		snprintf(dialogue->reason, sizeof(dialogue->reason),
			 "step %u: the server said %s%s%s, wanted %s", dialogue->step + 1,
			 step->verb == CONF_STEP_EXPECT_HEX ? "" : "'", heard,
			 step->verb == CONF_STEP_EXPECT_HEX ? "" : "'", wanted);
	return DIALOGUE_BAD;
}

static enum dialogue_act listen_on(struct dialogue *dialogue, const struct conf_step *step)
{
	char wanted[DIALOGUE_AWAITED_MAX];

	if (dialogue->n_heard < sizeof(dialogue->heard) && dialogue->n_pieces < DIALOGUE_PIECES_MAX)
		return DIALOGUE_LISTEN;
	wanted_write(step, wanted);
	snprintf(dialogue->reason, sizeof(dialogue->reason),
		 "step %u: the server has sent %u pieces without %s", dialogue->step + 1,
		 dialogue->n_pieces, wanted);
	return DIALOGUE_BAD;
}

/* Puts what a step sends into say. */
static enum dialogue_act step_say(struct dialogue *dialogue, const struct conf_step *step)
{
	if (step->verb == CONF_STEP_SEND_HEX) {
		dialogue->n_say = strlen(step->text) / 2;
		for (size_t i = 0; i < dialogue->n_say; i++)
			dialogue->say[i] =
			    (char)(nibble(step->text[2 * i]) << 4 | nibble(step->text[2 * i + 1]));
		return DIALOGUE_SAY;
	}
	if (escaped_read(step->text, dialogue->say, &dialogue->n_say, NULL) < 0) {
		snprintf(dialogue->reason, sizeof(dialogue->reason),
			 "step %u: its text has an unknown escape", dialogue->step + 1);
		return DIALOGUE_BAD;
	}
	return DIALOGUE_SAY;
}

/* What came before the handshake, and nobody asked for, was not protected by it. */
static enum dialogue_act tls_start(struct dialogue *dialogue, const struct conf_step *step)
{
	if (!skip_line(dialogue))
		return listen_on(dialogue, step);
	if (!dialogue->n_heard)
		return DIALOGUE_TLS;
	return step_refuse(dialogue, step, WRONG);
}

/* Does a step. *ret_is_done: the server has said what the step expects. */
static enum dialogue_act step_do(struct dialogue *dialogue, const struct conf_step *step,
				 bool *ret_is_done)
{
	enum finding found;

	*ret_is_done = false;
	switch (step->verb) {
	case CONF_STEP_SEND:
	case CONF_STEP_SEND_HEX:
		return step_say(dialogue, step);
	case CONF_STEP_START_TLS:
		return tls_start(dialogue, step);
	default:
		break;
	}
	found = step_find(dialogue, step);
	*ret_is_done = found == FOUND;
	if (found == FOUND)
		return DIALOGUE_LISTEN;
	return found == MISSING ? listen_on(dialogue, step) : step_refuse(dialogue, step, found);
}

static enum dialogue_act steps_next(struct dialogue *dialogue, const struct conf_check *check)
{
	dialogue->n_say = 0;
	while (dialogue->step < check->n_steps) {
		bool is_done;
		enum dialogue_act act = step_do(dialogue, &check->steps[dialogue->step], &is_done);

		if (!is_done && act != DIALOGUE_SAY && act != DIALOGUE_TLS)
			return act;
		dialogue->step++;
		if (!is_done)
			return act;
	}
	snprintf(dialogue->reason, sizeof(dialogue->reason), "%zu step%s done", check->n_steps,
		 plural(check->n_steps));
	return DIALOGUE_GOOD;
}

static void steps_awaited(const struct dialogue *dialogue, const struct conf_check *check,
			  char text[static DIALOGUE_AWAITED_MAX])
{
	wanted_write(&check->steps[dialogue->step], text);
}

const struct dialogue_rules dialogue_steps = {
    .next = steps_next,
    .awaited = steps_awaited,
};
