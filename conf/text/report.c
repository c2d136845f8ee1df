/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/text/report.h"
#include "conf/text/out.h"
#include "conf/text/secret.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* How much of a source line is shown, and how much of that is before the caret. */
#define SHOWN_MAX    160
#define SHOWN_BEFORE 100

/* A longer message is cut in its middle, where a long word of the file would be. */
#define TEXT_HEAD 300
#define TEXT_TAIL 200

/* The most names that the notes of one error explain. */
#define USES_SHOWN_MAX 8

void report_init(struct report *report, struct diags *diags, struct source_map *map)
{
	*report = (struct report){.diags = diags, .map = map, .n_errors_before = diags->n_errors};
}

bool report_has_errors(const struct report *report)
{
	return report->diags->n_errors != report->n_errors_before;
}

bool report_is_full(const struct report *report)
{
	return report->diags->n_errors >= DIAG_KEPT_MAX;
}

bool report_gives_up(struct report *report)
{
	bool gives_up = report->diags->n_errors - report->n_errors_before >= DIAG_READ_MAX;

	report->diags->is_unread |= gives_up;
	return gives_up;
}

const char *report_text_at(const struct report *report, const struct conf_place *place,
			   size_t *ret_len)
{
	const struct source_map *map = report->map;
	size_t at = place->line && place->at < map->len ? place->at : map->len;

	*ret_len = map->len - at;
	return map->flat + at;
}

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Where in line the first secret begins that a window from..to could show; to if there is none. */
static size_t secret_start(const char *line, size_t from, size_t to)
{
	size_t first = from > SECRET_REACH ? from - SECRET_REACH : 0;

	return first + secret_find(line + first, to - first);
}

/* Sets the source line, cut to a window around the column, and where in it the caret goes. */
static void source_set(struct report *report, struct diag *diag)
{
	struct source *source = source_find(report->map, diag->file);
	size_t at = diag->column - 1, from = 0, to, secret, len = 0;
	const char *line = source ? source_line(source, diag->line, &len) : "";
	struct out out;

	if (at > len)
		at = len;
	if (len > SHOWN_MAX && at > SHOWN_BEFORE)
		from = at - SHOWN_BEFORE;
	while (from < at && from > 0 && is_continuation(line[from]))
		from++;
	to = len - from > SHOWN_MAX ? from + SHOWN_MAX : len;
	while (to < len && to > at && is_continuation(line[to]))
		to--;
	secret = secret_start(line, from, to);
	from = from < secret ? from : secret;
	at = at < secret ? at : secret;
	out_init(&out, NULL, NULL);
	out_text(&out, from > 0 ? "..." : "");
	diag->caret = (unsigned)(out.len + out_escaped(&out, line + from, at - from) + 1);
	out_escaped(&out, line + at, secret - at);
	out_text(&out, secret < to ? SECRET_SHOWN : to < len ? "..." : "");
	diag->source = out_take(&out);
}

/* Formats the text of a message, and makes it fit to be shown. */
__attribute__((format(printf, 1, 0))) static char *text_make(const char *format, va_list args)
{
	struct out out;
	char *raw;
	size_t len, head = TEXT_HEAD, tail;

	if (vasprintf(&raw, format, args) < 0)
		mem_exhausted(TEXT_HEAD);
	len = strlen(raw);
	out_init(&out, NULL, NULL);
	if (len <= TEXT_HEAD + TEXT_TAIL) {
		out_escaped(&out, raw, len);
	} else {
		tail = len - TEXT_TAIL;
		while (head > TEXT_HEAD - 4 && is_continuation(raw[head]))
			head--;
		while (tail < len - TEXT_TAIL + 4 && is_continuation(raw[tail]))
			tail++;
		out_escaped(&out, raw, head);
		out_text(&out, "...");
		out_escaped(&out, raw + tail, len - tail);
	}
	free(raw);
	return out_take(&out);
}

