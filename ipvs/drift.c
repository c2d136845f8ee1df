/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/drift.h"

#include <assert.h>
#include <stdlib.h>

static bool was_applied(const struct ipvs_op *op, const struct ipvs_state *applied)
{
	const struct ipvs_service *service = ipvs_state_find(applied, &op->service.key);
	const struct ipvs_dest *dest = service ? ipvs_service_find(service, &op->dest.ep) : NULL;

	switch (op->kind) {
	case IPVS_OP_ADD_SERVICE:
		return service;
	case IPVS_OP_EDIT_SERVICE:
		return service && ipvs_service_is_equal(service, &op->service);
	case IPVS_OP_DEL_SERVICE:
		return !service;
	case IPVS_OP_ADD_DEST:
	case IPVS_OP_EDIT_DEST:
		return dest && ipvs_dest_is_equal(dest, &op->dest);
	case IPVS_OP_DEL_DEST:
		return service && !dest;
	}
	return false;
}

void ipvs_drift_attribute(struct ipvs_plan *plan, const struct ipvs_state *applied,
			  const struct ipvs_owned *owned)
{
	const struct svckey *restored = NULL; /* made again; its destinations follow in the plan */

	for (size_t i = 0; i < plan->ops.n; i++) {
		struct ipvs_op *op = &plan->ops.items[i];
		const struct svckey *key = &op->service.key;

		if (op->kind == IPVS_OP_DEL_SERVICE && !ipvs_owned_has(owned, key))
			op->cause = IPVS_CAUSE_FOREIGN;
		else if (!applied || !was_applied(op, applied))
			op->cause = IPVS_CAUSE_WANTED;
		else if (op->kind == IPVS_OP_ADD_DEST && restored && !svckey_cmp(restored, key))
			op->cause = IPVS_CAUSE_RESTORED;
		else
			op->cause = IPVS_CAUSE_DRIFT;
		if (op->kind == IPVS_OP_ADD_SERVICE)
			restored = op->cause == IPVS_CAUSE_DRIFT ? key : NULL;
	}
}

/* The operation that would undo op. It makes a deleted service again without its destinations. */
static struct ipvs_op inverse(const struct ipvs_op *op)
{
	struct ipvs_op back = *op;

	switch (op->kind) {
	case IPVS_OP_ADD_SERVICE:
		back.kind = IPVS_OP_DEL_SERVICE;
		break;
	case IPVS_OP_EDIT_SERVICE:
		back.service = op->service_before;
		break;
	case IPVS_OP_DEL_SERVICE:
		back.kind = IPVS_OP_ADD_SERVICE;
		break;
	case IPVS_OP_ADD_DEST:
		back.kind = IPVS_OP_DEL_DEST;
		break;
	case IPVS_OP_EDIT_DEST:
		back.dest = op->before;
		break;
	case IPVS_OP_DEL_DEST:
		back.kind = IPVS_OP_ADD_DEST;
		break;
	}
	return back;
}

static void undo_refused(struct ipvs_state *applied, const struct ipvs_plan *plan, const int *results)
{
	for (size_t i = 0; i < plan->ops.n; i++) {
		struct ipvs_op back = inverse(&plan->ops.items[i]);

		/* Undoing a refused ADD_SERVICE removes its destinations too. */
		if (results[i] < 0 && back.cause == IPVS_CAUSE_WANTED)
			ipvs_op_apply(&back, applied);
	}
}

void ipvs_drift_follow(struct ipvs_state *applied, struct ipvs_state *want,
		       const struct ipvs_plan *plan, const int *results)
{
	ipvs_state_clear(applied);
	*applied = *want;
	*want = (struct ipvs_state){0};
	undo_refused(applied, plan, results);
}

void ipvs_drift_follow_some(struct ipvs_state *applied, struct ipvs_state *want,
			    const struct ipvs_plan *plan, const int *results)
{
	for (size_t i = 0; i < want->n_services; i++) {
		struct ipvs_service *service = ipvs_state_find(applied, &want->services[i].key);

		assert(service);
		free(service->dests);
		*service = want->services[i];
	}
	free(want->services);
	*want = (struct ipvs_state){0};
	undo_refused(applied, plan, results);
}

void ipvs_drift_count(struct ipvs_drift_counters *counters, const struct ipvs_plan *plan,
			const int *results)
{
	for (size_t i = 0; i < plan->ops.n; i++) {
		const struct ipvs_op *op = &plan->ops.items[i];

		if (results[i] < 0)
			continue;
		counters->foreign += op->cause == IPVS_CAUSE_FOREIGN;
		counters->repairs[op->kind] += op->cause == IPVS_CAUSE_DRIFT;
	}
}

uint64_t ipvs_drift_repairs(const struct ipvs_drift_counters *counters)
{
	uint64_t n = 0;

	for (size_t kind = 0; kind < IPVS_OP_KINDS; kind++)
		n += counters->repairs[kind];
	return n;
}
