/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/table/decide.h"
#include "base/mem.h"
#include "host/want.h"
#include "ipvs/drift.h"
#include "ipvs/want.h"

#include <stdlib.h>

/* The table that the configuration and the health of servers ask for, whatever the kernel has. */
static void table_want(const struct table_facts *facts, struct ipvs_state *ret_want)
{
	size_t n, n_rs = 0, at = 0;
	const struct health_vs *services = health_services(facts->health, &n);
	struct ipvs_view_rs *view, *sorry;

	for (size_t i = 0; i < n; i++)
		n_rs += services[i].n_real_servers;
	view = mem_calloc(n_rs + n, sizeof(*view));
	sorry = view + n_rs;
	for (size_t i = 0; i < n; i++) {
		health_sorry_effective(&services[i], &sorry[i].is_present, &sorry[i].weight);
		for (size_t j = 0; j < services[i].n_real_servers; j++, at++)
			health_rs_effective(&services[i], &services[i].real_servers[j],
					    &view[at].is_present, &view[at].weight);
	}
	ipvs_want(facts->conf, view, sorry, ret_want);
	free(view);
}

/* The same for the services of some virtual servers. */
static void want_some(const struct table_facts *facts, const size_t *changed, size_t n_changed,
		      struct ipvs_state *ret_want)
{
	size_t n;
	const struct health_vs *services = health_services(facts->health, &n);

	for (size_t i = 0; i < n_changed; i++) {
		const struct health_vs *vs = &services[changed[i]];
		struct ipvs_view_rs sorry, *view = mem_calloc(vs->n_real_servers + 1, sizeof(*view));

		health_sorry_effective(vs, &sorry.is_present, &sorry.weight);
		for (size_t j = 0; j < vs->n_real_servers; j++)
			health_rs_effective(vs, &vs->real_servers[j], &view[j].is_present, &view[j].weight);
		ipvs_want_of(vs->conf, view, &sorry, ret_want);
		free(view);
	}
	ipvs_state_sort(ret_want);
}

/* Those services of state that want has. They still belong to state: only the list is to be freed. False:
 * state lacks one. */
static bool part_take(const struct ipvs_state *state, const struct ipvs_state *want,
		      struct ipvs_state *ret_part)
{
	for (size_t i = 0; i < want->n_services; i++) {
		const struct ipvs_service *service = ipvs_state_find(state, &want->services[i].key);

		if (!service)
			return false;
		*ipvs_state_add(ret_part, &service->key) = *service;
	}
	return true;
}

static bool are_owned(const struct ipvs_owned *owned, const struct ipvs_state *want)
{
	for (size_t i = 0; i < want->n_services; i++)
		if (!ipvs_owned_has(owned, &want->services[i].key))
			return false;
	return true;
}

static void take_drains(const struct table_facts *facts, struct ipvs_drain *drain,
			struct table_decision *decision)
{
	const struct ipvs_drain_tables tables = {.want = &decision->want,
						 .have = facts->have,
						 .applied = facts->applied,
						 .owned = facts->owned->keys.items,
						 .n_owned = facts->owned->keys.n};

	decision->n_begun =
	    ipvs_drain_begin(drain, facts->policies, &tables, facts->now, &decision->n_refused);
	decision->n_ended = ipvs_drain_merge(drain, facts->have, &decision->want);
}

/* Marks the services of vs that the kernel does not have and that must wait for their rules. */
static void mark_waiting(const struct table_facts *facts, const struct conf_virtual_server *vs,
			 const struct ipvs_state *want, bool *is_out)
{
	if (!(host_needs(vs) & ~facts->ready))
		return;
	for (size_t i = 0; i < conf_service_count(vs); i++) {
		const struct svckey *key = conf_service_key(vs, i);
		const struct ipvs_service *service = ipvs_state_find(want, key);

		if (service && !ipvs_state_find(facts->have, key))
			is_out[service - want->services] = true;
	}
}

static void withhold(const struct table_facts *facts, struct ipvs_state *want)
{
	bool *is_out = mem_calloc(want->n_services, sizeof(*is_out));
	size_t n = 0;

	for (size_t i = 0; i < facts->conf->n_virtual_servers; i++)
		mark_waiting(facts, &facts->conf->virtual_servers[i], want, is_out);
	for (size_t i = 0; i < want->n_services; i++)
		if (is_out[i])
			free(want->services[i].dests);
		else
			want->services[n++] = want->services[i];
	want->n_services = n;
	free(is_out);
}

/* Makes the plan. With `exclusive` every service may be deleted. */
static void plan_make(const struct table_facts *facts, const struct ipvs_state *want,
		      struct ipvs_plan *ret_plan)
{
	struct ipvs_owned all = {0};
	const struct ipvs_owned *deletable = facts->owned;

	if (facts->conf->global.is_exclusive) {
		ipvs_owned_claim(&all, facts->have);
		deletable = &all;
	}
	ipvs_plan(want, facts->have, deletable->keys.items, deletable->keys.n, ret_plan);
	ipvs_drift_attribute(ret_plan, facts->applied, facts->owned);
	ipvs_owned_free(&all);
}

void table_take_maintained(const struct health *health, struct ipvs_drain_policies *policies)
{
	size_t n;
	const struct health_vs *services = health_services(health, &n);

	vec_clear(&policies->maintained);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < services[i].n_real_servers; j++)
			if (services[i].real_servers[j].is_maintained)
				ipvs_drain_policies_maintain(policies, services[i].conf,
							 services[i].real_servers[j].conf);
	ipvs_drain_policies_sort(policies);
}

void table_decide(const struct table_facts *facts, struct ipvs_drain *drain,
		  struct table_decision *ret_decision)
{
	*ret_decision = (struct table_decision){0};
	table_want(facts, &ret_decision->want);
	take_drains(facts, drain, ret_decision);
	withhold(facts, &ret_decision->want);
	plan_make(facts, &ret_decision->want, &ret_decision->plan);
}

bool table_decide_some(const struct table_facts *facts, const size_t *changed, size_t n,
		       struct ipvs_drain *drain, struct table_decision *ret_decision)
{
	struct ipvs_state have = {0}, applied = {0};
	struct table_facts some = *facts;
	struct table_decision decision = {0};
	bool is_enough = facts->applied && !drain->entries.n;

	some.have = &have;
	some.applied = &applied;
	if (is_enough)
		want_some(facts, changed, n, &decision.want);
	is_enough = is_enough && are_owned(facts->owned, &decision.want) &&
		    part_take(facts->have, &decision.want, &have) &&
		    part_take(facts->applied, &decision.want, &applied);
	if (is_enough) {
		take_drains(&some, drain, &decision);
		plan_make(&some, &decision.want, &decision.plan);
		*ret_decision = decision;
	} else {
		ipvs_state_clear(&decision.want);
	}
	free(have.services);
	free(applied.services);
	return is_enough;
}

void table_decision_fini(struct table_decision *decision)
{
	ipvs_state_clear(&decision->want);
	ipvs_plan_free(&decision->plan);
}
