/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a line through the stack of its pieces, and writes the line with everything replaced. */
#include "conf/text/config_ids.h"
#include "conf/text/expand_internal.h"

#include <stdlib.h>
#include <string.h>

/* The bytes of a piece that are not simply copied. */
static const bool is_special[256] = {
    ['$'] = true, ['~'] = true, ['"'] = true, ['{'] = true,
    ['}'] = true, ['#'] = true, ['!'] = true, ['\\'] = true,
};

static struct piece *top(struct expander *x)
{
	return &x->stack[x->n - 1];
}

static unsigned column_of(const struct piece *piece, const char *at)
{
	return piece->column + (unsigned)(at - piece->start);
}

struct source_spot expand_place(const struct expander *x, const struct piece *piece, const char *at)
{
	struct source_spot place =
	    source_spot_of(x->map, piece->source, piece->line, column_of(piece, at), piece->use);

	place.at = (uint32_t)x->out.len;
	return place;
}

void expand_notes(struct expander *x, const struct piece *piece, const char *at)
{
	report_uses(x->report, piece->source, piece->line, column_of(piece, at), piece->use);
}

struct piece expand_piece_of(const struct body *line)
{
	return (struct piece){.start = line->text,
			      .at = line->text,
			      .end = line->text + line->len,
			      .source = line->source,
			      .line = line->line,
			      .column = line->column};
}

bool expand_push(struct expander *x, const struct piece *piece)
{
	struct source_spot place;

	if (x->n == EXPAND_NESTING_MAX) {
		place = expand_place(x, piece, piece->at);
		expand_give_up(x, &place, "values stand inside values deeper than %d levels",
			       EXPAND_NESTING_MAX);
		return false;
	}
	x->stack[x->n++] = *piece;
	return true;
}

void expand_statement_begin(struct expander *x)
{
	x->statement = x->out.len;
	x->is_start = true;
	x->n_braces = 0;
}

void expand_line_end(struct expander *x)
{
	expand_statement_end(x);
	if (x->is_start && x->statement == x->line_start) {
		source_spans_cut(x->map, x->line_start);
		x->out.len = x->line_start;
	}
	if (x->out.len != x->line_start)
		out_bytes(&x->out, "\n", 1);
	x->line_start = x->out.len;
	x->in_quotes = false;
	x->behind = NULL;
	expand_statement_begin(x);
}

/* Copies n bytes of the top piece, from at on. */
static void piece_put(struct expander *x, const char *at, size_t n)
{
	const struct piece *piece = top(x);
	size_t max = x->host->bytes_max ? x->host->bytes_max : EXPAND_BYTES_MAX;
	struct out *out = x->plain ? x->plain : &x->out;
	struct source_spot place;

	if (n > max || out->len > max - n) {
		place = expand_place(x, piece, at);
		expand_give_up(x, &place,
			       "the text has more than %zu bytes with all that it includes and "
			       "repeats",
			       max);
		return;
	}
	if (!x->plain && (x->behind != at || x->behind_use != piece->use))
		source_span_add(x->map, &(struct source_span){.at = (uint32_t)x->out.len,
							      .source = piece->source,
							      .line = piece->line,
							      .column = column_of(piece, at),
							      .use = piece->use});
	x->behind = at + n;
	x->behind_use = piece->use;
	out_bytes(out, at, n);
}

/* Writes a backslash in front of a character that began no comment where it was written, but would
 * here. */
static void put_escaped(struct expander *x, const char *at)
{
	if (!x->in_quotes && !x->plain) {
		piece_put(x, at, 0);
		out_bytes(&x->out, "\\", 1);
	}
	piece_put(x, at, 1);
	x->behind = NULL;
}

static void brace(struct expander *x, const char *at)
{
	bool is_open = *at == '{';

	if (x->plain || x->in_quotes) {
		piece_put(x, at, 1);
	} else if (expand_is_include(x) && (is_open || x->n_braces)) {
		x->n_braces += is_open ? 1 : -1u;
		piece_put(x, at, 1);
	} else {
		expand_statement_end(x);
		piece_put(x, at, 1);
		expand_statement_begin(x);
	}
}

/* Handles the special character at at. */
static void special(struct expander *x, const char *at)
{
	struct piece *piece = top(x);
	bool is_pair = at + 1 < piece->end && (at[1] == '#' || at[1] == '!');

	piece->at = at + 1;
	switch (*at) {
	case '"':
		x->in_quotes ^= !x->plain;
		piece->in_quotes = !piece->in_quotes;
		piece_put(x, at, 1);
		break;
	case '{':
	case '}':
		brace(x, at);
		break;
	case '#':
	case '!':
		put_escaped(x, at);
		break;
	case '\\':
		if (is_pair && !piece->in_quotes && !piece->is_value)
			put_escaped(x, piece->at++);
		else
			piece_put(x, at, 1);
		break;
	default:
		piece_put(x, at, 1);
	}
}

