/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/owned.h"
#include "base/merge.h"

#include <stdlib.h>

static int compare_keys(const void *a, const void *b)
{
	return svckey_cmp(a, b);
}

void ipvs_owned_sort(struct ipvs_owned *owned)
{
	struct svckey *keys = owned->keys.items;
	size_t n = 0;

	if (!owned->keys.n)
		return;
	qsort(keys, owned->keys.n, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < owned->keys.n; i++)
		if (svckey_cmp(&keys[n], &keys[i]))
			keys[++n] = keys[i];
	owned->keys.n = n + 1;
}

static int compare_with_service(const void *key, const void *service)
{
	return svckey_cmp(key, &((const struct ipvs_service *)service)->key);
}

/* Does the set have all services of want, which is sorted? That is the usual case, and is found
 * without sorting anything. */
static bool has_all(const struct ipvs_owned *owned, const struct ipvs_state *want)
{
	struct merge_list keys = {owned->keys.items, owned->keys.n, sizeof(struct svckey)};

	for (size_t i = 0; i < want->n_services; i++)
		if (!merge_seek(&keys, &want->services[i], compare_with_service))
			return false;
	return true;
}

bool ipvs_owned_claim(struct ipvs_owned *owned, const struct ipvs_state *want)
{
	size_t n_before = owned->keys.n;

	if (has_all(owned, want))
		return false;
	for (size_t i = 0; i < want->n_services; i++)
		*vec_push(&owned->keys) = want->services[i].key;
	ipvs_owned_sort(owned);
	return owned->keys.n > n_before;
}

bool ipvs_owned_has(const struct ipvs_owned *owned, const struct svckey *key)
{
	return owned->keys.n &&
	       bsearch(key, owned->keys.items, owned->keys.n, sizeof(*key), compare_keys);
}

bool ipvs_owned_trim(struct ipvs_owned *owned, const struct ipvs_state *want,
		     const struct ipvs_state *have)
{
	size_t n_before = owned->keys.n, n = 0;

	for (size_t i = 0; i < n_before; i++) {
		const struct svckey *key = &owned->keys.items[i];

		if (ipvs_state_find(want, key) || ipvs_state_find(have, key))
			owned->keys.items[n++] = *key;
	}
	owned->keys.n = n;
	return n < n_before;
}

void ipvs_owned_free(struct ipvs_owned *owned)
{
	vec_free(&owned->keys);
}
