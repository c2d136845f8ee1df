/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/match.h"
#include "base/mem.h"

#include <stdlib.h>

static const void *item(struct match_array array, size_t i)
{
	return (const char *)array.items + i * array.size;
}

static size_t index_of(struct match_array array, const void *found)
{
	return (size_t)((const char *)found - (const char *)array.items) / array.size;
}

static int cmp_pointers(const void *a, const void *b, void *arg)
{
	const char *left = *(const char *const *)a, *right = *(const char *const *)b;
	int order = (*(match_cmp_fn **)arg)(left, right);

	/* Equal items keep the order of their array. */
	return order ? order : (left > right) - (left < right);
}

static const void **sorted(struct match_array array, match_cmp_fn *cmp)
{
	const void **pointers = mem_calloc(array.n, sizeof(*pointers));

	for (size_t i = 0; i < array.n; i++)
		pointers[i] = item(array, i);
	qsort_r(pointers, array.n, sizeof(*pointers), cmp_pointers, &cmp);
	return pointers;
}

/* By hand, not by base/merge.h: cmp compares items, and the lists have pointers to them. */
static void pair_sorted(struct match_array old, struct match_array fresh, match_cmp_fn *cmp,
		  size_t *partners)
{
	const void **left = sorted(old, cmp), **right = sorted(fresh, cmp);
	size_t i = 0, j = 0;

	while (i < old.n && j < fresh.n) {
		int order = cmp(left[i], right[j]);

		if (order < 0)
			i++;
		else if (order > 0)
			j++;
		else
			partners[index_of(fresh, right[j++])] = index_of(old, left[i++]);
	}
	free(left);
	free(right);
}

void match_arrays(struct match_array old, struct match_array fresh, match_cmp_fn *cmp,
		  size_t *ret_partners)
{
	size_t n = 0;

	while (n < old.n && n < fresh.n && !cmp(item(old, n), item(fresh, n))) {
		ret_partners[n] = n;
		n++;
	}
	for (size_t i = n; i < fresh.n; i++)
		ret_partners[i] = MATCH_NONE;
	if (n == old.n || n == fresh.n)
		return;
	/* Both arrays begin with n equal items, which are paired already; only the rest is sorted.
	 */
	pair_sorted((struct match_array){item(old, n), old.n - n, old.size},
	      (struct match_array){item(fresh, n), fresh.n - n, fresh.size}, cmp, ret_partners + n);
	for (size_t i = n; i < fresh.n; i++)
		if (ret_partners[i] != MATCH_NONE)
			ret_partners[i] += n;
}
