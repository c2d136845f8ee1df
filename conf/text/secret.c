/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/text/secret.h"
#include "conf/schema/schema.h"

#include <string.h>

/* Whether the byte separates words. Exact enough to find a keyword. */
static bool is_separator(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == '{' || byte == '}' ||
	       byte == '"';
}

static bool is_secret_keyword(const char *word, size_t len)
{
	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];

			if (row->is_secret && strlen(row->name) == len &&
			    !memcmp(row->name, word, len))
				return true;
		}
	}
	return false;
}

size_t secret_find(const char *line, size_t len)
{
	for (size_t at = 0, end; at < len; at = end) {
		while (at < len && is_separator(line[at]))
			at++;
		for (end = at; end < len && !is_separator(line[end]);)
			end++;
		if (!is_secret_keyword(line + at, end - at))
			continue;
		/* A quote that begins the value belongs to the value: otherwise an empty value
		 * would hide the secret. */
		while (end < len && line[end] != '"' && is_separator(line[end]))
			end++;
		return end;
	}
	return len;
}
