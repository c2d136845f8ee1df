/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clients, whose requests go where the table of a director says. */
#include "base/virtual/world.h"
#include "base/mem.h"
#include "tests/sim/pair.h"

#include <stdlib.h>

#define CONNS_MAX 60
/* A connection lasts so long at most. */
#define CONN_MAX_MS 60000
/* A director that counts connections each second sees the end of one within this time. */
#define LATELY_MS 2000

static struct {
	struct loop_timer *timer;
	int64_t gap_ms;
	unsigned keep; /* in 1,000 requests: those that stay connected for long */
	struct conn {
		const struct pair_node *node;
		struct svckey key;
		struct endpoint ep;
		struct mono end;
	} conns[CONNS_MAX];
	size_t n;
} clients;

/* Those that had not ended at that time. */
static unsigned count(const struct pair_node *node, const struct svckey *key,
		      const struct endpoint *ep, struct mono at)
{
	unsigned n = 0;

	for (size_t i = 0; i < clients.n; i++) {
		const struct conn *conn = &clients.conns[i];

		n += conn->node == node && mono_before(at, conn->end) &&
		     svckey_cmp(&conn->key, key) == 0 && endpoint_cmp(&conn->ep, ep) == 0;
	}
	return n;
}

unsigned pair_conns(const struct pair_node *node, const struct svckey *key, const struct endpoint *ep)
{
	return count(node, key, ep, world_now());
}

unsigned pair_conns_lately(const struct pair_node *node, const struct svckey *key,
			   const struct endpoint *ep)
{
	return count(node, key, ep, mono_add_ms(world_now(), -LATELY_MS));
}

static void forget_ended(void)
{
	struct mono at = mono_add_ms(world_now(), -LATELY_MS);

	for (size_t i = clients.n; i-- > 0;)
		if (!mono_before(at, clients.conns[i].end))
			clients.conns[i] = clients.conns[--clients.n];
}

static void connect_client(const struct pair_node *node, const struct svckey *key,
			   const struct endpoint *ep)
{
	if (clients.n == CONNS_MAX || !pair_permille(clients.keep))
		return;
	clients.conns[clients.n++] = (struct conn){
	    .node = node,
	    .key = *key,
	    .ep = *ep,
	    .end = mono_add_ms(world_now(), (int64_t)pair_below(CONN_MAX_MS)),
	};
}

/* By weight, as wrr over a long time. */
static const struct ipvs_dest *schedule(const struct ipvs_service *service)
{
	uint64_t sum = 0, at;

	for (size_t i = 0; i < service->n_dests; i++)
		sum += service->dests[i].weight;
	at = sum ? pair_below(sum) : 0;
	for (size_t i = 0; i < service->n_dests && sum; i++) {
		if (at < service->dests[i].weight)
			return &service->dests[i];
		at -= service->dests[i].weight;
	}
	return NULL;
}

static void request(struct pair_node *node)
{
	const struct ipvs_state *table = &node->kernel.table;
	const struct ipvs_service *service;
	const struct ipvs_dest *dest;
	const struct model_vs *vs;
	int server;

	pair_claim_pools(node);
	if (!table->n_services)
		return;
	service = &table->services[pair_below(table->n_services)];
	vs = model_find_vs(node->in_force, &service->key);
	dest = schedule(service);
	if (!dest)
		return;
	server = pair_server_of(&dest->ep.addr);
	if (server < 0)
		pair_happened(PAIR_SORRY);
	else if (vs)
		pair_claim_request(node, vs, (unsigned)server);
	connect_client(node, &service->key, &dest->ep);
}

static void on_time(void *arg)
{
	(void)arg;
	forget_ended();
	for (unsigned i = 0; i < PAIR_NODES; i++) {
		pair_operator_check(&pair.nodes[i]);
		request(&pair.nodes[i]);
	}
	pair_claim_vrrp();
	loop_timer_set(clients.timer, mono_add_ms(world_now(), clients.gap_ms));
}

void pair_clients_open(void)
{
	clients.n = 0;
	clients.gap_ms = 50 + (int64_t)pair_below(200);
	clients.keep = pair_draw_rate(300);
	clients.timer = loop_timer_new(pair.loop, on_time, NULL);
	loop_timer_set(clients.timer, world_now());
}

void pair_clients_close(void)
{
	loop_timer_free(clients.timer);
	clients.timer = NULL;
}
