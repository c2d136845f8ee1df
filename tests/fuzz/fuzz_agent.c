/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target for an agent's answers: what is read stays in its bounds, and a line heard twice
 * means the same as once.
 */
#include "healthcheck/dialogue.h"
#include "healthcheck/talk/agent.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_line(const char *line)
{
	struct probe_result first = {.outcome = PROBE_OK}, second = {.outcome = PROBE_OK};
	struct probe_result silent = {.outcome = PROBE_FAIL, .reason = "timed out"};
	struct agent_words words = {0};
	char said[AGENT_SAID_MAX] = "";
	struct err err;

	agent_read(line, &words, &err);
	if (words.weighs > AGENT_WEIGHT || words.duty > AGENT_MAINT || words.service > AGENT_DOWN)
		abort();
	words = (struct agent_words){0};
	strncpy(first.reason, line, sizeof(first.reason) - 1);
	strncpy(second.reason, line, sizeof(second.reason) - 1);
	agent_take(&words, said, 100, &first, &first);
	agent_take(&words, said, 100, &second, &second);
	agent_take(&words, said, 100, &first, &silent);
	if (first.outcome != second.outcome || first.has_weight != second.has_weight ||
	    first.weight != second.weight || first.weight > INT32_MAX)
		abort();
}

static void try_dialogue(const uint8_t *data, size_t size)
{
	const struct conf_check check = {.agent_send = ""};
	struct dialogue dialogue = {0};
	size_t at = 0;

	while (dialogue_agent.next(&dialogue, &check) == DIALOGUE_LISTEN && at < size) {
		if (dialogue.n_heard == sizeof(dialogue.heard) || dialogue.n_pieces >= DIALOGUE_PIECES_MAX)
			abort();
		dialogue.heard[dialogue.n_heard++] = (char)data[at++];
		dialogue.n_pieces += at % 3 == 0;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = strndup((const char *)data, size);

	try_line(line);
	try_dialogue(data, size);
	free(line);
	return 0;
}
