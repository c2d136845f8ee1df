/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/text/expand_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The texts with which something begins that must be replaced: three characters and a word. */
static const char *const mark_texts[] = {"$", "~", "@", "include"};

#define N_MARKS (sizeof(mark_texts) / sizeof(mark_texts[0]))

bool expand_is_failure(int code)
{
	switch (-code) {
	case EAGAIN:
	case EIO:
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ESTALE:
	case ETIMEDOUT:
		return true;
	default:
		return false;
	}
}

void expand_give_up(struct expander *x, const struct source_spot *place, const char *format, ...)
{
	size_t n_errors = x->report->diags->n_errors;
	char text[256];
	va_list args;

	if (x->is_over)
		return;
	x->is_over = x->is_too_much = true;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* This error must be shown even after many others, since reading ends because of it. */
	x->report->diags->n_errors = 0;
	report_spot(x->report, REPORT_ERROR, place, "%s", text);
	x->report->diags->n_errors += n_errors;
}

static const char *mark_find(const char *at, const char *end, const char *text)
{
	const char *found = text[1] ? memmem(at, (size_t)(end - at), text, strlen(text))
				    : memchr(at, text[0], (size_t)(end - at));

	return found ? found : end;
}

/* The next byte of file, from file->at on, that can begin something to be replaced; the end of file
 * if there is none. */
static const char *next_mark(struct file *file)
{
	const char *next = file->end;

	for (size_t i = 0; i < N_MARKS; i++) {
		if (!file->marks[i] || file->marks[i] < file->at)
			file->marks[i] = mark_find(file->at, file->end, mark_texts[i]);
		if (file->marks[i] < next)
			next = file->marks[i];
	}
	return next;
}

/* Where the comment of a line begins; end if the line has none. */
static const char *comment_find(const char *at, const char *end)
{
	bool in_quotes = false;

	if (!memchr(at, '#', (size_t)(end - at)) && !memchr(at, '!', (size_t)(end - at)))
		return end;
	for (; at < end; at++) {
		if (*at == '"')
			in_quotes = !in_quotes;
		else if (!in_quotes && *at == '\\' && at + 1 < end &&
			 (at[1] == '#' || at[1] == '!'))
			at++;
		else if (!in_quotes && (*at == '#' || *at == '!'))
			return at;
	}
	return end;
}

bool expand_next_line(struct expander *x, struct body *ret_line)
{
	struct file *file = x->file;
	const char *start = file->at, *end;

	if (start == file->end)
		return false;
	end = memchr(start, '\n', (size_t)(file->end - start));
	file->at = end ? end + 1 : file->end;
	end = comment_find(start, end ? end : file->end);
	*ret_line = (struct body){.text = start,
				  .len = (size_t)(end - start),
				  .source = file->source,
				  .line = file->line++,
				  .column = 1};
	/* A byte order mark at the beginning of a file is not part of the line. (token.h skips it
	 * in the first line of the whole text.) */
	if (ret_line->line == 1 && ret_line->len >= 3 && !memcmp(start, "\xef\xbb\xbf", 3)) {
		ret_line->text += 3;
		ret_line->len -= 3;
		ret_line->column += 3;
	}
	return true;
}

static size_t bytes_max(const struct expander *x)
{
	return x->host->bytes_max ? x->host->bytes_max : EXPAND_BYTES_MAX;
}

/* Copies the whole lines up to stop, in which nothing is to be replaced. */
static void lines_copy(struct expander *x, struct file *file, const char *stop)
{
	struct source_spot place = {file->path, file->line, 1, (uint32_t)x->out.len};

	if ((size_t)(stop - file->at) > bytes_max(x) - x->out.len) {
		expand_give_up(x, &place,
			       "the text has more than %zu bytes with all that it includes",
			       bytes_max(x));
		return;
	}
	source_span_add(x->map, &(struct source_span){.at = (uint32_t)x->out.len,
						      .source = file->source,
						      .line = file->line,
						      .column = 1});
	out_bytes(&x->out, file->at, (size_t)(stop - file->at));
	for (const char *at = file->at; (at = memchr(at, '\n', (size_t)(stop - at))); at++)
		file->line++;
	file->at = stop;
	if (stop[-1] != '\n') {
		out_bytes(&x->out, "\n", 1);
		file->line++;
	}
	x->line_start = x->out.len;
	x->behind = NULL;
	expand_statement_begin(x);
}

static void line_expand(struct expander *x)
{
	size_t floor = x->n;
	struct piece piece;
	struct body line;

	expand_next_line(x, &line);
	piece = expand_piece_of(&line);
	if (!expand_push(x, &piece))
		return;
	expand_run(x, floor);
	expand_line_end(x);
}

void expand_file(struct expander *x, struct file *file)
{
	x->file = file;
	x->depth++;
	*vec_push(&x->frames) =
	    (struct frame){.parent = file->outer ? file->outer->frame : 0, .keep = INCLUDE_ALL};
	file->frame = (uint32_t)x->frames.n - 1;
	while (file->at < file->end && !x->is_over) {
		const char *mark = next_mark(file), *stop = mark;

		while (stop > file->at && stop[-1] != '\n')
			stop--;
		stop = mark == file->end ? mark : stop;
		/* The first line of an included file is not copied, since it may begin with a byte
		 * order mark, which only the whole text may have. */
		if (stop > file->at && (file->line > 1 || !file->outer))
			lines_copy(x, file, stop);
		else
			line_expand(x);
	}
	x->depth--;
	x->file = file->outer;
}

char *expand_prefix(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return arena_strndup(arena, path, slash ? (size_t)(slash + 1 - path) : 0);
}

/* Marks the end of the text, for errors about something that is missing there. */
static void end_mark(struct expander *x, const struct file *file)
{
	const char *start = file->at;

	while (start > file->text && start[-1] != '\n')
		start--;
	source_span_add(x->map,
			&(struct source_span){.at = (uint32_t)x->out.len,
					      .source = file->source,
					      .line = file->line - (start < file->at ? 1 : 0),
					      .column = (unsigned)(file->at - start) + 1});
}

bool expand(struct source_map *map, struct report *report, struct arena *files,
	    const struct expand_host *host)
{
	struct expander *x;
	const struct source *source = &map->sources.items[0];
	struct file file = {.path = source->file,
			    .text = source->text,
			    .at = source->text,
			    .end = source->text + source->len,
			    .line = 1};
	bool is_whole;

	if (next_mark(&file) == file.end) {
		source_map_set_plain(map, 0);
		return true;
	}
	x = mem_calloc(1, sizeof(*x));
	*x = (struct expander){.map = map,
			       .report = report,
			       .files = files,
			       .host = host,
			       .is_start = true,
			       .n_bytes = source->len};
	out_init(&x->out, NULL, NULL);
	file.prefix = expand_prefix(map->arena, file.path);
	expand_file(x, &file);
	end_mark(x, &file);
	expand_findings_report(x);
	map->len = x->out.len;
	map->flat = map->owned_flat = out_take(&x->out);
	expand_names_fini(&x->names);
	vec_free(&x->variables);
	vec_free(&x->frames);
	vec_free(&x->findings);
	is_whole = !x->is_too_much;
	free(x);
	return is_whole;
}
