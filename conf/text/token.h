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
	const char *text; /* of a word; memory of the arena given to token_start() */
	bool is_bad; /* a word that cannot be used, which was reported: its quote does not end, ... */
};

struct tokenizer {
	struct report *report;
	const struct source_map *map;
	const char *at, *end;
	char *words; /* where the next word goes */
	size_t next_span, span_end; /* the span after the one at hand; where that one ends */
	bool is_fixed;              /* all of this span has the place of the name it came from */
	struct conf_place place;    /* of what stands on this line of the span */
};

/* The flat text of map, which must live as long as the tokenizer, must hold no NUL byte. */
void token_start(struct tokenizer *tokenizer, struct report *report, struct arena *arena,
		 const struct source_map *map);

/*
 * How many bytes from at on belong to the statement on this line: up to its end, or to a comment or
 * a brace. Blanks at the end are among them.
 */
size_t token_statement_len(const char *at, const char *end);

/* The next token; TOKEN_END again and again at the end. */
void token_next(struct tokenizer *tokenizer, struct token *ret_token);

#endif
