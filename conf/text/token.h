/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Splits the flat text into tokens. The rules are those of keepalived:
 * - white space separates words; a line's end ends a statement (CR is white space);
 * - "..." is one word, kept as it is, without the quotes; it ends on its line and has no escapes;
 *   it also ends an unquoted word that stands before it;
 * - { and } outside quotes are tokens of their own wherever they stand;
 * - # and ! outside quotes begin a comment, which ends with the line; \# and \! are the characters
 *   themselves.
 * Lines and words may have any length.
 */
#ifndef LVSD_CONF_TEXT_TOKEN_H
#define LVSD_CONF_TEXT_TOKEN_H

#include "base/arena.h"
#include "conf/text/report.h"

enum token_kind {
	TOKEN_WORD,
	TOKEN_OPEN,  /* { */
	TOKEN_CLOSE, /* } */
	TOKEN_LINE,  /* the end of a line */
	TOKEN_END,   /* the end of the text */
};

struct token {
	enum token_kind kind;
	struct conf_place place;
	const char *text; /* TOKEN_WORD: the word, memory of the arena given to token_start() */
	bool is_bad; /* the word cannot be used (its quote does not end, ...), which was reported */
};

struct tokenizer {
	struct report *report;
	const struct source_map *map;
	const char *at, *end;
	char *words; /* memory for the next word */
	size_t next_span, span_end; /* index of the next span; where the present span ends */
	bool is_fixed;              /* the whole span has the place of the name it came from */
	struct conf_place place;    /* the place of the present line of the span */
};

/* Begins at the start of the flat text of map, which must have no NUL byte. map must live as long
 * as the tokenizer. */
void token_start(struct tokenizer *tokenizer, struct report *report, struct arena *arena,
		 const struct source_map *map);

/*
 * How many bytes from at on belong to the statement on this line: up to the end of the line, a
 * comment or a brace. Blanks before that count too.
 */
size_t token_statement_len(const char *at, const char *end);

/* Reads the next token. At the end of the text every call gives TOKEN_END. */
void token_next(struct tokenizer *tokenizer, struct token *ret_token);

#endif
