/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/line.h"

#include <string.h>

char script_line_printable(uint8_t byte)
{
	return byte >= 0x20 && byte < 0x7f ? (char)byte : '?';
}

/* Blanks at the beginning of a line were dropped before. */
static size_t trimmed_len(const struct script_line *line)
{
	size_t n = line->n_current;

	while (n > 0 && line->current[n - 1] == ' ')
		n--;
	return n;
}

static void end_line(struct script_line *line)
{
	size_t n = trimmed_len(line);

	line->n_current = 0;
	if (n == 0)
		return;
	memcpy(line->last, line->current, n);
	line->last[n] = '\0';
	if (!line->first[0])
		memcpy(line->first, line->last, n + 1);
}

static void add_byte(struct script_line *line, uint8_t byte)
{
	char c = byte == '\t' ? ' ' : script_line_printable(byte);

	if (line->n_current == SCRIPT_LINE_MAX - 1 || (c == ' ' && line->n_current == 0))
		return;
	line->current[line->n_current++] = c;
}

void script_line_feed(struct script_line *line, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < len; i++) {
		/* A carriage return begins a progress line again, or belongs to a CRLF. */
		if (at[i] == '\n' || at[i] == '\r')
			end_line(line);
		else
			add_byte(line, at[i]);
	}
}

void script_line_get(const struct script_line *line, bool is_first,
		     char ret_text[static SCRIPT_LINE_MAX])
{
	size_t n = trimmed_len(line);

	if (n == 0 || (is_first && line->first[0])) {
		memcpy(ret_text, is_first ? line->first : line->last, SCRIPT_LINE_MAX);
		return;
	}
	memcpy(ret_text, line->current, n);
	ret_text[n] = '\0';
}
