/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/talk/agent.h"
#include "conf/text/escaped.h"
#include "healthcheck/dialogue.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The longest word of an agent. */
#define WORD_MAX 32

static const struct {
	const char *name;
	struct agent_words words;
} agent_names[] = {
    {"ready", {.duty = AGENT_READY}},     {"drain", {.duty = AGENT_DRAIN}},
    {"maint", {.duty = AGENT_MAINT}},     {"up", {.service = AGENT_UP}},
    {"down", {.service = AGENT_DOWN}},    {"fail", {.service = AGENT_DOWN}},
    {"stopped", {.service = AGENT_DOWN}},
};

/* Reads N or N%. Returns whether it is one. */
static bool weight_read(const char *text, bool needs_percent, struct agent_words *said)
{
	size_t len = strspn(text, "0123456789");
	unsigned long number = 0;

	for (size_t i = 0; i < len; i++)
		number = number > AGENT_WEIGHT_MAX ? number
						   : number * 10 + (unsigned long)(text[i] - '0');
	if (!len || number > AGENT_WEIGHT_MAX || (text[len] && strcmp(text + len, "%")) ||
	    (needs_percent && !text[len]))
		return false;
	said->weight = (uint16_t)number;
	said->weighs = text[len] ? AGENT_PERCENT : AGENT_WEIGHT;
	return true;
}

static bool word_read(const char *word, struct agent_words *said)
{
	for (size_t i = 0; i < sizeof(agent_names) / sizeof(agent_names[0]); i++) {
		if (strcmp(word, agent_names[i].name))
			continue;
		agent_hear(said, &agent_names[i].words);
		return true;
	}
	if (!strncmp(word, "weight:", strlen("weight:")))
		return weight_read(word + strlen("weight:"), false, said);
	if (!strncmp(word, "maxconn:", strlen("maxconn:")))
		return true;
	return weight_read(word, true, said);
}

int agent_read(const char *line, struct agent_words *ret_words, struct err *err)
{
	static const char between[] = " \t,\r\n";
	struct agent_words said = {0};
	int r = 0;

	for (line += strspn(line, between); *line && *line != '#'; line += strspn(line, between)) {
		size_t len = strcspn(line, " \t,\r\n#");
		char word[WORD_MAX + 1] = "";

		if (len <= WORD_MAX)
			memcpy(word, line, len);
		if (!word_read(word, &said) && !r)
			r = err_set(
			    err, -EINVAL,
			    "'%.*s' is not a word of an agent: up, down, fail, stopped, ready, "
			    "drain, maint, N%%, weight:N, weight:N%%",
			    (int)(len < WORD_MAX ? len : WORD_MAX), line);
		line += len;
	}
	*ret_words = said;
	return r;
}

void agent_hear(struct agent_words *words, const struct agent_words *said)
{
	if (said->weighs) {
		words->weighs = said->weighs;
		words->weight = said->weight;
	}
	if (said->duty)
		words->duty = said->duty;
	if (said->service)
		words->service = said->service;
}

/* A share of the weight of the file; of a weight above 0 only 0 % is 0. */
static uint32_t share(uint32_t weight, uint16_t percent)
{
	uint64_t product = ((uint64_t)weight * percent + 99) / 100;

	return product > INT32_MAX ? INT32_MAX : (uint32_t)product;
}

void agent_judge(const struct agent_words *words, uint32_t weight, struct probe_result *result)
{
	bool is_down = words->service == AGENT_DOWN || words->duty == AGENT_MAINT;

	result->outcome = is_down ? PROBE_FAIL : PROBE_OK;
	result->has_weight = !is_down && (words->weighs || words->duty == AGENT_DRAIN);
	result->weight = 0;
	if (result->has_weight && words->duty != AGENT_DRAIN)
		result->weight =
		    words->weighs == AGENT_PERCENT ? share(weight, words->weight) : words->weight;
}

/* Puts a text in front of the reason. */
static void reason_prefix(struct probe_result *result, const char *prefix)
{
	char reason[PROBE_REASON_MAX];

	memcpy(reason, result->reason, sizeof(reason));
	snprintf(result->reason, sizeof(result->reason), "%s%.*s", prefix,
		 (int)(sizeof(reason) - strlen(prefix) - 1), reason);
}

/* A line with a word that is none counts as far as it is understood. That is a warning, which the log
 * has once, and the status as long as the agent says so. */
static void misunderstood(struct probe_result *result, const struct err *err)
{
	const char *end = strstr(err->text, " is not a word");
	char prefix[WORD_MAX + 64];

	snprintf(prefix, sizeof(prefix), "%.*s is not a word of an agent; it says: ",
		 end ? (int)(end - err->text) : 0, err->text);
	reason_prefix(result, prefix);
	result->is_warning = true;
}

