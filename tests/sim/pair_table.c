/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The second phase's claim: the table of a director that was healed is what is wanted. What is wanted follows
 * from the configuration in force and from the servers that stay as they are; a server that goes on
 * changing may be in the table or out of it.
 */
#include "base/clock.h"
#include "tests/sim/pair.h"

/* Of one service. */
struct wanted {
	uint64_t live;   /* weight of its servers that are well */
	bool is_certain; /* each of its servers stays as it is */
};

static struct wanted wanted_of(const struct pair_node *node, const struct model_vs *vs)
{
	struct wanted wanted = {.is_certain = true};

	for (unsigned i = 0; i < vs->n_rs; i++) {
		const struct model_rs *rs = &vs->rs[i];

		wanted.is_certain &= !node->is_hold_unsure[vs->number][rs->server];
		if (node->is_held[vs->number][rs->server])
			continue;
		wanted.is_certain &= pair.servers[rs->server].is_core;
		wanted.live += pair_server_is_well(vs, rs->server) ? rs->weight : 0;
	}
	return wanted;
}

static void fail_dest(const struct pair_node *node, const char *when, const struct model_vs *vs,
		      unsigned server, const struct ipvs_dest *dest, const char *wanted)
{
	pair_fail(node, "%s: server %u of service %u is %s%u, wanted is %s", when, server + 1,
		  vs->number, dest ? "there with weight " : "absent ", dest ? dest->weight : 0, wanted);
}

/* A server that serves: present with its weight, or a part of it while slow_start goes on. */
static void claim_live(const struct pair_node *node, const char *when, const struct model_vs *vs,
		       const struct model_rs *rs, const struct ipvs_dest *dest)
{
	bool is_whole = dest && dest->weight == rs->weight;
	bool is_part = dest && vs->slow_start_s && dest->weight && dest->weight < rs->weight;

	if (!is_whole && !is_part)
		fail_dest(node, when, vs, rs->server, dest, "its weight");
}

static void claim_server(const struct pair_node *node, const char *when, const struct model_vs *vs,
			 const struct model_rs *rs, const struct ipvs_service *service,
			 const struct wanted *wanted)
{
	struct endpoint ep = model_endpoint(rs->server);
	const struct ipvs_dest *dest = ipvs_service_find(service, &ep);
	bool is_held = node->is_held[vs->number][rs->server];
	bool has_quorum = wanted->live >= vs->quorum;

	if ((!is_held && !pair.servers[rs->server].is_core) ||
	    node->is_hold_unsure[vs->number][rs->server])
		return;
	if (is_held || !pair_server_is_well(vs, rs->server)) {
		if (dest && dest->weight)
			fail_dest(node, when, vs, rs->server, dest, "out of service");
		if (!dest && rs->is_inhibiting && !is_held)
			fail_dest(node, when, vs, rs->server, dest, "there with weight 0");
	} else if (!vs->has_sorry || (wanted->is_certain && has_quorum && wanted->live)) {
		claim_live(node, when, vs, rs, dest);
	} else if (wanted->is_certain && (!dest || dest->weight)) {
		fail_dest(node, when, vs, rs->server, dest, "weight 0, as the sorry server serves");
	}
}

static void claim_sorry(const struct pair_node *node, const char *when, const struct model_vs *vs,
			const struct ipvs_service *service, const struct wanted *wanted)
{
	struct endpoint ep = model_sorry();
	const struct ipvs_dest *dest = ipvs_service_find(service, &ep);
	bool is_serving = vs->has_sorry && (!wanted->live || wanted->live < vs->quorum);

	if (!wanted->is_certain && vs->has_sorry)
		return;
	if (is_serving != (dest && dest->weight))
		pair_fail(node, "%s: the sorry server of service %u is %s", when, vs->number,
			  is_serving ? "not there" : "there");
}

static bool is_foreign_key(const struct svckey *key)
{
	struct svckey foreign = model_foreign();

	return svckey_cmp(&foreign, key) == 0;
}

/* Nothing is there that nobody wants, but what drains. */
static void claim_nothing_else(const struct pair_node *node, const char *when,
			       const struct ipvs_service *service)
{
	const struct model_vs *vs = model_find_vs(node->in_force, &service->key);

	if (is_foreign_key(&service->key)) {
		if (node->in_force->is_exclusive)
			pair_fail(node, "%s: somebody's service is there", when);
		pair_happened(PAIR_FOREIGN);
		return;
	}
	for (size_t i = 0; i < service->n_dests; i++) {
		int server = pair_server_of(&service->dests[i].ep.addr);
		bool is_known = vs && (server < 0 || model_find_rs(vs, (unsigned)server));

		if (!is_known && service->dests[i].weight)
			pair_fail(node, "%s: server %d has weight %u in a service that has it no more",
				  when, server + 1, service->dests[i].weight);
		if (!is_known && !pair_conns_lately(node, &service->key, &service->dests[i].ep))
			pair_fail(node, "%s: server %d of service %u drains without a connection", when,
				  server + 1, service->key.ep.addr.bytes[3] - 10u);
	}
	if (!vs && !service->n_dests)
		pair_fail(node, "%s: a service is there that nobody wants", when);
}

void pair_claim_table(struct pair_node *node, const char *when)
{
	const struct ipvs_state *table = &node->kernel.table;

	pair_happened(PAIR_TABLE_CLAIMED);
	for (unsigned i = 0; i < node->in_force->n_vs; i++) {
		const struct model_vs *vs = &node->in_force->vs[i];
		struct svckey key = model_key(vs->number);
		const struct ipvs_service *service = ipvs_state_find(table, &key);
		struct wanted wanted = wanted_of(node, vs);

		if (!service)
			pair_fail(node, "%s: service %u is not there", when, vs->number);
		for (unsigned k = 0; k < vs->n_rs; k++)
			claim_server(node, when, vs, &vs->rs[k], service, &wanted);
		claim_sorry(node, when, vs, service, &wanted);
	}
	for (size_t i = 0; i < table->n_services; i++)
		if (!node->rundir.is_lost)
			claim_nothing_else(node, when, &table->services[i]);
}
