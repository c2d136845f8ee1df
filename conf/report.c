/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/report.h"
#include "conf/out.h"
#include "conf/secret.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* One mark for so many lines: small beside the file, and a line is found by a short walk. */
#define LINES_PER_MARK 256

/* How much of a source line is shown, and how much of that stands before the caret. */
#define SHOWN_MAX    160
#define SHOWN_BEFORE 100

/* A longer message loses its middle, where the long word is. */
#define TEXT_HEAD 300
#define TEXT_TAIL 200

void report_init(struct report *report, struct diags *diags, const char *text, size_t len)
{
	*report = (struct report){
	    .diags = diags, .text = text, .len = len, .n_errors_before = diags->n_errors};
}

void report_fini(struct report *report)
{
	vec_free(&report->marks);
}

bool report_has_errors(const struct report *report)
{
	return report->diags->n_errors != report->n_errors_before;
}

bool report_is_full(const struct report *report)
{
	return report->diags->n_errors >= DIAG_KEPT_MAX;
}

static size_t next_line(const struct report *report, size_t at)
{
	const char *end = memchr(report->text + at, '\n', report->len - at);

	return end ? (size_t)(end - report->text) + 1 : report->len;
}

static void marks_make(struct report *report)
{
	size_t line = 0;

	for (size_t at = 0; line == 0 || at < report->len; line++) {
		if (line % LINES_PER_MARK == 0)
			*vec_push(&report->marks) = at;
		at = next_line(report, at);
	}
}

/* Where line (from 1) begins. */
static size_t line_start(struct report *report, unsigned line)
{
	size_t mark = (line - 1) / LINES_PER_MARK, known = mark * LINES_PER_MARK + 1, at;

	if (!report->marks.n)
		marks_make(report);
	if (mark >= report->marks.n)
		return report->len;
	at = report->marks.items[mark];
	if (report->last_line >= known && report->last_line <= line) {
		known = report->last_line;
		at = report->last_start;
	}
	for (; known < line; known++)
		at = next_line(report, at);
	report->last_line = line;
	report->last_start = at;
	return at;
}

const char *report_text_at(struct report *report, const struct conf_place *place, size_t *ret_len)
{
	size_t at = place->line ? line_start(report, place->line) + place->column - 1 : report->len;

	if (at > report->len)
		at = report->len;
	*ret_len = report->len - at;
	return report->text + at;
}

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Where on the line the first secret is that a window from..to could show; to when there is none.
 */
static size_t secret_start(const struct report *report, size_t start, size_t from, size_t to)
{
	size_t first = from - start > SECRET_REACH ? from - SECRET_REACH : start;

	return first + secret_find(report->text + first, to - first);
}

/* The source line with a window around the column, and where in it the caret goes. */
static void source_set(struct report *report, struct diag *diag)
{
	size_t start = line_start(report, diag->line), end = next_line(report, start);
	size_t at = start + diag->column - 1, from = start, to, secret;
	struct out out;

	while (end > start && (report->text[end - 1] == '\n' || report->text[end - 1] == '\r'))
		end--;
	if (at > end)
		at = end;
	if (end - start > SHOWN_MAX && at - start > SHOWN_BEFORE)
		from = at - SHOWN_BEFORE;
	while (from < at && from > start && is_continuation(report->text[from]))
		from++;
	to = end - from > SHOWN_MAX ? from + SHOWN_MAX : end;
	while (to < end && to > at && is_continuation(report->text[to]))
		to--;
	secret = secret_start(report, start, from, to);
	from = from < secret ? from : secret;
	at = at < secret ? at : secret;
	out_init(&out, NULL, NULL);
	out_text(&out, from > start ? "..." : "");
	diag->caret = (unsigned)(out.len + out_escaped(&out, report->text + from, at - from) + 1);
	out_escaped(&out, report->text + at, secret - at);
	out_text(&out, secret < to ? SECRET_SHOWN : to < end ? "..." : "");
	diag->source = out_take(&out);
}

/* Formatted text made fit to be shown. */
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
						      const struct conf_place *place,
						      const char *format, va_list args)
{
	struct diag *diag;

	if (is_counted_only(report, severity))
		return;
	diag = vec_push(&report->diags->list);
	*diag = (struct diag){.severity = severity,
			      .file = mem_strdup(place->file),
			      .line = place->line,
			      .column = place->column,
			      .text = text_make(format, args)};
	if (diag->line)
		source_set(report, diag);
}

void report_error(struct report *report, const struct conf_place *place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(report, DIAG_ERROR, place, format, args);
	va_end(args);
}

void report_warning(struct report *report, const struct conf_place *place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(report, DIAG_WARNING, place, format, args);
	va_end(args);
}

void report_note(struct report *report, const struct conf_place *place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(report, DIAG_NOTE, place, format, args);
	va_end(args);
}
