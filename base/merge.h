/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks over two sorted lists at once. Both lists are in ascending order of the same comparison;
 * the walk takes time proportional to the sum of their lengths.
 *
 * Example: the lists 1 3 and 2 3 give (1, NULL), (NULL, 2), (3, 3).
 */
#ifndef LVSD_BASE_MERGE_H
#define LVSD_BASE_MERGE_H

#include <stdbool.h>
#include <stddef.h>

/* The rest of a list: n items of size bytes each. */
struct merge_list {
	const void *items;
	size_t n, size;
};

/* Returns a negative number, 0 or a positive number, as for qsort(3). left is an item of the first
 * list and right one of the second; they may be of different types. */
typedef int merge_cmp_fn(const void *left, const void *right);

/* A walk over two lists that are sorted by cmp. The lists are what is left to walk over. */
struct merge {
	struct merge_list left, right;
	merge_cmp_fn *cmp;
};

/* Removes the first item of a list that is not empty, and returns it. */
static inline const void *merge_take(struct merge_list *list)
{
	const void *item = list->items;

	list->items = (const char *)item + list->size;
	list->n--;
	return item;
}

/* Sets the next pair: either two equal items, or an item that only one list has and NULL. Returns
 * false at the end of both lists. */
static inline bool merge_next(struct merge *merge, const void **ret_left, const void **ret_right)
{
	struct merge_list *left = &merge->left, *right = &merge->right;
	int order;

	if (!left->n && !right->n)
		return false;
	order = !left->n ? 1 : !right->n ? -1 : merge->cmp(left->items, right->items);
	*ret_left = order <= 0 ? merge_take(left) : NULL;
	*ret_right = order >= 0 ? merge_take(right) : NULL;
	return true;
}

/* Returns the item that equals key, or NULL. Drops the items before it from the list, so the keys
 * of successive calls must ascend. cmp gets an item and key. */
static inline const void *merge_seek(struct merge_list *list, const void *key, merge_cmp_fn *cmp)
{
	int order = 1;

	while (list->n && (order = cmp(list->items, key)) < 0)
		merge_take(list);
	return list->n && order == 0 ? list->items : NULL;
}

#endif
