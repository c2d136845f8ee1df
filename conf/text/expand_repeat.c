/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Templates: ~SEQ and ~LST, which repeat the rest of their line. */
#include "conf/text/expand_internal.h"
#include "base/plural.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The most templates on one line, and the most names of one template. */
#define NESTED_MAX 32

struct word_list {
	VEC(char *) list;
};

struct template
{
	const char *at, *open; /* the '~', and the text after the parenthesis */
	const char *rest;      /* the text after the closing parenthesis */
	struct source_spot place;
	struct word_list names;
	uint32_t definition; /* the definition of the first name; those of the other names follow */
	/* The line to be repeated. */
	struct piece line[EXPAND_NESTING_MAX];
	size_t n;
};

bool expand_is_template(const char *at, const char *end, const char **ret_open)
{
	static const char *const kinds[] = {"~SEQx", "~SEQ", "~LST"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t len = strlen(kinds[i]);

		if ((size_t)(end - at) <= len || memcmp(at, kinds[i], len) != 0)
			continue;
		for (at += len; at < end && expand_is_blank(*at);)
			at++;
		*ret_open = at + 1;
		return at < end && *at == '(';
	}
	return false;
}

/* Takes the part of text up to the next comma that is not in braces, without blanks around it, for
 * free(). */
static char *part_take(const char **text)
{
	const char *start = *text, *at = start, *end;
	unsigned n_braces = 0;

	for (; *at && (n_braces || *at != ','); at++) {
		if (*at == '{')
			n_braces++;
		else if (*at == '}' && n_braces)
			n_braces--;
	}
	*text = *at ? at + 1 : NULL;
	for (end = at; start < end && expand_is_blank(*start);)
		start++;
	while (end > start && expand_is_blank(end[-1]))
		end--;
	return mem_printf("%.*s", (int)(end - start), start);
}

static void parts_take(struct word_list *words, const char *text)
{
	while (text)
		*vec_push(&words->list) = part_take(&text);
}

static void words_fini(struct word_list *words)
{
	for (size_t i = 0; i < words->list.n; i++)
		free(words->list.items[i]);
	vec_free(&words->list);
}

/* Adds the parts of "{a, b}" to words. A text without braces is one part. */
static void tuple_take(struct word_list *words, char *text)
{
	size_t len = strlen(text);

	if (len < 2 || text[0] != '{' || text[len - 1] != '}') {
		*vec_push(&words->list) = mem_strdup(text);
		return;
	}
	text[len - 1] = '\0';
	parts_take(words, text + 1);
}

__attribute__((format(printf, 3, 4))) static void
refuse(struct expander *x, const struct template *template, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	report_spot(x->report, REPORT_IGNORED, &template->place, "%.*s: %s",
		       (int)(template->open - 1 - template->at), template->at, text);
	expand_notes(x, &template->line[template->n - 1], template->at);
}

static bool names_are_good(struct expander *x, const struct template *template)
{
	const struct name *known;
	struct source_spot place;

	for (size_t i = 0; i < template->names.list.n; i++) {
		const char *name = template->names.list.items[i];
		size_t len = strlen(name);

		if (!len || expand_name_len(name, name + len) != len) {
			refuse(x, template, "'%.64s' cannot be a name", name);
			return false;
		}
		known = expand_name_find(&x->names, name, len);
		if (known) {
			const struct source_definition *definition =
			    &x->map->definitions.items[known->definition];

			refuse(x, template, "$%.64s is a variable already", name);
			place = source_spot_of(x->map, definition->source, definition->line,
						definition->column, 0);
			report_spot(x->report, REPORT_NOTE, &place, "$%s is defined here", name);
			return false;
		}
	}
	return true;
}

static void definitions_add(struct expander *x, struct template *template)
{
	const struct piece *piece = &template->line[template->n - 1];

	template->definition = (uint32_t)x->map->definitions.n;
	for (size_t i = 0; i < template->names.list.n; i++)
		*vec_push(&x->map->definitions) = (struct source_definition){
		    .name = arena_strdup(x->map->arena, template->names.list.items[i]),
		    .source = piece->source,
		    .line = piece->line,
		    .column = piece->column + (unsigned)(template->at - piece->start),
		    .is_template = true};
}

/* Marks that the bytes of the line are written through a use of name number i. */
static void line_mark(struct expander *x, struct piece *piece, const struct template *template,
		      size_t i, const char *value)
{
	const struct source_definition *definition =
	    &x->map->definitions.items[template->definition + i];

	*vec_push(&x->map->uses) =
	    (struct source_use){.parent = piece->use,
				.definition = template->definition + (uint32_t)i,
				.source = definition->source,
				.line = definition->line,
				.column = definition->column,
				.value = value};
	piece->use = (uint32_t)x->map->uses.n;
}

/* Writes the line once. values has a value for each name; if it has fewer, the last names have
 * none. */
static void line_repeat(struct expander *x, size_t floor, const struct template *template,
			const struct word_list *values)
{
	size_t n_before = x->variables.n;
	size_t max = x->host->lines_max ? x->host->lines_max : EXPAND_LINES_MAX;

	if (x->n_lines++ >= max) {
		expand_give_up(x, &template->place, "templates make more than %zu lines", max);
		return;
	}
	memcpy(&x->stack[floor], template->line, template->n * sizeof(template->line[0]));
	x->n = floor + template->n;
	for (size_t i = 0; i < template->names.list.n; i++) {
		const char *value =
		    i < values->list.n ? arena_strdup(x->map->arena, values->list.items[i]) : "";

		*vec_push(&x->variables) = (struct variable){
		    x->map->definitions.items[template->definition + i].name, value};
		for (size_t k = floor; k < x->n && expand_count(x, &template->place); k++)
			line_mark(x, &x->stack[k], template, i, value);
	}
	x->behind = NULL;
	expand_run(x, floor);
	/* A file that the line includes can use the names, too. */
	if (!x->plain)
		expand_statement_end(x);
	x->variables.n = n_before;
}

