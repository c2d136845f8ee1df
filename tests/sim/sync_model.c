/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/sim/sync_model.h"
#include "base/mem.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

#define AT_VERSION 40 /* in the option */
#define CLOSED	   6

static bool packet_before(const struct packet *a, const struct packet *b)
{
	return a->at.ns != b->at.ns ? a->at.ns < b->at.ns : a->order < b->order;
}

static void net_swap(struct sync_net *net, size_t a, size_t b)
{
	struct packet packet = net->items[a];

	net->items[a] = net->items[b];
	net->items[b] = packet;
}

void sync_net_put(struct sync_net *net, const struct packet *packet, const uint8_t *frame, size_t len)
{
	struct packet *added = vec_push(net);
	size_t i = net->n - 1;

	*added = *packet;
	added->order = net->n_packets++;
	added->len = len;
	added->frame = mem_calloc(1, len);
	memcpy(added->frame, frame, len);
	for (; i && packet_before(&net->items[i], &net->items[(i - 1) / 2]); i = (i - 1) / 2)
		net_swap(net, i, (i - 1) / 2);
}

struct packet sync_net_take(struct sync_net *net)
{
	struct packet first = net->items[0];
	size_t i = 0;

	net_swap(net, 0, --net->n);
	for (;;) {
		size_t least = i;

		for (size_t k = 2 * i + 1; k <= 2 * i + 2; k++)
			if (k < net->n && packet_before(&net->items[k], &net->items[least]))
				least = k;
		if (least == i)
			return first;
		net_swap(net, i, least);
		i = least;
	}
}

void sync_net_free(struct sync_net *net)
{
	for (size_t i = 0; i < net->n; i++)
		free(net->items[i].frame);
	vec_free(net);
}

unsigned model_service(unsigned conn)
{
	return conn % MODEL_SERVICES;
}

void model_entry(unsigned conn, uint32_t version, bool is_open, uint8_t raw[static MODEL_ENTRY_LEN])
{
	memset(raw, 0, MODEL_ENTRY_LEN);
	raw[1] = IPPROTO_TCP;
	raw[3] = MODEL_ENTRY_LEN;
	raw[9] = is_open ? MODEL_ESTABLISHED : CLOSED;
	raw[10] = (uint8_t)(conn >> 8), raw[11] = (uint8_t)conn;
	raw[13] = raw[15] = 80;
	raw[22] = is_open ? 3 : 0, raw[23] = is_open ? 132 : 60;
	memcpy(raw + 24, (const uint8_t[]){10, 2, 0, 1, 10, 0, 0, (uint8_t)model_service(conn), 10, 1, 0,
					   (uint8_t)(conn / MODEL_SERVICES % 2)}, 12);
	raw[36] = 1, raw[37] = 24;
	memcpy(raw + AT_VERSION, &version, sizeof(version));
}

unsigned model_conn(const struct sync_entry *entry)
{
	return (unsigned)entry->raw[10] << 8 | entry->raw[11];
}

uint32_t model_version(const struct sync_entry *entry)
{
	uint32_t version;

	memcpy(&version, entry->raw + AT_VERSION, sizeof(version));
	return version;
}

void model_routes(struct sync_routes *routes, unsigned services)
{
	vec_clear(routes);
	for (unsigned i = 0; i < 2 * MODEL_SERVICES; i++) {
		unsigned service = i / 2;

		if (!(services >> service & 1))
			continue;
		*vec_push(routes) = (struct sync_route){
		    .service = {.family = AF_INET,
				.protocol = IPPROTO_TCP,
				.ep = {{AF_INET, {10, 0, 0, (uint8_t)service}}, 80}},
		    .dest = {{AF_INET, {10, 1, 0, (uint8_t)(i % 2)}}, 80}};
	}
	sync_routes_sort(routes);
}