bool agent_has_words(const struct agent_words *words)
{
	return words->weighs || words->duty || words->service;
}

/* Keeps the line that was just heard, unless the present words are out of service by another one. */
static void keep_line(char kept[static AGENT_SAID_MAX], const struct agent_words *before,
		      const struct agent_words *said, const char *line)
{
	bool was_out = before->service == AGENT_DOWN || before->duty == AGENT_MAINT ||
		       before->duty == AGENT_DRAIN;

	if (!was_out || said->service || said->duty)
		snprintf(kept, AGENT_SAID_MAX, "%s", line);
}

/* Of a longer text the end is left out. */
static void reason_append(struct probe_result *result, const char *text)
{
	size_t len = strlen(result->reason), room = sizeof(result->reason) - 1 - len, n = strlen(text);

	if (n > room)
		n = room;
	memcpy(result->reason + len, text, n);
	result->reason[len + n] = '\0';
}

/* The reason while there is no answer: what the agent said last, if that holds, and the failure. */
static void reason_silent(struct probe_result *result, const struct agent_words *words, const char *said)
{
	char failure[PROBE_REASON_MAX];

	if (!agent_has_words(words))
		reason_prefix(result, "no answer from the agent, which is no failure: ");
	else if (!*said)
		reason_prefix(result, result->outcome == PROBE_FAIL
					  ? "down since the agent said so; no answer now: "
					  : "no answer from the agent, which is no failure: ");
	else {
		static_assert(AGENT_SAID_MAX == PROBE_REASON_MAX, "a line is a reason");
		memcpy(failure, result->reason, sizeof(failure));
		snprintf(result->reason, sizeof(result->reason), "the agent said last: %.*s; no answer now: ",
			 AGENT_SAID_MAX - 60, said);
		reason_append(result, failure);
	}
}

void agent_take(struct agent_words *words, char said_last[static AGENT_SAID_MAX], uint32_t weight,
		const struct probe_result *kept, struct probe_result *result)
{
	const struct agent_words before = *words;
	struct agent_words said;
	struct err err;
	int code;

	if (result->outcome == PROBE_NONE)
		return;
	if (result->outcome == PROBE_OK) {
		code = agent_read(result->reason, &said, &err);
		agent_hear(words, &said);
		keep_line(said_last, &before, &said, result->reason);
		if (code < 0)
			misunderstood(result, &err);
		else
			reason_prefix(result, AGENT_SAYS);
		agent_judge(words, weight, result);
		result->is_answered = true;
		return;
	}
	agent_judge(words, weight, result);
	result->is_decided = result->outcome == PROBE_FAIL; /* by what the agent said: it is not lost */
	reason_silent(result, words, said_last);
	if (result->outcome == PROBE_FAIL || words->weighs || words->duty == AGENT_DRAIN)
		return;
	result->has_weight = kept->has_weight;
	result->weight = kept->weight;
}

/* ---- the dialogue ---- */

static size_t line_end(const struct dialogue *dialogue)
{
	size_t n = 0;

	while (n < dialogue->n_heard && !memchr("\r\n", dialogue->heard[n], 3))
		n++;
	return n;
}

/* Says what the file has for the agent, then waits for its line. */
static enum dialogue_act agent_next(struct dialogue *dialogue, const struct conf_check *check)
{
	size_t end = line_end(dialogue);

	dialogue->n_say = 0;
	if (dialogue->step++ == 0 && check->agent_send[0] &&
	    escaped_read(check->agent_send, dialogue->say, &dialogue->n_say, NULL) == 0)
		return DIALOGUE_SAY;
	if (end == dialogue->n_heard && end < sizeof(dialogue->heard) &&
	    dialogue->n_pieces < DIALOGUE_PIECES_MAX)
		return DIALOGUE_LISTEN;
	/* The words must be there whole; a reason after # may be cut. */
	if (end == dialogue->n_heard ||
	    (end >= PROBE_REASON_MAX && !memchr(dialogue->heard, '#', PROBE_REASON_MAX))) {
		snprintf(dialogue->reason, sizeof(dialogue->reason),
			 "the line of the agent does not end");
		return DIALOGUE_BAD;
	}
	snprintf(dialogue->reason, sizeof(dialogue->reason), "%.*s", (int)end, dialogue->heard);
	return DIALOGUE_GOOD;
}

static void agent_awaited(const struct dialogue *dialogue, const struct conf_check *check,
			  char text[static DIALOGUE_AWAITED_MAX])
{
	(void)dialogue;
	(void)check;
	snprintf(text, DIALOGUE_AWAITED_MAX, "line of the agent");
}

const struct dialogue_rules dialogue_agent = {
    .next = agent_next,
    .awaited = agent_awaited,
};
