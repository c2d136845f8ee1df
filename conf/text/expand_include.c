/* SPDX-License-Identifier: GPL-2.0-or-later */
/* include and its variants: which files a name stands for, and which of them must exist and be
 * readable. */
#include "conf/text/expand_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WORD     "include"
#define WORD_LEN (sizeof(WORD) - 1)

/* The most names that the braces of one include may stand for. */
#define ALTERNATIVES_MAX 1000

/* The longest name of an include, in bytes; no path is longer. */
#define NAME_BYTES_MAX 4096

static const struct {
	char letter;
	unsigned checks;
} variants[] = {
    {'r', INCLUDE_READABLE},
    {'m', INCLUDE_READABLE | INCLUDE_MATCH},
    {'w', INCLUDE_READABLE | INCLUDE_MATCH | INCLUDE_WILDCARD_MATCH},
    {'b', INCLUDE_READABLE | INCLUDE_BRACE_MATCH},
    {'a', INCLUDE_ALL},
};

static const struct {
	const char *word;
	unsigned checks;
} options[] = {
    {"readable", INCLUDE_READABLE},
    {"match", INCLUDE_MATCH},
    {"wildcard_match", INCLUDE_WILDCARD_MATCH},
    {"brace_match", INCLUDE_BRACE_MATCH},
};

struct include {
	struct source_spot place;
	uint32_t source, use;
	unsigned line, column;
	unsigned checks; /* the checks of this variant of include */
	char *name;
};

/* Returns the first word of the statement that is being written. */
static const char *word_of(const struct expander *x, size_t *ret_len)
{
	bool is_empty = x->out.len == x->statement;
	const char *at = is_empty ? "" : x->out.text + x->statement, *start;
	const char *end = is_empty ? at : x->out.text + x->out.len;

	while (at < end && expand_is_blank(*at))
		at++;
	for (start = at; at < end && expand_name_len(at, at + 1);)
		at++;
	if (at < end && !expand_is_blank(*at) && *at != '"')
		at = start;
	*ret_len = (size_t)(at - start);
	return start;
}

static bool variant_of(const char *word, size_t len, unsigned *ret_checks)
{
	*ret_checks = 0;
	if (len < WORD_LEN || len > WORD_LEN + 1 || memcmp(word, WORD, WORD_LEN) != 0)
		return false;
	if (len == WORD_LEN)
		return true;
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		if (variants[i].letter == word[WORD_LEN]) {
			*ret_checks = variants[i].checks;
			return true;
		}
	}
	return false;
}

bool expand_is_include(const struct expander *x)
{
	unsigned checks;
	size_t len;
	const char *word = word_of(x, &len);

	return variant_of(word, len, &checks);
}

/* ---- include_check ---- */

/* Takes one word of include_check. Returns false if it is no name of a check. */
static bool option_take(struct frame *frame, const char *word, size_t len, bool *is_set)
{
	char sign = len && (*word == '+' || *word == '-') ? *word : '\0';
	unsigned checks = 0;

	if (sign)
		word++, len--;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strlen(options[i].word) == len && !memcmp(options[i].word, word, len))
			checks = options[i].checks;
	if (!checks)
		return false;
	if (!sign && !*is_set) {
		*is_set = true;
		frame->keep = frame->add = 0;
	}
	if (sign == '-') {
		frame->keep &= ~checks;
		frame->add &= ~checks;
	} else {
		frame->add |= checks;
	}
	return true;
}

static void option_report(struct expander *x, const char *word, size_t len)
{
	size_t at = (size_t)(word - x->out.text);
	struct source_spot place = source_spot_in(x->map, at);

	report_spot(x->report, REPORT_IGNORED, &place,
		       "include_check: '%.*s' is not one of readable, match, wildcard_match, "
		       "brace_match, with + or - or alone",
		       (int)(len < 64 ? len : 64), word);
}

