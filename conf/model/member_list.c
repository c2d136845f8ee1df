/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/member_list.h"
#include "base/mem.h"
#include "conf/model/member.h"

#include <stdlib.h>

size_t member_list_count(const struct schema_field *list, const void *base)
{
	return *(const size_t *)(const void *)((const char *)base + list->second);
}

/* All pointers to structs have one representation, so one function can read the pointer of any
 * list. */
static void *items_of(const struct schema_field *list, const void *base)
{
	void *items;

	memcpy(&items, member_at(list, base), sizeof(items));
	return items;
}

static void items_set(const struct schema_field *list, void *base, void *items, size_t n)
{
	memcpy((char *)base + list->offset, &items, sizeof(items));
	*(size_t *)(void *)((char *)base + list->second) = n;
}

const void *member_list_at(const struct schema_field *list, const void *base, size_t i)
{
	return (const char *)items_of(list, base) + i * list->size;
}

void *member_list_make(struct arena *arena, const struct schema_field *list, void *base, size_t n)
{
	void *items = arena_calloc(arena, n, list->size);

	items_set(list, base, items, n);
	return items;
}

void *member_list_add(struct arena *arena, const struct schema_field *list, void *base)
{
	size_t n = member_list_count(list, base);
	char *items = items_of(list, base);

	/* The room is doubled when n is a power of two: it is full then. */
	if (!(n & (n - 1))) {
		char *larger = arena_calloc(arena, n ? 2 * n : 1, list->size);

		if (n)
			memcpy(larger, items, n * list->size);
		items = larger;
	}
	items_set(list, base, items, n + 1);
	return items + n * list->size;
}

int member_list_fields(const struct schema_field *list, member_list_fn *each, void *arg)
{
	for (size_t i = 0; list->tables[i]; i++) {
		for (size_t k = 0; k < list->tables[i]->n; k++) {
			const struct schema_keyword *row = &list->tables[i]->rows[k];
			const struct schema_field *field = member_field(row, list->element);
			int found = field ? each(arg, row, field) : 0;

			if (found)
				return found;
		}
	}
	return 0;
}

static int row_take(void *arg, const struct schema_keyword *row, const struct schema_field *field)
{
	const struct schema_keyword **ret_row = arg;

	(void)field;
	*ret_row = row;
	return 1;
}

const struct schema_keyword *member_list_row(const struct schema_field *list)
{
	const struct schema_keyword *row = NULL;

	member_list_fields(list, row_take, &row);
	return row;
}

struct pair {
	const void *left, *right;
};

static int field_cmp(void *arg, const struct schema_keyword *row, const struct schema_field *field)
{
	const struct pair *pair = arg;

	(void)row;
	return member_cmp(field, pair->left, pair->right);
}

int member_element_cmp(const struct schema_field *list, const void *left, const void *right)
{
	return member_list_fields(list, field_cmp, &(struct pair){left, right});
}

static int key_field_cmp(void *arg, const struct schema_keyword *row, const struct schema_field *field)
{
	return field->is_key ? field_cmp(arg, row, field) : 0;
}

int member_element_key_cmp(const struct schema_field *list, const void *left, const void *right)
{
	const struct schema_field *field = member_field(member_list_row(list), list->element);
	int order;

	if (field->storage == FIELD_NETWORK)
		return addr_cmp(member_addr(field, left), member_addr(field, right));
	order = member_cmp(field, left, right);
	return order ? order : member_list_fields(list, key_field_cmp, &(struct pair){left, right});
}

int member_list_cmp(const struct schema_field *list, const void *left, const void *right)
{
	size_t n = member_list_count(list, left), n_right = member_list_count(list, right);
	int order = 0;

	if (n != n_right)
		return n < n_right ? -1 : 1;
	for (size_t i = 0; i < n && !order; i++)
		order = member_element_cmp(list, member_list_at(list, left, i),
					   member_list_at(list, right, i));
	return order;
}

static int sorted_cmp(const void *left, const void *right, void *arg)
{
	const void *const *a = left, *const *b = right;

	return member_element_cmp(arg, *a, *b);
}

const void **member_list_sorted(const struct schema_field *list, const void *base)
{
	size_t n = member_list_count(list, base);
	const void **sorted = mem_calloc(n, sizeof(*sorted));
	struct schema_field copy = *list; /* the argument of qsort_r() is not const */

	for (size_t i = 0; i < n; i++)
		sorted[i] = member_list_at(list, base, i);
	if (n && !list->is_ordered)
		qsort_r(sorted, n, sizeof(*sorted), sorted_cmp, &copy);
	return sorted;
}
