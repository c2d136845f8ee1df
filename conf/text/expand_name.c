/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variables: their definitions, and the replacement of their names. */
#include "conf/text/expand_internal.h"
#include "base/hash.h"
#include "conf/schema/lookup.h"

#include <stdlib.h>
#include <string.h>

/* At most so many names are compared to find the one that was meant. */
#define SUGGEST_AMONG_MAX 1000

/* How much of a name a message shows. A longer name is not compared with others. */
#define NAME_TEXT_MAX 64

/* How far behind a name its closing brace may be. */
#define ARGUMENT_MAX 256

void expand_names_fini(struct names *names)
{
	free(names->buckets);
	*names = (struct names){0};
}

static bool is_text(const char *name, const char *text, size_t len)
{
	return strlen(name) == len && !memcmp(name, text, len);
}

static struct name *name_find(const struct names *names, const char *text, size_t len)
{
	struct name *name;

	if (!names->n_buckets)
		return NULL;
	name = names->buckets[hash_bytes(text, len) & (names->n_buckets - 1)];
	while (name && !is_text(name->text, text, len))
		name = name->next;
	return name;
}

const struct name *expand_name_find(const struct names *names, const char *text, size_t len)
{
	return name_find(names, text, len);
}

static void bucket_insert(struct name **buckets, size_t n_buckets, struct name *name)
{
	struct name **bucket = &buckets[hash_text(name->text) & (n_buckets - 1)];

	name->next = *bucket;
	*bucket = name;
}

static void names_grow(struct names *names)
{
	size_t n_buckets = names->n_buckets ? names->n_buckets * 2 : 64;
	struct name **buckets = mem_calloc(n_buckets, sizeof(struct name *)), *next;

	for (size_t i = 0; i < names->n_buckets; i++) {
		for (struct name *name = names->buckets[i]; name; name = next) {
			next = name->next;
			bucket_insert(buckets, n_buckets, name);
		}
	}
	free(names->buckets);
	names->buckets = buckets;
	names->n_buckets = n_buckets;
}

static struct name *name_get(struct expander *x, const char *text, size_t len)
{
	struct name *name = name_find(&x->names, text, len);

	if (name)
		return name;
	if (x->names.n++ >= x->names.n_buckets)
		names_grow(&x->names);
	name = arena_alloc(x->map->arena, sizeof(*name));
	name->text = arena_strndup(x->map->arena, text, len);
	bucket_insert(x->names.buckets, x->names.n_buckets, name);
	return name;
}

/* Removes the blanks at both ends of the line. */
static void trim(struct body *line)
{
	while (line->len && expand_is_blank(line->text[0])) {
		line->text++;
		line->len--;
		line->column++;
	}
	while (line->len && expand_is_blank(line->text[line->len - 1]))
		line->len--;
}

/* Removes the backslash at the end of a line. Returns whether there was one. */
static bool goes_on(struct body *line)
{
	if (!line->len || line->text[line->len - 1] != '\\')
		return false;
	line->len--;
	trim(line);
	return true;
}

static void value_set(struct expander *x, struct name *name, struct body line, bool is_file)
{
	VEC(struct body) lines = {0};
	bool is_more;

	trim(&line);
	is_more = is_file && goes_on(&line);
	if (line.len || !is_more)
		*vec_push(&lines) = line;
	while (is_more && expand_next_line(x, &line)) {
		trim(&line);
		if (!line.len)
			break;
		is_more = goes_on(&line);
		if (line.len)
			*vec_push(&lines) = line;
	}
	if (!lines.n)
		*vec_push(&lines) = line;
	name->n_lines = lines.n;
	name->lines = arena_calloc(x->map->arena, lines.n, sizeof(*lines.items));
	memcpy(name->lines, lines.items, lines.n * sizeof(*lines.items));
	vec_free(&lines);
}

bool expand_define(struct expander *x, size_t floor)
{
	struct piece *piece = &x->stack[x->n - 1];
	const char *text = piece->at + 1, *value;
	size_t len = expand_name_len(text, piece->end);
	unsigned column = piece->column + (unsigned)(piece->at - piece->start);
	struct name *name;
	struct body line;

	if (!len || text + len == piece->end || text[len] != '=' || x->n != floor + 1 ||
	    x->statement != x->line_start)
		return false;
	value = text + len + 1;
	name = name_get(x, text, len);
	name->definition = (uint32_t)x->map->definitions.n;
	*vec_push(&x->map->definitions) = (struct source_definition){
	    .name = name->text, .source = piece->source, .line = piece->line, .column = column};
	line = (struct body){.text = value,
			     .len = (size_t)(piece->end - value),
			     .source = piece->source,
			     .line = piece->line,
			     .column = column + (unsigned)(value - piece->at)};
	piece->at = piece->end;
	value_set(x, name, line, !piece->name);
	return true;
}