static bool integer_read(struct expander *x, const struct template *template, const char *text,
			 int64_t *ret_number)
{
	char *end;

	errno = 0;
	*ret_number = strtoll(text, &end, 0);
	if (end != text && !*end && !errno && *ret_number >= INT32_MIN && *ret_number <= UINT32_MAX)
		return true;
	refuse(x, template, "'%.64s' is not a whole number from %" PRId32 " to %" PRIu32, text,
	       INT32_MIN, UINT32_MAX);
	return false;
}

struct sequence {
	int64_t start, step, end;
	bool is_hex;
};

static bool sequence_read(struct expander *x, const struct template *template,
			  const struct word_list *words, struct sequence *sequence)
{
	int64_t numbers[3];
	size_t n = words->list.n - 1;

	if (n < 1 || n > 3) {
		refuse(x, template, "it takes a name, then [start, [step,]] end");
		return false;
	}
	for (size_t i = 0; i < n; i++)
		if (!integer_read(x, template, words->list.items[i + 1], &numbers[i]))
			return false;
	sequence->end = numbers[n - 1];
	sequence->start = n > 1 ? numbers[0] : sequence->end < 0 ? -1 : 1;
	sequence->step = n > 2 ? numbers[1] : sequence->end < sequence->start ? -1 : 1;
	if (!sequence->step || (sequence->step > 0 ? sequence->end < sequence->start
						   : sequence->end > sequence->start)) {
		refuse(x, template, "steps of %" PRId64 " never lead from %" PRId64 " to %" PRId64,
		       sequence->step, sequence->start, sequence->end);
		return false;
	}
	if (sequence->is_hex && (sequence->start < 0 || sequence->end < 0)) {
		refuse(x, template, "a negative number has no hexadecimal form here; ~SEQ has");
		return false;
	}
	return true;
}

static void sequence_repeat(struct expander *x, size_t floor, struct template *template,
			    const struct sequence *sequence)
{
	char text[32];
	struct word_list values = {0};

	*vec_push(&values.list) = text;
	for (int64_t i = sequence->start;
	     !x->is_over && (sequence->step > 0 ? i <= sequence->end : i >= sequence->end);
	     i += sequence->step) {
		if (i != sequence->start)
			expand_line_end(x);
		snprintf(text, sizeof(text), sequence->is_hex ? "%" PRIx64 : "%" PRId64, i);
		line_repeat(x, floor, template, &values);
	}
	vec_free(&values.list);
}

static void list_repeat(struct expander *x, size_t floor, struct template *template,
			struct word_list *words)
{
	if (words->list.n < 2) {
		refuse(x, template, "it takes a name, or {names}, and then the values");
		return;
	}
	for (size_t i = 1; i < words->list.n && !x->is_over; i++) {
		struct word_list values = {0};

		tuple_take(&values, words->list.items[i]);
		if (values.list.n > template->names.list.n) {
			refuse(x, template, "value %zu has %zu part%s for %zu name%s", i,
			       values.list.n, plural(values.list.n), template->names.list.n,
			       plural(template->names.list.n));
		} else {
			if (i > 1)
				expand_line_end(x);
			line_repeat(x, floor, template, &values);
		}
		words_fini(&values);
	}
}

static void template_run(struct expander *x, size_t floor, struct template *template,
			 struct word_list *words)
{
	bool is_list = template->at[1] == 'L';
	struct sequence sequence = {.is_hex = template->at[4] == 'x'};

	if (is_list)
		tuple_take(&template->names, words->list.items[0]);
	else
		*vec_push(&template->names.list) = mem_strdup(words->list.items[0]);
	if (!names_are_good(x, template))
		return;
	if (x->variables.n + template->names.list.n > NESTED_MAX) {
		refuse(x, template, "templates on one line have more than %d names", NESTED_MAX);
		return;
	}
	definitions_add(x, template);
	if (is_list)
		list_repeat(x, floor, template, words);
	else if (sequence_read(x, template, words, &sequence))
		sequence_repeat(x, floor, template, &sequence);
}

/* Copies the line from the pieces on the stack, which are read to their end. */
static void line_take(struct expander *x, size_t floor, struct template *template)
{
	struct piece *last;

	template->n = x->n - floor;
	memcpy(template->line, &x->stack[floor], template->n * sizeof(template->line[0]));
	last = &template->line[template->n - 1];
	last->at = template->rest;
	while (last->at < last->end && expand_is_blank(*last->at))
		last->at++;
}

void expand_repeat(struct expander *x, size_t floor, const char *open)
{
	struct piece *piece = &x->stack[x->n - 1];
	struct template *template = mem_calloc(1, sizeof(*template));
	struct word_list words = {0};
	char *text;

	template->at = piece->at;
	template->open = open;
	template->place = expand_place(x, piece, piece->at);
	template->rest = memchr(open, ')', (size_t)(piece->end - open));
	template->rest = template->rest ? template->rest + 1 : piece->end;
	line_take(x, floor, template);
	if (template->rest[-1] != ')') {
		refuse(x, template, "')' is missing");
	} else {
		text = expand_text(x, open, template->rest - 1);
		parts_take(&words, text);
		free(text);
		if (!x->is_over)
			template_run(x, floor, template, &words);
	}
	if (x->n > floor)
		x->n = floor;
	words_fini(&words);
	words_fini(&template->names);
	free(template);
}
