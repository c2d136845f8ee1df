/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/lines.h"

#include <string.h>

/* ipvsadm skips its own name wherever it stands. */
static bool is_program(const char *word, bool is_first)
{
	if (*word != 'i' && *word != 'l')
		return false;
	return !strcmp(word, "ipvsadm") || (is_first && !strcmp(word, "lvsadm"));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void words_split(char *line, struct words *words)
{
	bool is_first = true;

	vec_clear(&words->list);
	for (;;) {
		char *word;

		while (is_blank(*line))
			line++;
		if (!*line)
			return;
		word = line;
		while (*line && !is_blank(*line))
			line++;
		if (*line)
			*line++ = '\0';
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