static void check_take(struct expander *x, const char *at)
{
	struct frame *frame = &x->frames.items[x->file->frame];
	const char *end = x->out.text + x->out.len;
	bool is_set = false, is_bare = true;

	while (at < end) {
		const char *word;

		while (at < end && expand_is_blank(*at))
			at++;
		for (word = at; at < end && !expand_is_blank(*at);)
			at++;
		if (at == word)
			break;
		is_bare = false;
		if (!option_take(frame, word, (size_t)(at - word), &is_set))
			option_report(x, word, (size_t)(at - word));
	}
	if (is_bare)
		frame->add = INCLUDE_ALL;
}

/* The default checks of the file that the frame belongs to. */
static unsigned frame_checks(const struct expander *x, uint32_t frame)
{
	unsigned keep = INCLUDE_ALL, add = 0;

	for (;; frame = x->frames.items[frame].parent) {
		add |= x->frames.items[frame].add & keep;
		keep &= x->frames.items[frame].keep;
		if (!frame)
			return add;
	}
}

/* ---- mistakes ---- */

static void find_fault(struct expander *x, const struct include *include, unsigned check,
		       char *text)
{
	*vec_push(&x->findings) = (struct finding){.place = include->place,
						   .text = text,
						   .check = check,
						   .asked = include->checks,
						   .frame = x->file->frame};
}

void expand_findings_report(struct expander *x)
{
	for (size_t i = 0; i < x->findings.n; i++) {
		struct finding *finding = &x->findings.items[i];
		unsigned asked = finding->asked | frame_checks(x, finding->frame);

		if (asked & finding->check)
			report_spot(x->report, REPORT_IGNORED, &finding->place, "%s", finding->text);
		else
			report_spot(x->report, REPORT_WARNING, &finding->place, "%s", finding->text);
		free(finding->text);
	}
}

static void chain_notes(struct expander *x)
{
	for (const struct file *file = x->file; file->outer; file = file->outer)
		report_spot(x->report, REPORT_NOTE, &file->included_at, "%s is included here", file->path);
}

/* Whether the file path includes itself, directly or through others. */
static bool is_endless(struct expander *x, const struct include *include, const char *path)
{
	const struct file *file = x->file;

	while (file && strcmp(file->path, path) != 0)
		file = file->outer;
	if (!file && x->depth < EXPAND_DEPTH_MAX)
		return false;
	if (file)
		report_spot(x->report, REPORT_IGNORED, &include->place, "%s includes itself", path);
	else
		report_spot(x->report, REPORT_ERROR, &include->place,
			     "files include each other deeper than %d levels", EXPAND_DEPTH_MAX);
	chain_notes(x);
	/* The file would be included again and again, each time with this message. When lenient,
	 * only this include is left out. */
	x->is_over = !file || !x->report->is_lenient;
	return true;
}

/* ---- files ---- */

static bool has_nul(struct expander *x, const char *path, const char *text, size_t len)
{
	struct source_spot place;

	if (!source_find_nul(path, text, len, &place))
		return false;
	place.at = (uint32_t)x->out.len;
	report_spot(x->report, REPORT_ERROR, &place, SOURCE_NUL_TEXT);
	return true;
}

static void text_take(struct expander *x, const struct include *include, const char *path,
		      char *text, size_t len)
{
	char *name = arena_strdup(x->files, path);
	struct file file = {
	    .outer = x->file,
	    .path = name,
	    .prefix = expand_prefix(x->map->arena, path),
	    .included_at = include->place,
	    .text = text,
	    .at = text,
	    .end = text + len,
	    .line = 1,
	    .source = source_add(x->map, name, text, len, text),
	};

	x->n_bytes += len;
	if (x->map->sources.n > EXPAND_FILES_MAX)
		expand_give_up(x, &include->place, "more than %d files are included",
			       EXPAND_FILES_MAX);
	else if (x->n_bytes > EXPAND_BYTES_MAX)
		expand_give_up(x, &include->place, "all files together have more than %u bytes",
			       EXPAND_BYTES_MAX);
	else if (!has_nul(x, name, text, len)) {
		expand_seed_check(x, &x->map->sources.items[file.source]);
		expand_file(x, &file);
	}
}

