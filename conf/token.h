/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text to tokens. The rules are keepalived's:
 * - white space separates words; a line's end ends a statement (CR is white space);
 * - "..." is one word, kept as it is, without the quotes; it ends on its line and has no escapes;
 *   it also ends an unquoted word that stands before it;
 * - { and } outside quotes are tokens of their own wherever they stand;
 * - # and ! outside quotes begin a comment that goes to the end of the line, \# and \! are the
 *   characters themselves.
 * There is no limit on the length of a line or a word.
 */
#ifndef LVSD_CONF_TOKEN_H
#define LVSD_CONF_TOKEN_H

#include "base/arena.h"
#include "conf/report.h"

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
	const char *text; /* of a word; memory of the arena given to token_start() */
};

struct tokenizer {
	struct report *report;
	struct arena *arena;
	const char *at, *end, *line_start;
	const char *file;
	unsigned line;
};

/* file goes into places and must live as long as they do. text must hold no NUL byte. */
void token_start(struct tokenizer *tokenizer, struct report *report, struct arena *arena,
		 const char *file, const char *text, size_t len);

/*
 * How many bytes from at on belong to the statement on this line: up to its end, or to a comment or
 * a brace. Blanks at the end are among them.
 */
size_t token_statement_len(const char *at, const char *end);

/* The next token; TOKEN_END again and again at the end. */
void token_next(struct tokenizer *tokenizer, struct token *ret_token);

#endif
