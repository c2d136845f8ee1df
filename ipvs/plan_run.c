/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/plan_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A pool that gains destinations in the first batch. */
struct pool {
	struct svckey key;
	size_t n_weighted; /* its destinations that have a weight now */
	bool is_refused;
};

struct pools {
	VEC(struct pool) list; /* ascending */
};

/* Does op give a destination or weight to a service that exists? A new service loses nothing in the
 * same plan. */
static bool gives(const struct ipvs_op *op)
{
	return op->kind == IPVS_OP_ADD_DEST ||
	       (op->kind == IPVS_OP_EDIT_DEST && op->dest.weight >= op->before.weight);
}

static bool takes(const struct ipvs_op *op)
{
	return op->kind == IPVS_OP_DEL_DEST ||
	       (op->kind == IPVS_OP_EDIT_DEST && op->dest.weight < op->before.weight);
}

static int compare_pools(const void *a, const void *b)
{
	const struct pool *x = a, *y = b;

	return svckey_cmp(&x->key, &y->key);
}

static struct pool *pool_find(const struct pools *pools, const struct svckey *key)
{
	const struct pool wanted = {.key = *key};

	if (!pools->list.n)
		return NULL;
	return bsearch(&wanted, pools->list.items, pools->list.n, sizeof(wanted), compare_pools);
}

/* Collects the pools that gain, each once. */
static void pools_collect(const struct ipvs_plan *plan, struct pools *pools)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->ops.n; i++)
		if (gives(&plan->ops.items[i]))
			vec_push(&pools->list)->key = plan->ops.items[i].service.key;
	if (!pools->list.n)
		return;
	qsort(pools->list.items, pools->list.n, sizeof(*pools->list.items), compare_pools);
	for (size_t i = 1; i < pools->list.n; i++)
		if (compare_pools(&pools->list.items[n], &pools->list.items[i]))
			pools->list.items[++n] = pools->list.items[i];
	pools->list.n = n + 1;
}

/* Where the second batch begins. In a plan all losses come after all gains. */
static size_t find_cut(const struct ipvs_plan *plan, const struct pools *pools)
{
	size_t i = 0;

	while (i < plan->ops.n && !(takes(&plan->ops.items[i]) &&
				    pool_find(pools, &plan->ops.items[i].service.key)))
		i++;
	return i;
}

static size_t count_weighted(const struct ipvs_state *have, const struct svckey *key)
{
	const struct ipvs_service *service = ipvs_state_find(have, key);
	size_t n = 0;

	for (size_t i = 0; service && i < service->n_dests; i++)
		n += service->dests[i].weight > 0;
	return n;
}

static void pools_judge(const struct ipvs_plan *plan, size_t n, const int *results,
			const struct ipvs_state *have, struct pools *pools)
{
	for (size_t i = 0; i < n; i++) {
		const struct ipvs_op *op = &plan->ops.items[i];

		if (results[i] < 0 && gives(op))
			pool_find(pools, &op->service.key)->is_refused = true;
	}
	for (size_t i = 0; i < pools->list.n; i++)
		pools->list.items[i].n_weighted = count_weighted(have, &pools->list.items[i].key);
}

/* Would op take the last destination with a weight from a pool that did not gain what it should? */
static bool must_wait(const struct ipvs_op *op, const struct pools *pools)
{
	struct pool *pool = takes(op) ? pool_find(pools, &op->service.key) : NULL;
	const struct ipvs_dest *now = op->kind == IPVS_OP_DEL_DEST ? &op->dest : &op->before;
	uint32_t weight_after = op->kind == IPVS_OP_DEL_DEST ? 0 : op->dest.weight;

	if (!pool || !pool->is_refused || now->weight == 0 || weight_after > 0)
		return false;
	if (pool->n_weighted <= 1)
		return true;
	pool->n_weighted--;
	return false;
}

static int batch_run(const struct ipvs_plan *batch, struct ipvs_state *have, ipvs_batch_fn *fn,
		     void *arg, int *results, struct err *err)
{
	int rc = batch->ops.n ? fn(arg, batch, results, err) : 0;

	for (size_t i = 0; i < batch->ops.n; i++)
		if (results[i] == 0)
			ipvs_op_apply(&batch->ops.items[i], have);
	return rc;
}

/* Sends the operations from cut on, without those that must wait. */
static int send_rest(const struct ipvs_plan *plan, size_t cut, const struct pools *pools,
		     struct ipvs_state *have, ipvs_batch_fn *fn, void *arg, int *results,
		     struct err *err)
{
	int *rest_results = mem_calloc(plan->ops.n - cut, sizeof(*rest_results));
	struct ipvs_plan rest = {0};
	int rc;

	for (size_t i = cut; i < plan->ops.n; i++) {
		results[i] = must_wait(&plan->ops.items[i], pools) ? -ECANCELED : 0;
		if (results[i] == 0)
			*vec_push(&rest.ops) = plan->ops.items[i];
	}
	rc = batch_run(&rest, have, fn, arg, rest_results, err);
	for (size_t i = cut, j = 0; i < plan->ops.n; i++)
		if (results[i] == 0)
			results[i] = rest_results[j++];
	ipvs_plan_free(&rest);
	free(rest_results);
	return rc;
}

int ipvs_plan_run(const struct ipvs_plan *plan, struct ipvs_state *have, ipvs_batch_fn *fn,
		  void *arg, int *results, struct err *err)
{
	struct ipvs_plan first = *plan;
	struct pools pools = {0};
	int rc, n_undone = 0;
	size_t cut;

	pools_collect(plan, &pools);
	cut = find_cut(plan, &pools);
	first.ops.n = cut;
	rc = batch_run(&first, have, fn, arg, results, err);
	for (size_t i = cut; rc < 0 && i < plan->ops.n; i++)
		results[i] = rc;
	if (rc >= 0 && cut < plan->ops.n) {
		pools_judge(plan, cut, results, have, &pools);
		rc = send_rest(plan, cut, &pools, have, fn, arg, results, err);
	}
	vec_free(&pools.list);
	if (rc < 0)
		return rc;
	ipvs_plan_results_cancel(plan, results);
	for (size_t i = 0; i < plan->ops.n; i++)
		n_undone += results[i] < 0;
	return n_undone;
}
