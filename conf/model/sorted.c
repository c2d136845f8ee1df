/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/sorted.h"
#include "base/mem.h"
#include "base/merge.h"

#include <stdlib.h>
#include <string.h>

int sorted_vrrp_cmp(const void *left, const void *right)
{
	const struct conf_vrrp *const *a = left, *const *b = right;

	return strcmp((*a)->name, (*b)->name);
}

int sorted_vrrp_router_cmp(const void *left, const void *right)
{
	const struct conf_vrrp *const *a = left, *const *b = right;
	int order = strcmp((*a)->interface, (*b)->interface);

	if (order)
		return order;
	if ((*a)->family != (*b)->family)
		return (*a)->family < (*b)->family ? -1 : 1;
	return (*a)->vrid < (*b)->vrid ? -1 : (*a)->vrid > (*b)->vrid;
}

/* The name is the first member of the definition of each kind (tracker.h). */
int sorted_tracker_cmp(const void *left, const void *right)
{
	const char *const *const *a = left, *const *const *b = right;

	return strcmp(**a, **b);
}

int sorted_sync_group_cmp(const void *left, const void *right)
{
	const struct conf_sync_group *const *a = left, *const *b = right;

	return strcmp((*a)->name, (*b)->name);
}

int sorted_track_cmp(const void *left, const void *right)
{
	const struct conf_track *const *a = left, *const *b = right;

	if ((*a)->kind != (*b)->kind)
		return (*a)->kind < (*b)->kind ? -1 : 1;
	return strcmp((*a)->name, (*b)->name);
}

int sorted_virtual_server_cmp(const void *left, const void *right)
{
	const struct conf_virtual_server *const *a = left, *const *b = right;

	return svckey_cmp(&(*a)->key, &(*b)->key);
}

int sorted_real_server_cmp(const void *left, const void *right)
{
	const struct conf_real_server *const *a = left, *const *b = right;

	return endpoint_cmp(&(*a)->id, &(*b)->id);
}

int sorted_check_cmp(const void *left, const void *right)
{
	const struct conf_check *const *a = left, *const *b = right;

	if ((*a)->type != (*b)->type)
		return (*a)->type < (*b)->type ? -1 : 1;
	return (*a)->ordinal < (*b)->ordinal ? -1 : (*a)->ordinal > (*b)->ordinal;
}

void sorted_sort(const void **list, size_t n, sorted_cmp_fn *cmp)
{
	size_t i = 1;

	/* Most lists are sorted already, and finding that out takes less time than sorting. */
	while (i < n && cmp(&list[i - 1], &list[i]) <= 0)
		i++;
	if (i < n)
		qsort(list, n, sizeof(*list), cmp);
}

const void **sorted_list(const void *items, size_t n, size_t size, sorted_cmp_fn *cmp)
{
	const void **list = mem_calloc(n, sizeof(*list));

	for (size_t i = 0; i < n; i++)
		list[i] = (const char *)items + i * size;
	if (cmp)
		sorted_sort(list, n, cmp);
	return list;
}

void sorted_walk_lists(const void **older, size_t n_old, const void **newer, size_t n_new,
		       sorted_cmp_fn *cmp, sorted_visit_fn *visit, void *arg)
{
	struct merge merge = {
	    {older, n_old, sizeof(*older)}, {newer, n_new, sizeof(*newer)}, cmp};
	const void *from, *to;

	while (merge_next(&merge, &from, &to))
		visit(from ? *(const void *const *)from : NULL, to ? *(const void *const *)to : NULL,
		      arg);
}

void sorted_walk(const void *older, size_t n_old, const void *newer, size_t n_new, size_t size,
		 sorted_cmp_fn *cmp, sorted_visit_fn *visit, void *arg)
{
	const void **from = sorted_list(older, n_old, size, cmp);
	const void **to = sorted_list(newer, n_new, size, cmp);

	sorted_walk_lists(from, n_old, to, n_new, cmp, visit, arg);
	free(from);
	free(to);
}
