/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/lines.h"

#include <string.h>

/* ipvsadm passes over its own name wherever it stands. */
static bool is_program(const char *word, bool is_first)
{
	return !strcmp(word, "ipvsadm") || (is_first && !strcmp(word, "lvsadm"));
}

void words_split(char *line, struct words *words)
{
	char *rest = NULL;
	bool is_first = true;

	vec_clear(&words->list);
	for (char *word = strtok_r(line, " \t\r\n", &rest); word;
	     word = strtok_r(NULL, " \t\r\n", &rest)) {
		if (!is_program(word, is_first))
			*vec_push(&words->list) = word;
		is_first = false;
	}
}

bool words_is_comment(const struct words *words)
{
	return words->list.n && words->list.items[0][0] == '#';
}

void words_free(struct words *words)
{
	vec_free(&words->list);
}
