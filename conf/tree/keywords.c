/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/keywords.h"

#include "base/vec.h"

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

bool keyword_is_named(const struct keyword *keyword, const char *path)
{
	const char *name = strrchr(path, '/'), *place;

	if (!name)
		return is_called(keyword->row, path, strlen(path));
	for (place = name; place > path && place[-1] != '/';)
		place--;
	return is_called(keyword->row, name + 1, strlen(name + 1)) &&
	       is_place_called(keyword->block, place, (size_t)(name - place));
}
