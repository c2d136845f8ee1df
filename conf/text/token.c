/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/text/token.h"

#include <string.h>

/* Begins the span that starts at byte at. */
static void span_enter(struct tokenizer *tokenizer, size_t at)
{
	const struct source_map *map = tokenizer->map;
	const struct source_span *span = &map->spans.items[tokenizer->next_span++];
	struct source_spot spot;

	while (tokenizer->next_span < map->spans.n &&
	       map->spans.items[tokenizer->next_span].at <= at)
		span = &map->spans.items[tokenizer->next_span++];
	tokenizer->span_end = tokenizer->next_span < map->spans.n
				  ? map->spans.items[tokenizer->next_span].at
				  : map->len + 1;
	spot = source_spot_of(map, span->source, span->line, span->column, span->use);
	tokenizer->place = (struct conf_place){.file = spot.file, .line = spot.line};
	tokenizer->is_fixed = source_is_fixed(map, span->use);
}

void token_start(struct tokenizer *tokenizer, struct report *report, struct arena *arena,
		 const struct source_map *map)
{
	*tokenizer = (struct tokenizer){
	    .report = report,
	    .map = map,
	    .at = map->flat,
	    .end = map->flat + map->len,
	    /* Large enough for all words: the NUL of a word needs no more room than the byte that
	     * ends the word in the text. */
	    .words = arena_alloc(arena, map->len + 1),
	};
	/* A byte order mark, which some editors write in front. */
	if (map->len >= 3 && !memcmp(map->flat, "\xef\xbb\xbf", 3))
		tokenizer->at += 3;
}

static struct conf_place place_here(struct tokenizer *tokenizer)
{
	uint32_t at = (uint32_t)(tokenizer->at - tokenizer->map->flat);
	struct conf_place place;

	if (at >= tokenizer->span_end)
		span_enter(tokenizer, at);
	place = tokenizer->place;
	place.at = at;
	return place;
}

/* Call it behind the end of a line: the rest of the span goes on with the next line of its
 * source. */
static void line_begin(struct tokenizer *tokenizer)
{
	if (!tokenizer->is_fixed)
		tokenizer->place.line++;
}