/* A place where a name is used. */
struct use {
	const char *at, *text, *end; /* the '$', the name, and the byte behind the whole use */
	size_t len;
	const char *argument; /* the argument of ${NAME argument}; otherwise NULL */
	bool has_braces;
};

static void use_error(struct expander *x, const struct use *use, const char *what, const char *hint)
{
	const struct piece *piece = &x->stack[x->n - 1];
	struct source_spot place = expand_place(x, piece, use->at);

	report_spot(x->report, REPORT_IGNORED, &place, "%s%.*s%s %s%s", use->has_braces ? "${" : "$",
		       (int)(use->len < NAME_TEXT_MAX ? use->len : NAME_TEXT_MAX), use->text,
		       use->has_braces ? "}" : "", what, hint);
	expand_notes(x, piece, use->at);
}

static const struct variable *variable_find(const struct expander *x, const char *text, size_t len)
{
	for (size_t i = x->variables.n; i-- > 0;)
		if (is_text(x->variables.items[i].name, text, len))
			return &x->variables.items[i];
	return NULL;
}

/* Reads the name at the '$'. Returns false if there is none. */
static bool use_read(struct expander *x, struct use *use)
{
	const struct piece *piece = &x->stack[x->n - 1];
	const char *end = piece->end;

	use->has_braces = use->at + 1 < end && use->at[1] == '{';
	use->text = use->at + 1 + use->has_braces;
	use->len = use->text < end ? expand_name_len(use->text, end) : 0;
	use->end = use->text + use->len;
	if (!use->len)
		return false;
	if (!use->has_braces) {
		if (use->end == end || expand_is_blank(*use->end) || *use->end == ',' ||
		    *use->end == ')')
			return true;
		if (name_find(&x->names, use->text, use->len) ||
		    variable_find(x, use->text, use->len))
			use_error(x, use, "is not replaced, because of what follows the name; ",
				  "write it with braces, ${...}");
		return false;
	}
	if (use->end < end && *use->end == ' ')
		use->argument = use->end + 1;
	if (end - use->end > ARGUMENT_MAX)
		end = use->end + ARGUMENT_MAX;
	use->end = memchr(use->end, '}', (size_t)(end - use->end));
	if (!use->end)
		use_error(x, use, "is not closed on its line: '}' is missing", "");
	else
		use->end++;
	if (!use->end || use->argument || use->end - 1 == use->text + use->len)
		return use->end;
	use_error(x, use, "has something behind the name that cannot stand there; ",
		  "is this a template of another program that was not filled in?");
	return false;
}

static void nearest_keep(const char *name, const char *wanted, unsigned *distance,
			 const char **nearest)
{
	unsigned d = lookup_distance(name, wanted, *distance - 1);

	if (d < *distance) {
		*distance = d;
		*nearest = name;
	}
}

/* The name that was probably meant, or NULL. */
static const char *suggestion(const struct expander *x, const struct use *use)
{
	char *wanted = mem_printf("%.*s", (int)use->len, use->text);
	unsigned distance = use->len > 4 ? 3 : use->len > 2 ? 2 : 1;
	const char *nearest = NULL;

	if (x->names.n <= SUGGEST_AMONG_MAX && use->len < NAME_TEXT_MAX) {
		for (size_t i = 0; i < x->names.n_buckets; i++)
			for (const struct name *name = x->names.buckets[i]; name; name = name->next)
				nearest_keep(name->text, wanted, &distance, &nearest);
		for (const char *const *name = expand_builtins; *name; name++)
			nearest_keep(*name, wanted, &distance, &nearest);
	}
	free(wanted);
	return nearest;
}

/* Whether this is "$NAME = VALUE": the name begins its line, and "=" follows after blanks. */
static bool is_assigned(const struct expander *x, const struct use *use)
{
	const struct piece *piece = &x->stack[x->n - 1];
	const char *at = use->end;

	while (at < piece->end && expand_is_blank(*at))
		at++;
	return at < piece->end && *at == '=' && x->is_start && !use->has_braces;
}

