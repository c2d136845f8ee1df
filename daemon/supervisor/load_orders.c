/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/load_orders.h"
#include "daemon/shared/load_kind.h"

#include <string.h>
#include <unistd.h>

static void order_drop(struct load_order *order)
{
	if (order->fd >= 0)
		close(order->fd);
	order->fd = -1;
}

void load_orders_init(struct load_orders *orders)
{
	orders->reading.fd = -1;
	for (enum dump_kind kind = 0; kind < DUMP_KINDS; kind++)
		orders->dumps[kind].fd = -1;
}

void load_orders_drop(struct load_orders *orders)
{
	order_drop(&orders->reading);
	for (enum dump_kind kind = 0; kind < DUMP_KINDS; kind++)
		order_drop(&orders->dumps[kind]);
}

/* Where the order waits. NULL: a dump file that no keyword names. */
static struct load_order *waiting_place(struct load_orders *orders, const struct load_order *order)
{
	if (order->kind != LOAD_DUMP)
		return &orders->reading;
	for (enum dump_kind kind = 0; kind < DUMP_KINDS; kind++)
		if (!strcmp(order->path, dump_keyword(kind)))
			return &orders->dumps[kind];
	return NULL;
}

bool load_orders_add(struct load_orders *orders, const uint8_t *body, size_t len, int fd)
{
	struct load_order order = {.fd = fd}, *place;

	if (len < 1 || len > sizeof(order.path)) {
		order_drop(&order);
		return false;
	}
	order.kind = body[0];
	memcpy(order.path, body + 1, len - 1);
	order.path[len - 1] = '\0';
	place = waiting_place(orders, &order);
	if (!place) {
		order_drop(&order);
		return false;
	}
	order_drop(place);
	*place = order;
	return order.kind != LOAD_DUMP;
}

bool load_orders_next(struct load_orders *orders, struct load_order *ret_order)
{
	struct load_order *next = orders->reading.fd >= 0 ? &orders->reading : NULL;

	for (enum dump_kind kind = 0; kind < DUMP_KINDS && !next; kind++)
		if (orders->dumps[kind].fd >= 0)
			next = &orders->dumps[kind];
	if (!next)
		return false;
	*ret_order = *next;
	next->fd = -1;
	return true;
}