/* Reports a template in a place where it has no effect. */
static void template_check(struct expander *x, const char *at)
{
	const struct piece *piece = top(x);
	struct source_spot place;
	const char *open;

	if (x->plain || x->in_quotes || piece->is_value || *at != '~' ||
	    !expand_is_template(at, piece->end, &open))
		return;
	place = expand_place(x, piece, at);
	report_spot(x->report, REPORT_IGNORED, &place,
		       "%.*s repeats nothing here: it must be the first on its line, or follow "
		       "another one",
		       (int)(open - at - 1), at);
	expand_notes(x, piece, at);
}

/* Reads "@id text" or "@^id text". Returns true if the line is not for this director. */
static bool is_for_others(struct expander *x, struct piece *piece)
{
	const char *at = piece->at + 1, *id;
	bool is_not = at < piece->end && *at == '^', is_own;
	struct source_spot place = expand_place(x, piece, piece->at);

	at += is_not;
	for (id = at; at < piece->end && !expand_is_blank(*at);)
		at++;
	if (at == id) {
		report_spot(x->report, REPORT_IGNORED, &place,
			       "'@' must be followed by the name of a configuration, then a blank "
			       "and the line");
		expand_notes(x, piece, piece->at);
		return true;
	}
	is_own = strlen(x->host->config_id) == (size_t)(at - id) &&
		 !memcmp(id, x->host->config_id, (size_t)(at - id));
	if (!is_not)
		config_ids_add(x->map, id, (size_t)(at - id), &place, is_own);
	piece->at = at;
	return is_own == is_not;
}

/* Skips the further lines of a definition that is not made. */
static void definition_drop(struct expander *x, size_t floor)
{
	const struct piece *piece = top(x);
	const char *at = piece->at, *end = piece->end;
	size_t len;
	struct body line;

	while (at < end && expand_is_blank(*at))
		at++;
	len = at < end && *at == '$' ? expand_name_len(at + 1, end) : 0;
	if (!len || at + 1 + len == end || at[1 + len] != '=' || x->n != floor + 1 || piece->name)
		return;
	for (;;) {
		while (end > at && expand_is_blank(end[-1]))
			end--;
		if (end == at || end[-1] != '\\' || !expand_next_line(x, &line))
			return;
		at = line.text;
		end = at + line.len;
	}
}

/* At the first byte of a statement: handles what may stand only there, such as "@id" and "$NAME=".
 * Returns true if that text has been removed from the pieces. */
static bool opening_take(struct expander *x, size_t floor)
{
	struct piece *piece = top(x);
	const char *open;

	if (x->plain)
		return false;
	if (*piece->at == '@') {
		if (is_for_others(x, piece)) {
			definition_drop(x, floor);
			x->n = floor;
		}
		return true;
	}
	if (*piece->at == '~' && expand_is_template(piece->at, piece->end, &open)) {
		expand_repeat(x, floor, open);
		return true;
	}
	return *piece->at == '$' && !piece->is_value && expand_define(x, floor);
}

static void piece_step(struct expander *x, size_t floor)
{
	struct piece *piece = top(x);
	const char *at = piece->at, *end = at;

	if (x->is_start && !expand_is_blank(*at)) {
		if (opening_take(x, floor))
			return;
		if (*at == '$' && !piece->is_value && expand_replace(x))
			return;
		x->is_start = false;
	} else if (*at == '$' && !piece->is_value && expand_replace(x)) {
		return;
	}
	template_check(x, at);
	if (is_special[(uint8_t)*at]) {
		special(x, at);
		return;
	}
	while (end < piece->end && !is_special[(uint8_t)*end] &&
	       (!x->is_start || expand_is_blank(*end)))
		end++;
	piece->at = end;
	piece_put(x, at, (size_t)(end - at));
}

void expand_run(struct expander *x, size_t floor)
{
	while (x->n > floor && !x->is_over) {
		if (top(x)->at == top(x)->end)
			x->n--;
		else
			piece_step(x, floor);
	}
	if (x->is_over && x->n > floor)
		x->n = floor;
}

char *expand_text(struct expander *x, const char *from, const char *to)
{
	struct out text, *outer = x->plain;
	struct piece piece = *top(x);
	bool is_start = x->is_start;
	size_t floor = x->n;

	out_init(&text, NULL, NULL);
	piece.at = from;
	piece.end = to;
	x->plain = &text;
	if (expand_push(x, &piece))
		expand_run(x, floor);
	x->plain = outer;
	x->is_start = is_start;
	x->behind = NULL;
	return out_take(&text);
}
