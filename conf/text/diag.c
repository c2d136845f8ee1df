/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/text/diag.h"
#include "base/plural.h"
#include "conf/text/source.h"

#include <stdlib.h>
#include <string.h>

void diags_free(struct diags *diags)
{
	for (size_t i = 0; i < diags->list.n; i++) {
		free(diags->list.items[i].file);
		free(diags->list.items[i].text);
		free(diags->list.items[i].source);
	}
	vec_free(&diags->list);
	diags->n_errors = diags->n_warnings = 0;
	diags->is_unread = false;
	diags_set_map(diags, NULL);
}

void diags_set_map(struct diags *diags, struct source_map *map)
{
	source_map_free(diags->map);
	diags->map = map;
}

/* An error or a warning with its notes, which are sorted as one. */
struct group {
	size_t first, n;
	uint32_t at;
	size_t file; /* files are numbered in the order in which diagnostics name them first */
	unsigned line, column;
};

struct groups {
	VEC(struct group) list;
};

static int group_cmp(const void *left, const void *right)
{
	const struct group *a = left, *b = right;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return a->first < b->first ? -1 : 1;
}

/* The number of the file name. A new name is added. */
static size_t file_number(const char **files, size_t *n_files, const char *name)
{
	size_t i = *n_files;

	while (i > 0)
		if (!strcmp(files[--i], name))
			return i;
	files[*n_files] = name;
	return (*n_files)++;
}

static void groups_collect(const struct diags *diags, struct groups *groups)
{
	const char **files = mem_calloc(diags->list.n, sizeof(*files));
	size_t n_files = 0;

	for (size_t i = 0; i < diags->list.n; i++) {
		const struct diag *diag = &diags->list.items[i];
		struct group *group;

		if (diag->severity == DIAG_NOTE && groups->list.n) {
			groups->list.items[groups->list.n - 1].n++;
			continue;
		}
		group = vec_push(&groups->list);
		*group = (struct group){i,          1,
					diag->at,   file_number(files, &n_files, diag->file),
					diag->line, diag->column};
	}
	free(files);
}

void diags_sort(struct diags *diags)
{
	struct groups groups = {0};
	struct diag *sorted;
	size_t n = 0;

	if (!diags->list.n)
		return;
	groups_collect(diags, &groups);
	qsort(groups.list.items, groups.list.n, sizeof(struct group), group_cmp);
	sorted = mem_calloc(diags->list.cap, sizeof(*sorted));
	for (size_t i = 0; i < groups.list.n; i++) {
		const struct group *group = &groups.list.items[i];

		memcpy(sorted + n, diags->list.items + group->first, group->n * sizeof(*sorted));
		n += group->n;
	}
	free(diags->list.items);
	diags->list.items = sorted;
	vec_free(&groups.list);
}

static void place_print(const struct diag *diag, FILE *out)
{
	if (diag->line)
		fprintf(out, "%s:%u:%u: ", diag->file, diag->line, diag->column);
	else
		fprintf(out, "%s: ", diag->file);
}

static void rest_print(size_t n, size_t n_kept, const char *what, FILE *out)
{
	if (n > n_kept)
		fprintf(out, "%zu more %s%s not shown\n", n - n_kept, what,
			plural_of(n - n_kept, " is", "s are"));
}

static void one_print(const struct diag *diag, FILE *out)
{
	static const char *const names[] = {"error", "warning", "note"};

	place_print(diag, out);
	fprintf(out, "%s: %s\n", names[diag->severity], diag->text);
	if (diag->source)
		fprintf(out, "    %s\n    %*s\n", diag->source, (int)diag->caret, "^");
}

/* Prints the diagnostics of one severity, with their notes. Returns their number. */
static size_t severity_print(const struct diags *diags, enum diag_severity severity, FILE *out)
{
	bool is_wanted = false;
	size_t n = 0;

	for (size_t i = 0; i < diags->list.n; i++) {
		const struct diag *diag = &diags->list.items[i];

		if (diag->severity != DIAG_NOTE) {
			is_wanted = diag->severity == severity;
			n += is_wanted;
		}
		if (is_wanted)
			one_print(diag, out);
	}
	return n;
}

static void unread_print(const struct diags *diags, FILE *out)
{
	if (diags->is_unread)
		fprintf(out, "after %d errors the rest was not read\n", DIAG_READ_MAX);
}

void diags_print_errors_first(const struct diags *diags, FILE *out)
{
	rest_print(diags->n_errors, severity_print(diags, DIAG_ERROR, out), "error", out);
	unread_print(diags, out);
	rest_print(diags->n_warnings, severity_print(diags, DIAG_WARNING, out), "warning", out);
}

void diags_print(const struct diags *diags, FILE *out)
{
	size_t n_kept[3] = {0};

	for (size_t i = 0; i < diags->list.n; i++) {
		const struct diag *diag = &diags->list.items[i];

		n_kept[diag->severity]++;
		one_print(diag, out);
	}
	rest_print(diags->n_errors, n_kept[DIAG_ERROR], "error", out);
	unread_print(diags, out);
	rest_print(diags->n_warnings, n_kept[DIAG_WARNING], "warning", out);
}

const char *diags_first_error(const struct diags *diags, char *text, size_t size)
{
	if (size)
		text[0] = '\0';
	for (size_t i = 0; i < diags->list.n; i++) {
		const struct diag *diag = &diags->list.items[i];

		if (diag->severity != DIAG_ERROR)
			continue;
		if (diag->line)
			snprintf(text, size, "%s:%u:%u: %s", diag->file, diag->line, diag->column,
				 diag->text);
		else
			snprintf(text, size, "%s: %s", diag->file, diag->text);
		break;
	}
	return text;
}
