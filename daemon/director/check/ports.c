/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check/ports.h"

#include <string.h>

/* The first entry whose id is not less. */
static size_t seek(const struct check_ports *ports, uint64_t id)
{
	size_t low = 0, high = ports->items.n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (ports->items.items[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The entry with the present port of the check. A check has several when earlier ones rest. */
static struct check_port *port_of(const struct check_ports *ports, uint64_t id)
{
	for (size_t i = seek(ports, id); i < ports->items.n && ports->items.items[i].id == id; i++)
		if (!ports->items.items[i].is_resting)
			return &ports->items.items[i];
	return NULL;
}

static void forget_rested(struct check_ports *ports, struct mono now)
{
	size_t n = 0;

	for (size_t i = 0; i < ports->items.n; i++) {
		const struct check_port *at = &ports->items.items[i];

		if (!at->is_resting || !mono_reached(now, at->free_at))
			ports->items.items[n++] = *at;
	}
	ports->items.n = n;
}

size_t check_ports_begin(struct mono now)
{
	return (size_t)(now.ns / NS_PER_S % CHECK_PORT_BANDS) * CHECK_PORT_BAND;
}

static uint16_t find_free(const struct check_ports *ports, const struct endpoint *target,
			  uint64_t hash)
{
	bool is_taken[CHECK_PORTS] = {false};
	size_t i;

	for (i = 0; i < ports->items.n; i++)
		if (!endpoint_cmp(&ports->items.items[i].target, target))
			is_taken[ports->items.items[i].port - CHECK_PORT_FIRST] = true;
	for (i = 0; i < CHECK_PORTS; i++) {
		/* The whole first band, before any port of the next one. */
		size_t step = i < CHECK_PORT_BAND ? (hash + i) % CHECK_PORT_BAND : i;
		size_t at = (ports->begin + step) % CHECK_PORTS;

		if (!is_taken[at])
			return (uint16_t)(CHECK_PORT_FIRST + at);
	}
	return 0;
}

uint16_t check_ports_take(struct check_ports *ports, uint64_t id, const struct endpoint *target,
			  uint64_t hash, struct mono now)
{
	const struct check_port *own = port_of(ports, id);
	struct check_port *items;
	uint16_t port;
	size_t at;

	if (own)
		return own->port;
	forget_rested(ports, now);
	port = find_free(ports, target, hash);
	if (!port)
		return 0;
	vec_push(&ports->items);
	items = ports->items.items;
	at = seek(&(struct check_ports){.items = {items, ports->items.n - 1, ports->items.cap}}, id);
	memmove(&items[at + 1], &items[at], (ports->items.n - 1 - at) * sizeof(*items));
	items[at] = (struct check_port){.id = id, .target = *target, .port = port};
	return port;
}

void check_ports_drop(struct check_ports *ports, uint64_t id, struct mono now)
{
	struct check_port *own = port_of(ports, id);

	if (!own)
		return;
	own->is_resting = true;
	own->free_at = mono_add_ms(now, CHECK_PORT_REST_S * 1000);
}

void check_ports_free(struct check_ports *ports)
{
	vec_free(&ports->items);
}