static bool is_counted_only(struct report *report, enum diag_severity severity)
{
	struct diags *diags = report->diags;

	if (severity == DIAG_ERROR)
		report->is_muted = ++diags->n_errors > DIAG_KEPT_MAX;
	if (severity == DIAG_WARNING)
		report->is_muted = ++diags->n_warnings > DIAG_KEPT_MAX;
	return report->is_muted;
}

__attribute__((format(printf, 4, 0))) static void add(struct report *report,
						      enum diag_severity severity,
						      const struct source_spot *spot,
						      const char *format, va_list args)
{
	struct diag *diag = vec_push(&report->diags->list);

	*diag = (struct diag){.severity = severity,
			      .file = mem_strdup(spot->file),
			      .line = spot->line,
			      .column = spot->column,
			      .at = spot->at,
			      .text = text_make(format, args)};
	if (diag->line)
		source_set(report, diag);
}

static struct source_spot spot_of(const struct report *report, const struct conf_place *place)
{
	struct source_spot spot = {.file = place->file, .line = place->line, .at = place->at};

	/* A place has no column. It is computed for the messages that are shown. */
	if (place->line && place->at <= report->map->len)
		spot.column = source_column(report->map, place);
	return spot;
}

static void hide_source(struct report *report)
{
	struct diag *diag = &report->diags->list.items[report->diags->list.n - 1];

	free(diag->source);
	diag->source = NULL;
}

/* The names to explain, outer ones first, each once. */
struct chain {
	uint32_t uses[USES_SHOWN_MAX];
	struct source_spot written[USES_SHOWN_MAX]; /* where the text with these names stands */
	size_t n;
};

static bool has_use(const struct chain *chain, uint32_t use)
{
	for (size_t i = 0; i < chain->n; i++)
		if (chain->uses[i] == use)
			return true;
	return false;
}

static void chain_add(const struct source_map *map, struct chain *chain, uint32_t source,
		      unsigned line, unsigned column, uint32_t use)
{
	struct chain found = {0};

	while (use && found.n < USES_SHOWN_MAX) {
		const struct source_use *at = source_use(map, use);

		if (at->definition != SOURCE_BUILT_IN && !has_use(chain, use)) {
			found.uses[found.n] = use;
			found.written[found.n++] = source_spot_of(map, source, line, column, 0);
		}
		source = at->source;
		line = at->line;
		column = at->column;
		use = at->parent;
	}
	while (found.n-- && chain->n < USES_SHOWN_MAX) {
		chain->uses[chain->n] = found.uses[found.n];
		chain->written[chain->n++] = found.written[found.n];
	}
}

static void use_note(struct report *report, const struct source_use *use,
		     const struct source_spot *written, bool is_secret)
{
	const struct source_definition *definition =
	    &report->map->definitions.items[use->definition];
	struct source_spot spot;

	if (definition->is_template) {
		spot = source_spot_of(report->map, definition->source, definition->line,
				      definition->column, 0);
		report_spot(report, REPORT_NOTE, &spot, "$%s is %s here", definition->name,
			    is_secret ? "set" : use->value);
	} else {
		report_spot(report, REPORT_NOTE, written,
			    "this is the value of $%s, which is defined here", definition->name);
	}
	if (is_secret && !report->is_muted)
		hide_source(report);
}

static void chain_notes(struct report *report, const struct chain *chain, bool is_secret)
{
	for (size_t i = 0; i < chain->n; i++)
		use_note(report, source_use(report->map, chain->uses[i]), &chain->written[i],
			 is_secret);
}

void report_uses(struct report *report, uint32_t source, unsigned line, unsigned column,
		 uint32_t use)
{
	struct chain chain = {0};

	chain_add(report->map, &chain, source, line, column, use);
	chain_notes(report, &chain, false);
}

/* Is the word at byte at a secret, or does it stand behind the secret of its statement? */
static bool is_secret_at(const struct source_map *map, size_t at)
{
	size_t start = at;

	while (start > 0 && at - start < SECRET_REACH && map->flat[start - 1] != '\n')
		start--;
	return secret_find(map->flat + start, at - start + 1) < at - start + 1;
}

