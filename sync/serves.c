/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/serves.h"
#include "base/pack.h"
#include "base/vec.h"

#include <errno.h>

void serves_add(struct serves *serves, const struct addr *addr, bool is_master)
{
	serves->has_instances = true;
	serves->has_master |= is_master;
	serves->has_other |= !is_master;
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

/* NULL: no instance has its address, or it has a mark. */
static const struct served_addr *served_find(const struct serves *serves, const struct svckey *service)
{
	const struct served_addr wanted = {.addr = service->ep.addr};

	return service->fwmark || !serves->n
		   ? NULL
		   : bsearch(&wanted, serves->items, serves->n, sizeof(wanted), served_cmp);
}

bool serves_alone(const struct serves *serves, const struct svckey *service)
{
	const struct served_addr *found = served_find(serves, service);

	return found ? found->is_master : serves->has_master && !serves->has_other;
}

bool serves_service(const struct serves *serves, const struct svckey *service)
{
	const struct served_addr *found = served_find(serves, service);

	return found ? found->is_master : !serves->has_instances || serves->has_master;
}

/* --- the frame: bits, then of each address its family, its bytes, and whether it is held --- */

enum bit {
	BIT_INSTANCES = 1,
	BIT_MASTER = 2,
	BIT_OTHER = 4,
	BIT_MORE = 8, /* another frame follows */
};

size_t serves_encode(const struct serves *serves, size_t *at, uint8_t *body, size_t size)
{
	size_t n = (size - 1) / SERVES_ADDR_SIZE, left = serves->n - *at;
	struct pack_writer writer = {.at = body, .left = size};

	pack_put_u8(&writer, (serves->has_instances ? BIT_INSTANCES : 0) | (serves->has_master ? BIT_MASTER : 0) |
				 (serves->has_other ? BIT_OTHER : 0) |
				 (n < left ? BIT_MORE : 0));
	for (; n && *at < serves->n; n--, ++*at) {
		const struct served_addr *item = &serves->items[*at];

		pack_put_u8(&writer, item->addr.family == AF_INET6 ? 6 : 4);
		pack_put(&writer, item->addr.bytes, sizeof(item->addr.bytes));
		pack_put_u8(&writer, item->is_master);
	}
	return size - writer.left;
}

int serves_decode(struct serves *serves, const void *body, size_t len, bool *ret_is_whole)
{
	struct pack_reader reader = {.at = body, .left = len};
	uint8_t bits = pack_take_u8(&reader);

	pack_require(&reader, bits < 2 * BIT_MORE);
	while (reader.left && !reader.is_bad) {
		struct served_addr item = {0};
		uint8_t family = pack_take_u8(&reader), is_master;

		item.addr.family = family == 6 ? AF_INET6 : AF_INET;
		pack_take_into(&reader, item.addr.bytes, sizeof(item.addr.bytes));
		is_master = pack_take_u8(&reader);
		item.is_master = is_master == 1;
		pack_require(&reader, (family == 4 || family == 6) && is_master <= 1);
		if (!reader.is_bad)
			*vec_push(serves) = item;
	}
	if (reader.is_bad)
		return -EBADMSG;
	serves->has_instances = bits & BIT_INSTANCES;
	serves->has_master = bits & BIT_MASTER;
	serves->has_other = bits & BIT_OTHER;
	*ret_is_whole = !(bits & BIT_MORE);
	if (*ret_is_whole)
		serves_sort(serves);
	return 0;
}
