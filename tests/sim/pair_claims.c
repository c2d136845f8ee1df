/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must hold whatever happens. The claims follow from the servers, the configuration that an
 * operator knows to be in force and the stated times alone, not from what lvsd thinks.
 */
#include "base/virtual/world.h"
#include "healthcheck/path.h"
#include "ipvs/recon.h"
#include "tests/sim/pair.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* A turn, and the time that a probe, a frame and a slow kernel take. */
#define TURN_NS (1000 * NS_PER_MS)
/* warmup: when the first probe of a new check comes at the latest. */
#define WARMUP_NS (500 * NS_PER_MS)

static struct mono latest(struct mono a, struct mono b)
{
	return mono_before(a, b) ? b : a;
}

/* A script that a former director has started is waited for. */
static unsigned last_script_s(const struct model_vs *vs)
{
	return vs->check == MODEL_MISC ? vs->timeout_s : 0;
}

int64_t pair_detection_ns(const struct model_vs *vs)
{
	return (int64_t)(vs->delay_loop_s + (vs->retry + 1) * vs->timeout_s + last_script_s(vs) +
			 vs->retry * vs->delay_before_retry_s) *
		   NS_PER_S +
	       WARMUP_NS;
}

int64_t pair_return_ns(const struct model_vs *vs)
{
	return (int64_t)(vs->delay_loop_s + vs->timeout_s + last_script_s(vs)) * NS_PER_S +
	       WARMUP_NS;
}

bool pair_is_sure(const struct pair_node *node)
{
	struct mono now = mono_add_ms(world_now(), pair.has_clocks ? PAIR_CLOCK_MS : 0);

	return node->in_force && !node->is_in_doubt && !node->is_stopping &&
	       mono_before(now, node->confirm_by);
}

/* Whether each process of node that its servers need works: vrrp is not one of them. */
static bool is_clear(const struct pair_node *node)
{
	for (unsigned i = 0; i < PAIR_VRRP; i++)
		if (node->procs[i].is_needed && !pair_proc_runs(node, (enum pair_proc_name)i))
			return false;
	return pair_is_sure(node) && node->control && node->procs[PAIR_DIRECTOR].loop;
}

/* When the kernel of node has what was wanted at its last trouble, at the latest. */
static struct mono mended(const struct pair_node *node)
{
	int64_t reconcile_ns = node->in_force->reconcile_s * NS_PER_S;

	return mono_add_ns(node->kernel.troubled, TURN_NS + (reconcile_ns > IPVS_RECON_BACKOFF_MAX_NS
								 ? reconcile_ns
								 : IPVS_RECON_BACKOFF_MAX_NS));
}

/* Since when the director can have known how the server is. */
static struct mono base(const struct pair_node *node, const struct model_vs *vs, unsigned server)
{
	return latest(latest(pair_server_since(vs, server), node->clear_since),
		      node->conf_since[vs->number][server]);
}

static bool is_past(struct mono since, int64_t ns)
{
	return !mono_before(world_now(), mono_add_ns(since, ns));
}

/* What is left of that time by the clock of the world when the fastest of the clocks has counted it. */
static int64_t by_fastest_clock(int64_t ns)
{
	return pair.has_clocks ? ns - ns / 9999 : ns;
}

static bool is_open_hold(const struct pair_node *node, const struct model_vs *vs, unsigned server)
{
	return node->is_held[vs->number][server] || node->is_hold_unsure[vs->number][server];
}

/* --- a pool with a healthy server is never empty --- */

/* Its probes cannot be made: it knows what it knew before, and no more. */
static bool is_blind(const struct pair_node *node)
{
	return !mono_is_never(node->blind_since);
}

/* It has had so long to find that out. */
static bool is_found(const struct pair_node *node, struct mono since, int64_t ns)
{
	struct mono end = is_blind(node) ? node->blind_since : world_now();

	if (node->blind_by == PAIR_BLIND_PATH && is_past(end, (PATH_BOUND_S - 1) * NS_PER_S))
		return false; /* what it knew is too old */
	return !mono_before(end, mono_add_ns(latest(since, node->seen_since), ns));
}

/* Healthy beyond doubt, and in the pool. */
static bool must_serve(const struct pair_node *node, const struct model_vs *vs,
		       const struct model_rs *rs)
{
	struct mono since = latest(base(node, vs, rs->server), node->pool_since[vs->number]);

	return rs->weight && !is_open_hold(node, vs, rs->server) &&
	       pair_server_is_well(vs, rs->server) &&
	       is_found(node, since, pair_return_ns(vs) + TURN_NS);
}