static bool ends_word(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == '{' || byte == '}' ||
	       byte == '"';
}

/* Finds the names from which the word at place was made. Returns true if one of them has no
 * definition. */
static bool word_chain(const struct report *report, const struct conf_place *place,
		       struct chain *chain)
{
	const struct source_map *map = report->map;
	size_t at = place->at, end = at + 1;
	bool is_unresolved = false;

	if (!place->line || !map->uses.n || at >= map->len)
		return false;
	while (end < map->len && !ends_word(map->flat[end]))
		end++;
	for (size_t i = source_span_find(map, at);
	     i < map->spans.n && map->spans.items[i].at < end && chain->n < USES_SHOWN_MAX; i++) {
		const struct source_span *span = &map->spans.items[i];
		unsigned past = span->at < at ? (unsigned)(at - span->at) : 0;

		is_unresolved |= span->use && source_use(map, span->use)->is_unresolved;
		chain_add(map, chain, span->source, span->line, span->column + past, span->use);
	}
	return is_unresolved;
}

/* Adds an error or a warning, with notes about the names that its place came from. */
__attribute__((format(printf, 4, 0))) static void say(struct report *report,
						      enum diag_severity severity,
						      const struct conf_place *place,
						      const char *format, va_list args)
{
	struct chain chain = {0};
	struct source_spot spot;

	/* An unknown name was an error already, so nothing more is reported about it. */
	report->is_muted = word_chain(report, place, &chain) &&
			   (severity != DIAG_ERROR || !report->is_lenient);
	if (report->is_muted || is_counted_only(report, severity))
		return;
	spot = spot_of(report, place);
	add(report, severity, &spot, format, args);
	if (chain.n)
		chain_notes(report, &chain, is_secret_at(report->map, place->at));
}

static enum diag_severity severity_of(const struct report *report, enum report_kind kind)
{
	static const enum diag_severity severities[] = {
	    [REPORT_ERROR] = DIAG_ERROR,
	    [REPORT_WARNING] = DIAG_WARNING,
	    [REPORT_IGNORED] = DIAG_ERROR,
	    [REPORT_NOTE] = DIAG_NOTE,
	};

	return kind == REPORT_IGNORED && report->is_lenient ? DIAG_WARNING : severities[kind];
}

void report_error(struct report *report, const struct conf_place *place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(report, DIAG_ERROR, place, format, args);
	va_end(args);
}

void report_warning(struct report *report, const struct conf_place *place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(report, DIAG_WARNING, place, format, args);
	va_end(args);
}

void report_ignored(struct report *report, const struct conf_place *place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(report, severity_of(report, REPORT_IGNORED), place, format, args);
	va_end(args);
}

void report_consequence(struct report *report, const struct conf_place *place,
			const struct conf_place *after, const char *format, ...)
{
	struct diags *diags = report->diags;
	size_t n = diags->list.n;
	va_list args;

	va_start(args, format);
	say(report, severity_of(report, REPORT_IGNORED), place, format, args);
	va_end(args);
	if (diags->list.n > n)
		diags->list.items[n].at = after->at;
}

void report_note(struct report *report, const struct conf_place *place, const char *format, ...)
{
	struct source_spot spot;
	va_list args;

	if (is_counted_only(report, DIAG_NOTE))
		return;
	spot = spot_of(report, place);
	va_start(args, format);
	add(report, DIAG_NOTE, &spot, format, args);
	va_end(args);
}

void report_spot(struct report *report, enum report_kind kind, const struct source_spot *spot,
		 const char *format, ...)
{
	enum diag_severity severity = severity_of(report, kind);
	va_list args;

	if (is_counted_only(report, severity))
		return;
	va_start(args, format);
	add(report, severity, spot, format, args);
	va_end(args);
}
