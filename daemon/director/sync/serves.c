/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/sync/serves.h"
#include "base/vec.h"

void serves_add(struct serves *serves, const struct addr *addr, bool is_master)
{
	serves->has_instances = true;
	serves->has_master |= is_master;
	if (addr)
		*vec_push(serves) = (struct served_addr){*addr, is_master};
}

static int served_cmp(const void *a, const void *b)
{
	return addr_cmp(&((const struct served_addr *)a)->addr, &((const struct served_addr *)b)->addr);
}

void serves_sort(struct serves *serves)
{
	if (serves->n)
		qsort(serves->items, serves->n, sizeof(*serves->items), served_cmp);
}

void serves_free(struct serves *serves)
{
	vec_free(serves);
}

bool serves_service(const struct serves *serves, const struct svckey *service)
{
	const struct served_addr wanted = {.addr = service->ep.addr};
	const struct served_addr *found = NULL;

	if (!service->fwmark && serves->n)
		found = bsearch(&wanted, serves->items, serves->n, sizeof(wanted), served_cmp);
	return found ? found->is_master : !serves->has_instances || serves->has_master;
}