enum byte_class {
	BYTE_WORD, /* part of an unquoted word */
	BYTE_BLANK,
	BYTE_MARK, /* ends a word, and has a meaning of its own */
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

/* Characters that look like a blank or like nothing. People copy them from web pages by
 * accident. */
static const struct {
	const char *bytes, *name;
} false_blanks[] = {
    {"\xc2\xa0", "no-break space (U+00A0)"},
    {"\xe2\x80\xaf", "narrow no-break space (U+202F)"},
    {"\xe2\x80\x8b", "zero width space (U+200B)"},
    {"\xe3\x80\x80", "ideographic space (U+3000)"},
    {"\xef\xbb\xbf", "byte order mark (U+FEFF)"},
};

/* The name of the false blank at `at`, and its length; NULL if there is none. */
static const char *false_blank(const char *at, const char *end, size_t *ret_len)
{
	if ((uint8_t)*at < 0xc2)
		return NULL;
	for (size_t i = 0; i < sizeof(false_blanks) / sizeof(false_blanks[0]); i++) {
		size_t len = strlen(false_blanks[i].bytes);

		if ((size_t)(end - at) < len || memcmp(at, false_blanks[i].bytes, len) != 0)
			continue;
		*ret_len = len;
		return false_blanks[i].name;
	}
	return NULL;
}

/* Reports the false blanks at this point, and skips them like blanks. */
static bool skip_false_blanks(struct tokenizer *tokenizer)
{
	const char *first = tokenizer->at, *name = NULL, *next;
	struct conf_place place;
	size_t len;

	while (tokenizer->at < tokenizer->end &&
	       (next = false_blank(tokenizer->at, tokenizer->end, &len))) {
		if (!name) {
			place = place_here(tokenizer);
			name = next;
		}
		tokenizer->at += len;
	}
	if (tokenizer->at == first)
		return false;
	report_ignored(tokenizer->report, &place,
		       "a %s stands here, which does not separate words: write an ordinary blank",
		       name);
	return true;
}

static void skip_blanks_and_comment(struct tokenizer *tokenizer)
{
	const char *line_end;

	do {
		while (tokenizer->at < tokenizer->end && class_of(*tokenizer->at) == BYTE_BLANK)
			tokenizer->at++;
	} while (skip_false_blanks(tokenizer));
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

/* Stores a word without the backslashes of its escapes. */
static const char *word_keep(struct tokenizer *tokenizer, const char *start, const char *end,
			     bool has_escape)
{
	char *text = tokenizer->words, *to = text;

	if (!has_escape) {
		memcpy(to, start, (size_t)(end - start));
		to += end - start;
	}
	for (const char *at = start; has_escape && at < end; at++) {
		if (is_escape(at, end))
			at++;
		*to++ = *at;
	}
	*to++ = '\0';
	tokenizer->words = to;
	return text;
}

static const char *plain_word(struct tokenizer *tokenizer)
{
	const char *start = tokenizer->at, *at = start;
	bool has_escape = false;
	size_t len;

	while (at < tokenizer->end && class_of(*at) == BYTE_WORD &&
	       !false_blank(at, tokenizer->end, &len)) {
		if (is_escape(at, tokenizer->end)) {
			has_escape = true;
			at++;
		}
		at++;
	}
	tokenizer->at = at;
	return word_keep(tokenizer, start, at, has_escape);
}

static const char *quoted_word(struct tokenizer *tokenizer, struct token *token)
{
	const char *start = tokenizer->at + 1, *at = start;

	while (at < tokenizer->end && *at != '"' && *at != '\n')
		at++;
	tokenizer->at = at;
	token->is_bad = at == tokenizer->end || *at != '"';
	if (!token->is_bad)
		tokenizer->at++;
	else
		report_ignored(tokenizer->report, &token->place,
			       "this quote is not closed on its line: '\"' is missing");
	return word_keep(tokenizer, start, at, false);
}

/* The end of `{{ NAME }}` or `{% ... %}`, which a template language would replace; NULL if there is
 * none. */
static const char *template_end(const char *at, const char *end)
{
	const char *closing = at + 1 < end && at[1] == '{' ? "}}" : "%}";

	if (at + 1 == end || (at[1] != '{' && at[1] != '%'))
		return NULL;
	for (at += 2; at + 1 < end && *at != '\n'; at++)
		if (at[0] == closing[0] && at[1] == closing[1])
			return at + 2;
	return NULL;
}

/* Makes the template a word of a bad statement, so that the statement causes no further message. */
static void template_take(struct tokenizer *tokenizer, const char *end, struct token *token)
{
	report_ignored(tokenizer->report, &token->place,
		       "'%.*s' belongs to a template language: this file is a template that was "
		       "not filled in",
		       (int)(end - tokenizer->at), tokenizer->at);
	token->kind = TOKEN_WORD;
	token->is_bad = true;
	token->text = word_keep(tokenizer, tokenizer->at, end, false);
	tokenizer->at = end;
}

void token_next(struct tokenizer *tokenizer, struct token *ret_token)
{
	const char *template;

	struct token token = {.kind = TOKEN_END};

	skip_blanks_and_comment(tokenizer);
	token.place = place_here(tokenizer);
	if (tokenizer->at == tokenizer->end) {
		*ret_token = token;
		return;
	}
	switch (*tokenizer->at) {
	case '\n':
		token.kind = TOKEN_LINE;
		tokenizer->at++;
		line_begin(tokenizer);
		break;
	case '{':
		template = template_end(tokenizer->at, tokenizer->end);
		if (template) {
			template_take(tokenizer, template, &token);
			break;
		}
		token.kind = TOKEN_OPEN;
		tokenizer->at++;
		break;
	case '}':
		token.kind = TOKEN_CLOSE;
		tokenizer->at++;
		break;
	case '"':
		token.kind = TOKEN_WORD;
		token.text = quoted_word(tokenizer, &token);
		break;
	default:
		token.kind = TOKEN_WORD;
		token.text = plain_word(tokenizer);
	}
	*ret_token = token;
}
