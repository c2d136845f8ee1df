/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/kinds/steps.h"
#include "base/regex/regex.h"
#include "conf/kinds/rules.h"
#include "conf/text/escaped.h"

#include <string.h>

#define HEX_DIGITS     "0123456789abcdefABCDEF"
#define PATTERN_DIGITS HEX_DIGITS "Xx"

/* The most bytes of all texts of a dialogue: a check is sent to the check process in one frame. */
#define STEPS_SIZE_MAX 16000

static const struct schema_choice verbs[] = {{"send", CONF_STEP_SEND},
					     {"send_hex", CONF_STEP_SEND_HEX},
					     {"expect", CONF_STEP_EXPECT},
					     {"expect_hex", CONF_STEP_EXPECT_HEX},
					     {"expect_regex", CONF_STEP_EXPECT_REGEX},
					     {"expect_bytes", CONF_STEP_EXPECT_BYTES},
					     {"start_tls", CONF_STEP_START_TLS},
					     {0}};

const struct schema_table *const steps_tables[] = {&schema_steps, NULL};

static const struct schema_keyword rows[] = {
    {
	.id = KW_STEP,
	.name = "STEP",
	.in = {SCHEMA_DIALOGUE},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = verbs,
	.options = SCHEMA_STEP_LINE,
	.is_repeatable = true,
	.is_item = true,
	.is_own = true,
	.fields = {STEP_FIELD(verb, .is_crossing = true)},
	.help = "send sends a text, and send_hex bytes in hex. expect: the next line of the server "
		"begins with this text; the rest of the line does not matter to the next expect, but "
		"expect_regex, expect_hex and expect_bytes see it. expect_hex: the next "
		"bytes are these in hex; XX stands for any byte. expect_regex: what the server says "
		"matches this expression of PCRE2; what comes after the match is for the next step. "
		"expect_bytes: this many bytes come. start_tls: the probe speaks TLS from here on, and "
		"names this server (SNI) if one is given.",
	.example = "expect \"+PONG\"",
    },
    {
	.id = KW_STEP_TEXT,
	.name = "TEXT",
	.in = {SCHEMA_STEP_LINE},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "TEXT",
	.max = CONF_STEP_TEXT_MAX,
	.is_item = true,
	.may_omit_name = true,
	.is_own = true,
	.is_sent = true,
	.fields = {STEP_FIELD(text, .is_crossing = true)},
	.help = "What is sent or expected. In send and expect, escapes as in C stand for the bytes CR, "
		"LF, tab and backslash, and x with two hex digits for any byte; an expression has "
		"PCRE2's own escapes. doc/guide/dialogues.md shows both.",
    },
};

const struct schema_table schema_steps = {rows, sizeof(rows) / sizeof(rows[0])};

void steps_settle(struct draft *draft, const struct node *node,
		  const struct build_heritage *heritage, struct conf_check *check)
{
	const struct node *dialogue = resolve_child(node, KW_DIALOGUE);
	size_t n = 0;

	(void)draft;
	(void)heritage;
	for (const struct node *child = dialogue ? dialogue->children : NULL; child;
	     child = child->next)
		if (resolve_id(child) && n < check->n_steps)
			check->steps[n++].place = *parse_place(child);
}

static const char *verb_name(const struct conf_step *step)
{
	size_t i = 0;

	while (verbs[i].number != step->verb)
		i++;
	return verbs[i].name;
}

/* Can TLS name this host? The check process refuses other names. */
static bool is_sni(const char *text)
{
	struct addr addr;

	return addr_parse(text, &addr) < 0 &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789-._")] == '\0';
}

static int hex_check(const struct conf_step *step, const char *digits, struct err *err)
{
	size_t len = strlen(step->text);

	if (len % 2 || strspn(step->text, digits) != len)
		return err_set(err, -1, "'%s' is not pairs of hex digits%s", step->text,
			       step->verb == CONF_STEP_EXPECT_HEX ? " or X" : "");
	return 0;
}

static int count_check(const struct conf_step *step, struct err *err)
{
	size_t len = strlen(step->text);

	if (len > 4 || strspn(step->text, "0123456789") != len || !conf_step_bytes(step) ||
	    conf_step_bytes(step) > CONF_DIALOGUE_REPLY_MAX)
		return err_set(err, -1, "'%s' is not a number of 1 to %d bytes", step->text,
			       CONF_DIALOGUE_REPLY_MAX);
	return 0;
}

static int regex_check(const struct conf_step *step, struct err *err)
{
	struct regex *regex;
	int r = regex_new(step->text, strlen(step->text), 0, &regex, err);

	if (!r)
		regex_free(regex);
	return r;
}

/* Is the text of the step such as its verb wants it? 0, or a negative value with a sentence. */
static int text_check(const struct conf_step *step, struct err *err)
{
	size_t n;

	if (step->verb == CONF_STEP_START_TLS)
		return !step->text[0] || is_sni(step->text)
			   ? 0
			   : err_set(err, -1,
				     "'%s' is not the name of a host; a name in TLS has letters, digits, "
				     "'-', '.' and '_'",
				     step->text);
	if (!step->text[0])
		return err_set(err, -1, "it needs a value");
	switch (step->verb) {
	case CONF_STEP_SEND_HEX:
		return hex_check(step, HEX_DIGITS, err);
	case CONF_STEP_EXPECT_HEX:
		return hex_check(step, PATTERN_DIGITS, err);
	case CONF_STEP_EXPECT_REGEX:
		return regex_check(step, err);
	case CONF_STEP_EXPECT_BYTES:
		return count_check(step, err);
	default:
		return escaped_read(step->text, NULL, &n, err);
	}
}

void steps_judge(struct draft *draft, const struct conf_check *check)
{
	size_t size = 0, n_tls = 0;
	struct err err;

	for (size_t i = 0; i < check->n_steps; i++) {
		const struct conf_step *step = &check->steps[i];

		size += strlen(step->text) + sizeof(step->verb);
		n_tls += step->verb == CONF_STEP_START_TLS;
		if (text_check(step, &err) < 0)
			report_error(draft->report, &step->place, "dialogue: %s: %s",
				     verb_name(step), err.text);
		else if (step->verb == CONF_STEP_START_TLS && n_tls > 1)
			report_error(draft->report, &step->place,
				     "dialogue: start_tls stands twice; a connection speaks TLS once");
	}
	if (size > STEPS_SIZE_MAX)
		report_error(draft->report, &check->place,
			     "TCP_CHECK: the steps of its dialogue have more than %d bytes together",
			     STEPS_SIZE_MAX);
}