static bool has_weight(const struct ipvs_service *service)
{
	for (size_t i = 0; service && i < service->n_dests; i++)
		if (service->dests[i].weight)
			return true;
	return false;
}

void pair_claim_pools(struct pair_node *node)
{
	pair_kernel_end_turn(node);
	if (!is_clear(node) || mono_before(world_now(), mended(node)))
		return;
	for (unsigned i = 0; i < node->in_force->n_vs; i++) {
		const struct model_vs *vs = &node->in_force->vs[i];
		struct svckey key = model_key(vs->number);
		bool must = false;

		for (unsigned k = 0; k < vs->n_rs; k++)
			must |= must_serve(node, vs, &vs->rs[k]);
		if (!must)
			continue;
		pair_happened(PAIR_POOL_CLAIMED);
		if (!has_weight(ipvs_state_find(&node->kernel.table, &key)))
			pair_fail(node, "the pool of service %u is empty, and has a healthy server",
				  vs->number);
	}
}

/* --- no request goes to a server known dead --- */

void pair_claim_request(struct pair_node *node, const struct model_vs *vs, unsigned server)
{
	if (!model_find_rs(vs, server))
		return; /* it was added by somebody else, or the configuration has just changed */
	if (pair_server_is_well(vs, server)) {
		pair_happened(PAIR_SERVED);
		return;
	}
	if (!is_clear(node) || mono_before(world_now(), mended(node)) || is_blind(node))
		return;
	pair_happened(PAIR_DEATH_CLAIMED);
	if (is_past(latest(base(node, vs, server), node->seen_since), pair_detection_ns(vs) + TURN_NS))
		pair_fail(node,
			  "a request of service %u goes to server %u, which is dead for %lld ms",
			  vs->number, server + 1,
			  (long long)(mono_sub(world_now(), pair_server_since(vs, server)) /
				      NS_PER_MS));
}

/* --- a drained connection is not cut before its deadline --- */

uint32_t pair_drain_timeout(const struct pair_node *node, const struct svckey *key)
{
	const struct model_vs *vs = model_find_vs(node->in_force, key);

	if (!vs)
		vs = model_find_vs(node->former, key);
	return vs ? vs->drain_timeout_s : 0;
}

void pair_drains_reloaded(struct pair_node *node)
{
	for (size_t i = 0; i < node->kernel.dests.n; i++) {
		struct pair_dest *dest = &node->kernel.dests.items[i];
		uint32_t timeout_s = pair_drain_timeout(node, &dest->service);

		if (timeout_s < dest->timeout_s)
			dest->timeout_s = timeout_s;
	}
}

/* Healthy beyond doubt: it may neither leave nor get weight 0, but for a sorry server. */
static void claim_stays(struct pair_node *node, const struct model_vs *vs, const struct model_rs *rs,
			const struct ipvs_dest *dest, bool is_deleted)
{
	struct mono since = latest(base(node, vs, rs->server), node->pool_since[vs->number]);

	if (!dest->weight || !rs->weight || !pair_server_is_well(vs, rs->server) ||
	    is_open_hold(node, vs, rs->server) ||
	    !is_found(node, since, pair_return_ns(vs) + TURN_NS))
		return;
	if (is_deleted || !vs->has_sorry)
		pair_fail(node, "server %u of service %u is healthy, and %s", rs->server + 1,
			  vs->number, is_deleted ? "leaves" : "gets weight 0");
}

void pair_claim_leaves(struct pair_node *node, const struct svckey *key,
		       const struct ipvs_dest *dest, bool is_deleted)
{
	const struct model_vs *vs = model_find_vs(node->in_force, key);
	int server = pair_server_of(&dest->ep.addr);
	const struct model_rs *rs = vs && server >= 0 ? model_find_rs(vs, (unsigned)server) : NULL;
	const struct pair_dest *kept = pair_kernel_dest(&node->kernel, key, &dest->ep);
	unsigned n = pair_conns(node, key, &dest->ep);

	if (!pair_is_sure(node) || server < 0)
		return;
	if (rs && is_clear(node))
		claim_stays(node, vs, rs, dest, is_deleted);
	if (key->protocol == IPPROTO_UDP)
		return; /* its servers do not drain */
	if (!is_deleted || kept->is_foreign || node->rundir.is_lost ||
	    (rs && node->is_hold_unsure[vs->number][rs->server]))
		return;
	if (rs && !node->is_held[vs->number][rs->server]) {
		if (!pair_server_is_well(vs, rs->server))
			pair_happened(pair_is_reading(node) ? PAIR_READ_FOUND_DEAD : PAIR_FOUND_DEAD);
		if (!vs->is_drained_on_failure)
			return; /* a failed server leaves at once */
	}
	pair_happened(n ? PAIR_DRAIN_CUT : PAIR_DRAINED);
	pair_happened(PAIR_DRAIN_CLAIMED);
	if (n && !kept->is_late && (mono_is_never(kept->zero_since)
		      ? pair_drain_timeout(node, key) > 0
		      : !is_past(kept->zero_since, by_fastest_clock(kept->timeout_s * NS_PER_S))))
		pair_fail(node,
			  "%u connections through server %d are cut before their time (%lld ms of %u s)",
			  n, server + 1,
			  mono_is_never(kept->zero_since)
			      ? 0
			      : (long long)(mono_sub(world_now(), kept->zero_since) / NS_PER_MS),
			  kept->timeout_s);
}

