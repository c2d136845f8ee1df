/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One walk over the two sorted tables puts each difference into the phase in which it is done:
 *
 *   1 services that are missing, each followed by its destinations
 *   2 settings of services that stay
 *   3 destinations that are missing, and edits that do not lower a weight
 *   4 edits that lower a weight
 *   5 destinations that are deleted
 *   6 services that are deleted, with their destinations
 *
 * A pool that has a destination with a weight before and after the plan has one at every step:
 * nothing is taken away before phase 4, and after phase 3 each destination that is wanted with a
 * weight has it.
 */
#include "ipvs/plan.h"
#include "base/merge.h"

#include <errno.h>
#include <string.h>

enum phase {
	PHASE_NEW,
	PHASE_SETTINGS,
	PHASE_RAISE,
	PHASE_LOWER,
	PHASE_DEL_DESTS,
	PHASE_DEL_SERVICES,
	N_PHASES,
};

/* The operations of a plan by phase. */
struct phased {
	struct ipvs_plan phases[N_PHASES];
};

/* A copy of the service without its destinations, for an operation. */
static struct ipvs_service settings_of(const struct ipvs_service *service)
{
	struct ipvs_service settings = *service;

	settings.dests = NULL;
	settings.n_dests = settings.cap_dests = 0;
	return settings;
}

static struct ipvs_op *phase_op(struct phased *phased, enum phase phase, enum ipvs_op_kind kind,
				const struct ipvs_service *service)
{
	struct ipvs_op *op = vec_push(&phased->phases[phase].ops);

	op->kind = kind;
	op->service = settings_of(service);
	return op;
}

bool ipvs_service_is_equal(const struct ipvs_service *a, const struct ipvs_service *b)
{
	return !strcmp(a->scheduler, b->scheduler) && !strcmp(a->pe, b->pe) &&
	       a->flags == b->flags && a->timeout == b->timeout && a->netmask == b->netmask;
}

bool ipvs_dest_is_equal(const struct ipvs_dest *a, const struct ipvs_dest *b)
{
	return a->weight == b->weight && a->method == b->method &&
	       a->upper_threshold == b->upper_threshold &&
	       a->lower_threshold == b->lower_threshold && a->tun_type == b->tun_type &&
	       a->tun_port == b->tun_port && a->tun_flags == b->tun_flags;
}

static void phase_new_service(struct phased *phased, const struct ipvs_service *want)
{
	phase_op(phased, PHASE_NEW, IPVS_OP_ADD_SERVICE, want);
	for (size_t i = 0; i < want->n_dests; i++)
		phase_op(phased, PHASE_NEW, IPVS_OP_ADD_DEST, want)->dest = want->dests[i];
}

static void phase_dest_edit(struct phased *phased, const struct ipvs_service *service,
			    const struct ipvs_dest *want, const struct ipvs_dest *have)
{
	enum phase phase = want->weight < have->weight ? PHASE_LOWER : PHASE_RAISE;
	struct ipvs_op *op;

	if (ipvs_dest_is_equal(want, have))
		return;
	op = phase_op(phased, phase, IPVS_OP_EDIT_DEST, service);
	op->dest = *want;
	op->before = *have;
}

static int compare_dests(const void *want, const void *have)
{
	return endpoint_cmp(&((const struct ipvs_dest *)want)->ep,
			    &((const struct ipvs_dest *)have)->ep);
}

static void phase_dests(struct phased *phased, const struct ipvs_service *want,
			const struct ipvs_service *have)
{
	struct merge merge = {{want->dests, want->n_dests, sizeof(*want->dests)},
			      {have->dests, have->n_dests, sizeof(*have->dests)},
			      compare_dests};
	const void *left, *right;

	while (merge_next(&merge, &left, &right)) {
		const struct ipvs_dest *w = left, *h = right;

		if (!h)
			phase_op(phased, PHASE_RAISE, IPVS_OP_ADD_DEST, want)->dest = *w;
		else if (!w)
			phase_op(phased, PHASE_DEL_DESTS, IPVS_OP_DEL_DEST, want)->dest = *h;
		else
			phase_dest_edit(phased, want, w, h);
	}
}

static void phase_present_service(struct phased *phased, const struct ipvs_service *want,
				  const struct ipvs_service *have)
{
	if (!ipvs_service_is_equal(want, have))
		phase_op(phased, PHASE_SETTINGS, IPVS_OP_EDIT_SERVICE, want)->service_before =
		    settings_of(have);
	phase_dests(phased, want, have);
}

static int compare_services(const void *want, const void *have)
{
	return svckey_cmp(&((const struct ipvs_service *)want)->key,
			  &((const struct ipvs_service *)have)->key);
}

static int compare_owned(const void *owned, const void *key)
{
	return svckey_cmp(owned, key);
}

/* Reserves memory for the operations that make a whole table: growing step by step would copy
 * megabytes. */
static void reserve_new(struct phased *phased, const struct ipvs_state *want)
{
	struct ipvs_plan *phase = &phased->phases[PHASE_NEW];
	size_t n = want->n_services;

	for (size_t i = 0; i < want->n_services; i++)
		n += want->services[i].n_dests;
	if (!n)
		return;
	phase->ops.items = mem_realloc(NULL, n, sizeof(*phase->ops.items));
	phase->ops.cap = n;
}

/* Appends the operations of a phase to the plan. To an empty plan they are moved, not copied: for a
 * large new table these are all operations. */
static void move_ops(struct ipvs_plan *phase, struct ipvs_plan *plan)
{
	if (!plan->ops.n) {
		ipvs_plan_free(plan);
		*plan = *phase;
		return;
	}
	for (size_t i = 0; i < phase->ops.n; i++)
		*vec_push(&plan->ops) = phase->ops.items[i];
	ipvs_plan_free(phase);
}

void ipvs_plan(const struct ipvs_state *want, const struct ipvs_state *have,
	       const struct svckey *owned, size_t n_owned, struct ipvs_plan *ret_plan)
{
	struct phased phased = {0};
	struct merge merge = {{want->services, want->n_services, sizeof(*want->services)},
			      {have->services, have->n_services, sizeof(*have->services)},
			      compare_services};
	struct merge_list owned_left = {owned, n_owned, sizeof(*owned)};
	const void *left, *right;

	if (!have->n_services)
		reserve_new(&phased, want);
	while (merge_next(&merge, &left, &right)) {
		const struct ipvs_service *w = left, *h = right;

		if (!h)
			phase_new_service(&phased, w);
		else if (w)
			phase_present_service(&phased, w, h);
		else if (merge_seek(&owned_left, &h->key, compare_owned))
			phase_op(&phased, PHASE_DEL_SERVICES, IPVS_OP_DEL_SERVICE, h);
	}
	for (enum phase phase = 0; phase < N_PHASES; phase++)
		move_ops(&phased.phases[phase], ret_plan);
}

/* The destinations of a new service follow it in the plan, so one pass is enough. */
void ipvs_plan_results_cancel(const struct ipvs_plan *plan, int *results)
{
	const struct svckey *refused = NULL;

	for (size_t i = 0; i < plan->ops.n; i++) {
		const struct ipvs_op *op = &plan->ops.items[i];

		if (op->kind == IPVS_OP_ADD_SERVICE)
			refused = results[i] < 0 && results[i] != -EEXIST ? &op->service.key : NULL;
		else if (refused && op->kind == IPVS_OP_ADD_DEST && results[i] == -ESRCH &&
			 !svckey_cmp(refused, &op->service.key))
			results[i] = -ECANCELED;
	}
}

void ipvs_plan_free(struct ipvs_plan *plan)
{
	vec_free(&plan->ops);
}
