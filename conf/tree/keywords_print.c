/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/schema/lookup.h"
#include "conf/tree/keywords.h"
#include "conf/tree/manual.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void counts_print(const struct keyword *list, size_t n, FILE *out)
{
	size_t counts[KEYWORD_N_CLASSES];

	keywords_count(list, n, counts);
	fprintf(out,
		"%zu keywords in their places: %zu implemented, %zu without effect, %zu replaced, "
		"%zu dangerous\n",
		n, counts[KEYWORD_IMPLEMENTED], counts[KEYWORD_NO_EFFECT], counts[KEYWORD_REPLACED],
		counts[KEYWORD_DANGEROUS]);
}

static void path_print(const struct keyword *keyword, FILE *out)
{
	const char *place = keyword_place(keyword->block);

	fprintf(out, "%s%s%s", place, place[0] ? "/" : "", keyword->row->name);
}

void keywords_print(FILE *out)
{
	struct keyword *list;
	size_t n = keywords_list(&list);

	for (size_t i = 0; i < n; i++) {
		path_print(&list[i], out);
		fprintf(out, "\t%s%s\t", keyword_class_name(list[i].class),
			list[i].row->is_own ? ", lvsd's own" : "");
		conf_manual_value(out, list[i].row);
		fputc('\n', out);
	}
	counts_print(list, n, out);
	free(list);
}

/* Prints text into a cell of a table, where '|' must be escaped. */
static void cell_print(const char *text, FILE *out)
{
	for (; text && *text; text++) {
		if (*text == '|')
			fputc('\\', out);
		fputc(*text, out);
	}
}

void keywords_print_markdown(FILE *out)
{
	struct keyword *list;
	size_t n = keywords_list(&list);

	fputs("# The keywords of lvsd.conf\n\n"
	      "Generated from the schema, as `lvsd --list-keywords` gives it; a test compares.\n\n",
	      out);
	counts_print(list, n, out);
	fputs("\nA file with a keyword of the class dangerous is refused, unless that is accepted: "
	      "`accept_ignored` in global_defs, or `--accept-ignored`.\n"
	      "\n| keyword | class | why it has no effect, or the other way |\n|---|---|---|\n",
	      out);
	for (size_t i = 0; i < n; i++) {
		fputs("| ", out);
		path_print(&list[i], out);
		fprintf(out, " | %s | ", keyword_class_name(list[i].class));
		if (list[i].class == KEYWORD_DANGEROUS && !list[i].holder)
			fprintf(out, "%s: ", list[i].row->dangerous);
		if (list[i].holder)
			fprintf(out, "as %s", list[i].holder->name);
		else
			cell_print(list[i].reason, out);
		fputs(" |\n", out);
	}
	free(list);
}

/* The keyword whose name is most similar to that in path, or NULL. */
static const struct keyword *nearest(const struct keyword *list, size_t n, const char *path)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	unsigned best = (unsigned)(strlen(name) / 3) + 1;
	const struct keyword *found = NULL;

	for (size_t i = 0; i < n; i++) {
		unsigned distance = lookup_distance(name, list[i].row->name, best);

		if (distance <= best && (distance < best || !found)) {
			best = distance;
			found = &list[i];
		}
	}
	return found;
}

int keywords_help(const char *path, FILE *out, FILE *err)
{
	const struct keyword *near;
	struct keyword *list;
	size_t n = keywords_list(&list), found = 0;

	for (size_t i = 0; i < n; i++) {
		if (!keyword_is_named(&list[i], path))
			continue;
		fputs(found++ ? "\n" : "", out);
		conf_manual_entry(out, &list[i]);
	}
	near = found ? NULL : nearest(list, n, path);
	if (!found)
		fprintf(err, "there is no keyword '%s'", path);
	if (near) {
		fputs("; did you mean '", err);
		path_print(near, err);
		fputs("'?", err);
	}
	if (!found)
		fputc('\n', err);
	free(list);
	return found ? 0 : -ENOENT;
}