/* --- what lvsd did not make stays --- */

void pair_claim_foreign(struct pair_node *node, const struct ipvs_op *op)
{
	struct svckey foreign = model_foreign();

	if (pair_is_sure(node) && !node->in_force->is_exclusive &&
	    svckey_cmp(&op->service.key, &foreign) == 0)
		pair_fail(node, "somebody's service is touched");
}

/* --- what the director shows --- */

static bool is_known(json_t *server)
{
	json_t *check = json_array_get(json_object_get(server, "checks"), 0);
	const char *state = json_string_value(json_object_get(check, "state"));

	return state && strcmp(state, "unknown");
}

static void claim_shown(struct pair_node *node, const struct model_vs *vs, json_t *shown)
{
	struct endpoint ep;
	int server;

	if (endpoint_parse(json_string_value(json_object_get(shown, "key")), &ep) < 0)
		return;
	server = pair_server_of(&ep.addr);
	if (server < 0)
		return;
	if (is_known(shown)) {
		node->known_at[vs->number][server] = world_now();
	} else if (node->known_at[vs->number][server].ns &&
		   mono_before(node->conf_since[vs->number][server],
			       node->known_at[vs->number][server])) {
		pair_fail(node, "the verdict of server %d of service %u is forgotten", server + 1,
			  vs->number);
	}
	pair_happened(PAIR_STATE_CLAIMED);
}

/*
 * Out of service by hand is what is "maint" there. What drains for that reason may have been written
 * back since: until it is over nobody can say.
 */
static void take_holds(struct pair_node *node, json_t *draining)
{
	bool is_held[PAIR_NUMBERS][PAIR_SERVERS] = {0}, is_open[PAIR_NUMBERS][PAIR_SERVERS] = {0};
	struct endpoint ep;
	struct svckey key;
	json_t *row;
	size_t i;

	json_array_foreach(draining, i, row) {
		const char *reason = json_string_value(json_object_get(row, "reason"));
		const char *state = json_string_value(json_object_get(row, "state"));
		bool is_maint = state && !strcmp(state, "maint");

		if (!reason || strcmp(reason, "manual") ||
		    svckey_parse(json_string_value(json_object_get(row, "service")), &key) < 0 ||
		    endpoint_parse(json_string_value(json_object_get(row, "real_server")), &ep) < 0 ||
		    pair_server_of(&ep.addr) < 0)
			continue;
		for (unsigned n = 0; n < PAIR_NUMBERS; n++) {
			struct svckey own = model_key(n);

			if (svckey_cmp(&own, &key) == 0)
				(is_maint ? is_held : is_open)[n][pair_server_of(&ep.addr)] = true;
		}
	}
	for (unsigned n = 0; n < PAIR_NUMBERS; n++)
		for (unsigned s = 0; s < PAIR_SERVERS; s++)
			if (node->is_hold_unsure[n][s] && !is_open[n][s]) {
				node->is_held[n][s] = is_held[n][s];
				node->is_hold_unsure[n][s] = false;
			}
}

void pair_claim_status(struct pair_node *node, json_t *status)
{
	json_t *service;
	struct svckey key;
	size_t i;

	take_holds(node, json_object_get(status, "draining"));
	pair_vrrp_shown(node, status);
	json_array_foreach(json_object_get(status, "virtual_servers"), i, service) {
		const char *text = json_string_value(json_object_get(service, "key"));
		const struct model_vs *vs;
		json_t *server;
		size_t k;

		if (!text || svckey_parse(text, &key) < 0)
			continue;
		vs = model_find_vs(node->in_force, &key);
		json_array_foreach(json_object_get(service, "real_servers"), k, server) {
			if (vs)
				claim_shown(node, vs, server);
		}
	}
}
