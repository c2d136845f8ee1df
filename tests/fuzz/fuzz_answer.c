/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target for the answers of scripts in JSON: what is read stays in its bounds, a refusal
 * has a sentence and touches nothing.
 */
#include "daemon/script/answer.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_true)
{
	if (!is_true)
		abort();
}

static void try_answer(const char *line)
{
	const struct agent_words nothing = {0};
	struct agent_words said = {0};
	char reason[SCRIPT_LINE_MAX] = "";
	struct err err = {0};

	if (script_answer_read(line, &said, reason, &err) < 0) {
		must(err.text[0] && !reason[0] && !memcmp(&said, &nothing, sizeof(said)));
		return;
	}
	must(strlen(line) < SCRIPT_LINE_MAX - 1);
	must(said.weighs <= AGENT_WEIGHT && said.duty <= AGENT_MAINT && said.service <= AGENT_DOWN);
	for (size_t i = 0; i < strlen(reason); i++)
		must(reason[i] >= 0x20 && reason[i] < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = strndup((const char *)data, size);

	try_answer(line);
	free(line);
	return 0;
}
