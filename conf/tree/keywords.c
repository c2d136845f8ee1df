/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/keywords.h"
#include "conf/schema/lookup.h"
#include "conf/tree/manual.h"

#include "base/vec.h"

#include <errno.h>
#include <string.h>

struct list {
	VEC(struct keyword) items;
};

/* The next row, from *i and *k on, that has block as its block or as its line of options; NULL:
 * there is none. */
static const struct schema_keyword *opener_next(enum schema_block block, size_t *i, size_t *k)
{
	for (; *i < schema_n_tables; ++*i, *k = 0) {
		while (*k < schema_tables[*i]->n) {
			const struct schema_keyword *row = &schema_tables[*i]->rows[(*k)++];

			if (row->opens == block || row->options == block)
				return row;
		}
	}
	return NULL;
}

static const struct schema_keyword *opener_of(enum schema_block block)
{
	size_t i = 0, k = 0;

	return opener_next(block, &i, &k);
}

/* The row from which the class of row in block comes: itself, or one of those around it, whichever has
 * no effect, is replaced or is dangerous. NULL: the keyword takes effect. */
static const struct schema_keyword *idle_row(const struct schema_keyword *row,
					     enum schema_block block)
{
	const struct schema_keyword *opener;

	if (schema_is_idle(row))
		return row;
	opener = opener_of(block);
	return opener ? idle_row(opener, schema_place(opener, 0)) : NULL;
}

static struct keyword keyword_of(const struct schema_keyword *row, enum schema_block block)
{
	const struct schema_keyword *idle = idle_row(row, block);
	struct keyword keyword = {.row = row, .block = block};

	if (!idle)
		return keyword;
	keyword.class = schema_is_dangerous(idle) ? KEYWORD_DANGEROUS
			: idle->replaced          ? KEYWORD_REPLACED
						  : KEYWORD_NO_EFFECT;
	keyword.reason = idle->replaced ? idle->replaced : idle->no_effect;
	keyword.holder = idle == row ? NULL : idle;
	return keyword;
}

size_t keywords_list(struct keyword **ret_list)
{
	struct list list = {0};

	for (int block = SCHEMA_ROOT; block < SCHEMA_N_BLOCKS; block++)
		for (size_t i = 0; i < schema_n_tables; i++)
			for (size_t k = 0; k < schema_tables[i]->n; k++)
				if (schema_stands_in(&schema_tables[i]->rows[k],
						     (enum schema_block)block))
					*vec_push(&list.items) = keyword_of(
					    &schema_tables[i]->rows[k], (enum schema_block)block);
	*ret_list = list.items.items;
	return list.items.n;
}

const char *keyword_class_name(enum keyword_class class)
{
	static const char *const names[] = {"implemented", "no effect", "replaced", "dangerous"};

	return names[class];
}

const char *keyword_place(enum schema_block block)
{
	const struct schema_keyword *opener = opener_of(block);

	if (!opener)
		return "";
	return opener->is_item ? keyword_place(schema_place(opener, 0)) : opener->name;
}

void keywords_count(const struct keyword *list, size_t n, size_t ret_counts[KEYWORD_N_CLASSES])
{
	memset(ret_counts, 0, KEYWORD_N_CLASSES * sizeof(*ret_counts));
	for (size_t i = 0; i < n; i++)
		ret_counts[list[i].class]++;
}

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

static bool is_called(const struct schema_keyword *row, const char *word, size_t len)
{
	const char *const names[] = {row->name, row->alias, row->second_alias};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i] && strlen(names[i]) == len && !memcmp(names[i], word, len))
			return true;
	return false;
}

/* Whether some block that is block, or that has block as a line, has this name. */
static bool is_place_called(enum schema_block block, const char *word, size_t len)
{
	const struct schema_keyword *opener;
	size_t i = 0, k = 0;

	while ((opener = opener_next(block, &i, &k))) {
		if (is_called(opener, word, len))
			return true;
		for (size_t n = 0; opener->is_item && schema_place(opener, n); n++)
			if (is_place_called(schema_place(opener, n), word, len))
				return true;
	}
	return false;
}

/* Whether path names the keyword. The outer blocks of path need not be there, but must be right. */
static bool is_path_named(const struct keyword *keyword, const char *path)
{
	const char *name = strrchr(path, '/'), *place;

	if (!name)
		return is_called(keyword->row, path, strlen(path));
	for (place = name; place > path && place[-1] != '/';)
		place--;
	return is_called(keyword->row, name + 1, strlen(name + 1)) &&
	       is_place_called(keyword->block, place, (size_t)(name - place));
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
		if (!is_path_named(&list[i], path))
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
