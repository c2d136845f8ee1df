/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/sweep.h"
#include "base/log.h"
#include "base/plural.h"
#include "vrrp/holding/item_key.h"

#include <stdlib.h>
#include <string.h>

struct sweep {
	const struct vrrp_holders *holders;
	const char *const *keys;
	size_t n;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_wanted_or_foreign(enum vrrp_item_kind kind, const void *item, void *arg)
{
	const struct sweep *sweep = arg;

	return !vrrp_item_is_listed(kind, item, sweep->keys, sweep->n) ||
	       vrrp_holders_claim(sweep->holders, kind, item);
}

void vrrp_sweep(struct vrrp_route_net *net, const struct vrrp_holders *holders, const char **keys,
		size_t n)
{
	struct sweep sweep = {holders, keys, n};

	if (!n)
		return;
	qsort(keys, n, sizeof(*keys), by_text);
	for (enum vrrp_item_kind kind = 0; kind < VRRP_ITEM_KINDS; kind++) {
		size_t n_removed = vrrp_route_sweep(net, kind, is_wanted_or_foreign, &sweep);

		if (n_removed)
			log_notice("vrrp: removed %zu %s%s that a former vrrp process has left", n_removed,
				   vrrp_item_name(kind), plural(n_removed));
	}
}