static bool file_include(struct expander *x, const struct include *include, const char *path,
			 bool is_match)
{
	struct err err;
	char *text;
	size_t len;
	int r;

	if (is_endless(x, include, path))
		return true;
	r = x->host->read(x->host->arg, path, &text, &len, &err);
	if (r == -ENOENT && !is_match)
		return false;
	if (expand_is_failure(r))
		expand_give_up(x, &include->place, "%s: %s", path, err.text);
	else if (r < 0)
		find_fault(x, include, INCLUDE_READABLE, mem_printf("%s: %s", path, err.text));
	else
		text_take(x, include, path, text, len);
	return true;
}

/* Includes the files that a name without braces stands for. Returns false if there are none. */
static bool name_include(struct expander *x, const struct include *include, const char *name)
{
	char *path = mem_printf("%s%s", name[0] == '/' ? "" : x->file->prefix, name);
	struct expand_paths paths = {0};
	bool is_found = true;

	if (!strpbrk(name, "*?[")) {
		is_found = file_include(x, include, path, false);
	} else {
		x->host->match(x->host->arg, path, &paths);
		if (paths.code < 0)
			expand_give_up(x, &include->place, "%s: %s", path, paths.err.text);
		is_found = paths.list.n;
		for (size_t i = 0; i < paths.list.n; i++) {
			if (!x->is_over)
				file_include(x, include, paths.list.items[i], true);
			free(paths.list.items[i]);
		}
		vec_free(&paths.list);
	}
	free(path);
	return is_found;
}

/* ---- braces ---- */

/* The brace that closes the one at open; NULL if there is none. */
static const char *brace_end(const char *open)
{
	unsigned n = 0;

	for (const char *at = open; *at; at++) {
		n += *at == '{';
		if (*at == '}' && !--n)
			return at;
	}
	return NULL;
}

/* Appends the names that result from replacing the first braces of name. Returns false if they are
 * too many. */
static bool braces_split(struct expand_paths *names, const char *name)
{
	const char *open = strchr(name, '{'), *close = open ? brace_end(open) : NULL, *at;
	unsigned depth = 0;

	if (!close)
		return false;
	at = open + 1;
	for (const char *end = at; end <= close; end++) {
		depth += *end == '{';
		if ((*end == ',' && !depth) || end == close) {
			*vec_push(&names->list) = mem_printf("%.*s%.*s%s", (int)(open - name), name,
							     (int)(end - at), at, close + 1);
			at = end + 1;
		}
		depth -= *end == '}' && depth;
	}
	return true;
}

/* Appends, in order, the names without braces that a name stands for. */
static void names_split(struct expander *x, const struct include *include,
			struct expand_paths *names)
{
	struct expand_paths todo = {0};
	char *name;

	/* A stack of names. The one that is handled next is on top. */
	*vec_push(&todo.list) = mem_strdup(include->name);
	while (todo.list.n) {
		struct expand_paths parts = {0};

		name = todo.list.items[--todo.list.n];
		if (names->list.n + todo.list.n > ALTERNATIVES_MAX) {
			expand_give_up(x, &include->place,
				       "the braces of this include make more than %d names",
				       ALTERNATIVES_MAX);
			free(name);
			while (todo.list.n)
				free(todo.list.items[--todo.list.n]);
		} else if (braces_split(&parts, name)) {
			while (parts.list.n)
				*vec_push(&todo.list) = parts.list.items[--parts.list.n];
			free(name);
		} else {
			*vec_push(&names->list) = name;
		}
		vec_free(&parts.list);
	}
	vec_free(&todo.list);
}

