/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/token.h"

#include <string.h>

void token_start(struct tokenizer *tokenizer, struct report *report, struct arena *arena,
		 const char *file, const char *text, size_t len)
{
	*tokenizer = (struct tokenizer){.report = report,
					.arena = arena,
					.at = text,
					.end = text + len,
					.line_start = text,
					.file = file,
					.line = 1};
	/* Editors of other systems put a byte order mark in front. */
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		tokenizer->at += 3;
}

enum byte_class {
	BYTE_WORD, /* part of an unquoted word */
	BYTE_BLANK,
	BYTE_MARK, /* ends a word and means something itself */
};

static const uint8_t classes[256] = {
    [' '] = BYTE_BLANK,  ['\t'] = BYTE_BLANK, ['\r'] = BYTE_BLANK, ['\f'] = BYTE_BLANK,
    ['\v'] = BYTE_BLANK, ['\n'] = BYTE_MARK,  ['{'] = BYTE_MARK,   ['}'] = BYTE_MARK,
    ['"'] = BYTE_MARK,   ['#'] = BYTE_MARK,   ['!'] = BYTE_MARK,
};

static enum byte_class class_of(char byte)
{
	return (enum byte_class)classes[(uint8_t)byte];
}

static void skip_blanks_and_comment(struct tokenizer *tokenizer)
{
	const char *line_end;

	while (tokenizer->at < tokenizer->end && class_of(*tokenizer->at) == BYTE_BLANK)
		tokenizer->at++;
	if (tokenizer->at == tokenizer->end || (*tokenizer->at != '#' && *tokenizer->at != '!'))
		return;
	line_end = memchr(tokenizer->at, '\n', (size_t)(tokenizer->end - tokenizer->at));
	tokenizer->at = line_end ? line_end : tokenizer->end;
}

static bool is_escape(const char *at, const char *end)
{
	return *at == '\\' && at + 1 < end && (at[1] == '#' || at[1] == '!');
}

size_t token_statement_len(const char *at, const char *end)
{
	const char *start = at;

	while (at < end && (*at == '"' || class_of(*at) != BYTE_MARK)) {
		if (*at == '"')
			for (at++; at < end && *at != '"' && *at != '\n';)
				at++;
		else if (is_escape(at, end))
			at++;
		if (at < end && *at != '\n')
			at++;
	}
	return (size_t)(at - start);
}

/* A copy of the word without the backslashes of its escapes. */
static const char *unescaped(struct tokenizer *tokenizer, const char *start, const char *end)
{
	char *text = arena_alloc(tokenizer->arena, (size_t)(end - start) + 1), *to = text;

	for (const char *at = start; at < end; at++) {
		if (is_escape(at, end))
			at++;
		*to++ = *at;
	}
	return text;
}

static const char *plain_word(struct tokenizer *tokenizer)
{
	const char *start = tokenizer->at, *at = start;
	bool has_escape = false;

	while (at < tokenizer->end && class_of(*at) == BYTE_WORD) {
		if (is_escape(at, tokenizer->end)) {
			has_escape = true;
			at++;
		}
		at++;
	}
	tokenizer->at = at;
	if (has_escape)
		return unescaped(tokenizer, start, at);
	return arena_strndup(tokenizer->arena, start, (size_t)(at - start));
}

static const char *quoted_word(struct tokenizer *tokenizer, const struct conf_place *place)
{
	const char *start = tokenizer->at + 1, *at = start;

	while (at < tokenizer->end && *at != '"' && *at != '\n')
		at++;
	tokenizer->at = at;
	if (at < tokenizer->end && *at == '"')
		tokenizer->at++;
	else
		report_error(tokenizer->report, place,
			     "this quote is not closed on its line: '\"' is missing");
	return arena_strndup(tokenizer->arena, start, (size_t)(at - start));
}

void token_next(struct tokenizer *tokenizer, struct token *ret_token)
{
	struct token token = {.kind = TOKEN_END};

	skip_blanks_and_comment(tokenizer);
	token.place = (struct conf_place){tokenizer->file, tokenizer->line,
					  (unsigned)(tokenizer->at - tokenizer->line_start) + 1};
	if (tokenizer->at == tokenizer->end) {
		*ret_token = token;
		return;
	}
	switch (*tokenizer->at) {
	case '\n':
		token.kind = TOKEN_LINE;
		tokenizer->line_start = ++tokenizer->at;
		tokenizer->line++;
		break;
	case '{':
		token.kind = TOKEN_OPEN;
		tokenizer->at++;
		break;
	case '}':
		token.kind = TOKEN_CLOSE;
		tokenizer->at++;
		break;
	case '"':
		token.kind = TOKEN_WORD;
		token.text = quoted_word(tokenizer, &token.place);
		break;
	default:
		token.kind = TOKEN_WORD;
		token.text = plain_word(tokenizer);
	}
	*ret_token = token;
}