static void undefined_report(struct expander *x, const struct use *use)
{
	const char *meant = use->argument || report_is_full(x->report) ? NULL : suggestion(x, use);
	int len = (int)(use->len < NAME_TEXT_MAX ? use->len : NAME_TEXT_MAX);
	char *hint;

	if (is_assigned(x, use)) {
		use_error(x, use, "is not defined; write `$NAME=VALUE` without a blank before '='", "");
		return;
	}
	if (use->argument) {
		use_error(x, use, "takes no argument", "");
		return;
	}
	hint = meant ? mem_printf("; did you mean '$%s'?", meant)
		     : mem_printf("; write `$%.*s=VALUE` on a line before, or `${_ENV %.*s}` for "
				  "a variable of the environment; ${_DOLLAR} gives a '$' as it is",
				  len, use->text, len, use->text);
	use_error(x, use, "is not defined", hint);
	free(hint);
}

static bool is_open(const struct expander *x, const struct name *name)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->stack[i].name == name)
			return true;
	return false;
}

/* Records that definition is used at this place. Returns the number of the use. */
static uint32_t use_add(struct expander *x, const struct use *use, uint32_t definition)
{
	const struct piece *piece = &x->stack[x->n - 1];

	*vec_push(&x->map->uses) = (struct source_use){
	    .parent = piece->use,
	    .definition = definition,
	    .source = piece->source,
	    .line = piece->line,
	    .column = piece->column + (unsigned)(use->at - piece->start),
	};
	return (uint32_t)x->map->uses.n;
}

/* Puts a value on the stack that stands in no file. */
static void value_push(struct expander *x, const struct use *use, const char *value)
{
	const struct piece *outer = &x->stack[x->n - 1];
	struct piece piece = *outer;

	piece.column += (unsigned)(use->at - outer->start);
	piece.use = use_add(x, use, SOURCE_BUILT_IN);
	piece.start = piece.at = value;
	piece.end = value + strlen(value);
	piece.is_value = true;
	piece.name = NULL;
	expand_push(x, &piece);
}

static void name_push(struct expander *x, const struct use *use, const struct name *name)
{
	uint32_t number = use_add(x, use, name->definition);

	for (size_t i = 0; i < name->n_lines && !x->is_over; i++) {
		struct piece piece = expand_piece_of(&name->lines[i]);
		size_t floor = x->n;

		piece.use = number;
		piece.name = name;
		if (!expand_push(x, &piece) || name->n_lines == 1)
			return;
		expand_run(x, floor);
		if (i + 1 < name->n_lines && !x->plain)
			expand_line_end(x);
	}
}

bool expand_count(struct expander *x, const struct source_spot *place)
{
	if (x->n_replaced++ < EXPAND_NAMES_MAX)
		return true;
	expand_give_up(x, place, "more than %d names are replaced", EXPAND_NAMES_MAX);
	return false;
}

static bool builtin_push(struct expander *x, const struct use *use)
{
	char *name = arena_strndup(x->map->arena, use->text, use->len), *value;
	const char *argument = use->argument ? arena_strndup(x->map->arena, use->argument,
							     (size_t)(use->end - 1 - use->argument))
					     : "";

	value = expand_builtin(x, name, argument, use->at);
	if (!value)
		return false;
	value_push(x, use, arena_strdup(x->map->arena, value));
	free(value);
	return true;
}

/* Writes the name without replacing it. Its braces are left out, since they would begin a block. */
static bool leave(struct expander *x, const struct use *use)
{
	x->stack[x->n - 1].at = use->end ? use->end : use->text + use->len;
	value_push(x, use, arena_printf(x->map->arena, "$%.*s", (int)use->len, use->text));
	x->map->uses.items[x->map->uses.n - 1].is_unresolved = true;
	return true;
}

bool expand_replace(struct expander *x)
{
	struct piece *piece = &x->stack[x->n - 1];
	struct use use = {.at = piece->at};
	const struct variable *variable;
	struct source_spot place;
	const struct name *name;

	if (!use_read(x, &use))
		return use.len && use.has_braces && leave(x, &use);
	variable = use.argument ? NULL : variable_find(x, use.text, use.len);
	name = use.argument ? NULL : name_find(&x->names, use.text, use.len);
	if (name && !variable && is_open(x, name)) {
		use_error(x, &use, "is part of its own value", "");
		return leave(x, &use);
	}
	place = expand_place(x, piece, use.at);
	if (!expand_count(x, &place))
		return true;
	piece->at = use.end;
	if (variable)
		value_push(x, &use, variable->value);
	else if (name)
		name_push(x, &use, name);
	else if (!builtin_push(x, &use)) {
		undefined_report(x, &use);
		return leave(x, &use);
	}
	return true;
}