/* Reports that a name stands for no file. lvsd also warns where keepalived is silent. */
static void nothing_found(struct expander *x, const struct include *include, const char *name,
			  bool is_alternative, size_t n_found)
{
	bool has_wildcard = strpbrk(name, "*?[");
	unsigned check = 0;

	if (is_alternative)
		check |= INCLUDE_BRACE_MATCH;
	if (!n_found)
		check |= has_wildcard ? INCLUDE_WILDCARD_MATCH : INCLUDE_MATCH;
	find_fault(x, include, check,
		   mem_printf(has_wildcard ? "no file matches %s%s" : "there is no file %s%s",
			      name[0] == '/' ? "" : x->file->prefix, name));
}

static void include_run(struct expander *x, const struct include *include)
{
	struct expand_paths names = {0};
	size_t n_found = 0;
	bool *is_found;

	names_split(x, include, &names);
	is_found = mem_calloc(names.list.n + 1, sizeof(*is_found));
	for (size_t i = 0; i < names.list.n && !x->is_over; i++) {
		is_found[i] = name_include(x, include, names.list.items[i]);
		n_found += is_found[i];
	}
	for (size_t i = 0; i < names.list.n; i++) {
		if (!is_found[i] && !x->is_over)
			nothing_found(x, include, names.list.items[i], names.list.n > 1, n_found);
		free(names.list.items[i]);
	}
	vec_free(&names.list);
	free(is_found);
}

/* ---- the statement ---- */

/* The name behind the keyword, without quotes and escapes, for free(). */
static char *name_take(struct expander *x, const char *at, const struct include *include)
{
	const char *end = x->out.text + x->out.len;
	char *name, *to;

	while (at < end && expand_is_blank(*at))
		at++;
	while (end > at && expand_is_blank(end[-1]))
		end--;
	name = to = mem_calloc((size_t)(end - at) + 1, 1);
	if (at < end && *at == '"') {
		for (at++; at < end && *at != '"';)
			*to++ = *at++;
		if (at + 1 != end)
			report_spot(x->report, REPORT_IGNORED, &include->place,
				    "include takes one name, in quotes or without");
		return name;
	}
	for (; at < end; at++) {
		at += *at == '\\' && at + 1 < end && (at[1] == '#' || at[1] == '!');
		*to++ = *at;
	}
	return name;
}

static struct include include_read(struct expander *x, const char *word, size_t len)
{
	size_t at = (size_t)(word - x->out.text);
	const struct source_span *span = &x->map->spans.items[source_span_find(x->map, at)];
	struct include include = {.source = span->source,
				  .use = span->use,
				  .line = span->line,
				  .column = span->column + (unsigned)(at - span->at)};

	variant_of(word, len, &include.checks);
	include.place =
	    source_spot_of(x->map, include.source, include.line, include.column, include.use);
	include.place.at = (uint32_t)x->statement;
	include.name = name_take(x, word + len, &include);
	return include;
}

/* Removes the statement from the flat text again, and ends the line before it. */
static void statement_cut(struct expander *x)
{
	source_spans_cut(x->map, x->statement);
	x->out.len = x->statement;
	if (x->out.len != x->line_start)
		out_bytes(&x->out, "\n", 1);
	x->line_start = x->out.len;
	x->in_quotes = false;
	x->behind = NULL;
	expand_statement_begin(x);
}

void expand_statement_end(struct expander *x)
{
	struct include include;
	unsigned checks;
	size_t len;
	const char *word = word_of(x, &len);

	if (len == sizeof("include_check") - 1 && !memcmp(word, "include_check", len)) {
		check_take(x, word + len);
		return;
	}
	if (!variant_of(word, len, &checks) || x->is_over)
		return;
	include = include_read(x, word, len);
	statement_cut(x);
	if (strlen(include.name) > NAME_BYTES_MAX) {
		report_spot(x->report, REPORT_ERROR, &include.place, "the name has more than %d bytes",
			     NAME_BYTES_MAX);
	} else if (include.name[0]) {
		include_run(x, &include);
	} else {
		report_spot(x->report, REPORT_IGNORED, &include.place,
			    "%s needs the name of a file", WORD);
		report_uses(x->report, include.source, include.line, include.column, include.use);
	}
	free(include.name);
}
