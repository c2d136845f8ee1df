/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target for the dialogues of checks. The input is a dialogue, one step a line, whose
 * first byte says which; an empty line; and what the server says. However that is cut, the dialogue
 * ends within its bounds, and without an expression it ends alike.
 */
#include "healthcheck/dialogue.h"

#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum dialogue_act tell(const struct conf_check *check, const uint8_t *server, size_t n, size_t piece)
{
	struct dialogue dialogue = {0};
	char text[DIALOGUE_AWAITED_MAX];
	enum dialogue_act act;
	size_t at = 0;

	while ((act = dialogue_steps.next(&dialogue, check)) == DIALOGUE_SAY || act == DIALOGUE_TLS ||
	       (act == DIALOGUE_LISTEN && at < n)) {
		size_t room = sizeof(dialogue.heard) - dialogue.n_heard;
		size_t more = n - at < piece ? n - at : piece;

		if (act != DIALOGUE_LISTEN)
			continue;
		if (!room || dialogue.n_pieces >= DIALOGUE_PIECES_MAX)
			abort();
		more = more < room ? more : room;
		memcpy(dialogue.heard + dialogue.n_heard, server + at, more);
		dialogue.n_heard += more;
		dialogue.n_pieces++;
		at += more;
	}
	if (act == DIALOGUE_LISTEN)
		dialogue_steps.awaited(&dialogue, check, text);
	if (act != DIALOGUE_LISTEN && !memchr(dialogue.reason, '\0', sizeof(dialogue.reason)))
		abort();
	return act;
}

/* Reads the steps, which the judge of the configuration would have accepted, up to the empty line. */
static size_t steps_read(char *text, struct conf_step *steps, bool *ret_is_cuttable)
{
	size_t n = 0;

	for (char *line = text, *end; n < STEPS_MAX && (end = strchr(line, '\n')) && end > line; line = end + 1) {
		unsigned verb = (unsigned char)*line % CONF_STEP_VERBS;

		*end = '\0';
		if (end == line + 1 || end - line > CONF_STEP_TEXT_MAX)
			continue;
		if ((verb == CONF_STEP_SEND_HEX || verb == CONF_STEP_EXPECT_HEX) &&
		    ((end - line) % 2 == 0 || strspn(line + 1, "0123456789abcdefX") != (size_t)(end - line - 1)))
			continue;
		*ret_is_cuttable = *ret_is_cuttable && verb != CONF_STEP_EXPECT_REGEX && verb != CONF_STEP_START_TLS;
		steps[n++] = (struct conf_step){.verb = verb, .text = line + 1};
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *server = memmem(data, size, "\n\n", 2);
	size_t n_text = server ? (size_t)(server - data) + 2 : size;
	struct conf_step steps[STEPS_MAX];
	struct conf_check check = {.steps = steps};
	char *text = strndup((const char *)data, n_text);
	bool is_cuttable = true;
	enum dialogue_act whole;

	check.n_steps = steps_read(text, steps, &is_cuttable);
	server = data + n_text;
	whole = tell(&check, server, size - n_text, SIZE_MAX);
	if (tell(&check, server, size - n_text, 3) != whole && is_cuttable && size - n_text < 3 * DIALOGUE_PIECES_MAX)
		abort();
	free(text);
	return 0;
}
