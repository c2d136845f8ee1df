/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IPVS table of each director, in the place of ipvs/genl.c and ipvs/genl_admin.c, with the errors
 * of netlink: refusals, answers that are lost (ENOBUFS) or cut short (EINTR), tables that cannot be
 * read, slowness, and somebody else who writes in between.
 */
#include "base/mem.h"
#include "base/virtual/world.h"
#include "ipvs/genl.h"
#include "ipvs/genl_admin.h"
#include "ipvs/plan.h"
#include "tests/sim/pair.h"
#include "tests/unit/test_ipvs_random.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A backoff and a start. */
#define LATE_NS (10 * NS_PER_S)

struct ipvs_genl {
	struct pair_node *node;
};
struct ipvs_admin {
	struct pair_node *node;
	ipvs_admin_result_fn *fn;
	void *arg;
};

void pair_kernel_close(struct pair_kernel *kernel)
{
	ipvs_state_clear(&kernel->table);
	vec_free(&kernel->dests);
}

static void trouble(struct pair_kernel *kernel)
{
	kernel->troubled = world_now();
	kernel->is_turn_troubled = true;
}

static void be_slow(struct pair_kernel *kernel)
{
	if (!pair_permille(kernel->faults.slow))
		return;
	pair_happened(PAIR_SLOW);
	kernel->slowed = world_now();
	if (kernel->slow_turn != world_turns()) {
		kernel->slow_turn = world_turns();
		kernel->slow_turn_began = world_now();
	}
	world_sleep((int64_t)pair_below(200) * NS_PER_MS);
}

struct mono pair_turn_began(const struct pair_node *node)
{
	return node->kernel.slow_turn == world_turns() ? node->kernel.slow_turn_began : world_now();
}

/* --- what the kernel knows beside --- */

struct pair_dest *pair_kernel_dest(struct pair_kernel *kernel, const struct svckey *key,
				   const struct endpoint *ep)
{
	struct pair_dest *dest;

	for (size_t i = 0; i < kernel->dests.n; i++)
		if (svckey_cmp(&kernel->dests.items[i].service, key) == 0 &&
		    endpoint_cmp(&kernel->dests.items[i].ep, ep) == 0)
			return &kernel->dests.items[i];
	dest = vec_push(&kernel->dests);
	dest->service = *key;
	dest->ep = *ep;
	dest->zero_since = MONO_NEVER;
	return dest;
}

static void forget(struct pair_kernel *kernel, struct pair_dest *dest)
{
	*dest = kernel->dests.items[kernel->dests.n - 1];
	kernel->dests.n--;
}

static bool has_weight(const struct ipvs_service *service)
{
	for (size_t i = 0; service && i < service->n_dests; i++)
		if (service->dests[i].weight)
			return true;
	return false;
}

/* --- the pools of a turn --- */

void pair_kernel_end_turn(struct pair_node *node)
{
	struct pair_kernel *kernel = &node->kernel;

	for (size_t i = 0; i < kernel->n_pools && !kernel->is_turn_troubled; i++)
		if (kernel->pools[i].had_weight && kernel->pools[i].was_empty &&
		    has_weight(ipvs_state_find(&kernel->table, &kernel->pools[i].service)))
			pair_fail(node, "a pool that has a server before and after a plan was empty "
					"in between");
	kernel->n_pools = 0;
	kernel->is_turn_troubled = false;
}

static size_t pool_of_turn(struct pair_node *node, const struct svckey *key)
{
	struct pair_kernel *kernel = &node->kernel;

	if (kernel->turn != world_turns()) {
		pair_kernel_end_turn(node);
		kernel->turn = world_turns();
	}
	for (size_t i = 0; i < kernel->n_pools; i++)
		if (svckey_cmp(&kernel->pools[i].service, key) == 0)
			return i;
	kernel->pools[kernel->n_pools].service = *key;
	kernel->pools[kernel->n_pools].was_empty = false;
	kernel->pools[kernel->n_pools].had_weight =
	    has_weight(ipvs_state_find(&kernel->table, key));
	return kernel->n_pools++;
}

/* --- somebody else --- */

static struct ipvs_service *any_service(struct pair_kernel *kernel)
{
	return kernel->table.n_services
		   ? &kernel->table.services[pair_below(kernel->table.n_services)]
		   : NULL;
}

static void add_foreign_dest(struct pair_kernel *kernel, struct ipvs_service *service)
{
	struct endpoint ep = model_endpoint((unsigned)pair_below(PAIR_SERVERS));

	if (ipvs_service_find(service, &ep))
		return;
	ipvs_service_add(service, &ep)->weight = 1;
	ipvs_service_sort(service);
	pair_kernel_dest(kernel, &service->key, &ep)->is_foreign = true;
}

static void drop_dest(struct pair_kernel *kernel, struct ipvs_service *service, size_t at)
{
	forget(kernel, pair_kernel_dest(kernel, &service->key, &service->dests[at].ep));
	service->dests[at] = service->dests[--service->n_dests];
	ipvs_service_sort(service);
}

static void drop_service(struct pair_kernel *kernel, struct ipvs_service *service)
{
	while (service->n_dests)
		drop_dest(kernel, service, 0);
	free(service->dests);
	*service = kernel->table.services[--kernel->table.n_services];
	ipvs_state_sort(&kernel->table);
}

static void change_weight(struct pair_kernel *kernel, struct ipvs_service *service)
{
	struct ipvs_dest *dest = &service->dests[pair_below(service->n_dests)];
	struct pair_dest *kept = pair_kernel_dest(kernel, &service->key, &dest->ep);

	dest->weight = (uint32_t)pair_below(9);
	kept->zero_since = dest->weight ? MONO_NEVER : world_now();
	kept->is_late = true;
}

void pair_kernel_meddle(struct pair_node *node)
{
	struct pair_kernel *kernel = &node->kernel;
	struct ipvs_service *service = any_service(kernel);

	if (!service)
		return;
	trouble(kernel);
	switch (pair_below(4)) {
	case 0:
		pair_trace(node, "!! somebody adds a destination");
		add_foreign_dest(kernel, service);
		break;
	case 1:
		if (!service->n_dests)
			break;
		pair_trace(node, "!! somebody deletes a destination");
		drop_dest(kernel, service, pair_below(service->n_dests));
		break;
	case 2:
		if (!service->n_dests)
			break;
		pair_trace(node, "!! somebody changes a weight");
		change_weight(kernel, service);
		break;
	default:
		pair_trace(node, "!! somebody deletes a service");
		drop_service(kernel, service);
		break;
	}
}

void pair_kernel_clear(struct pair_node *node)
{
	pair_trace(node, "!! somebody clears the table");
	pair_happened(PAIR_CLEARED);
	trouble(&node->kernel);
	while (node->kernel.table.n_services)
		drop_service(&node->kernel, &node->kernel.table.services[0]);
}

void pair_kernel_add_foreign(struct pair_node *node)
{
	struct svckey key = model_foreign();
	struct endpoint ep = model_endpoint(0);
	struct ipvs_service *service = ipvs_state_add(&node->kernel.table, &key);

	strcpy(service->scheduler, "rr");
	service->netmask = 0xffffffff;
	ipvs_service_add(service, &ep)->weight = 1;
	ipvs_state_sort(&node->kernel.table);
}

/* --- in the place of ipvs/genl.c --- */

int ipvs_genl_open(struct ipvs_genl **ret_genl, struct err *err)
{
	struct pair_node *node = pair_caller();

	(void)err;
	*ret_genl = mem_calloc(1, sizeof(**ret_genl));
	(*ret_genl)->node = node;
	return 0;
}

void ipvs_genl_close(struct ipvs_genl *genl)
{
	free(genl);
}

/* 0, or -errno when the table cannot be read now. */
static int reading(struct pair_kernel *kernel, struct err *err)
{
	be_slow(kernel);
	if (!pair_permille(kernel->faults.unread))
		return 0;
	trouble(kernel);
	pair_happened(PAIR_UNREAD);
	return err_set(err, pair_permille(500) ? -EINTR : -ENOBUFS, "the table cannot be read");
}

static void show_counters(const struct svckey *key, struct ipvs_dest *dest)
{
	dest->counters = (struct ipvs_dest_counters){
	    .active = pair_conns(pair_caller(), key, &dest->ep)};
}

static void show(struct ipvs_state *state)
{
	for (size_t i = 0; i < state->n_services; i++)
		for (size_t j = 0; j < state->services[i].n_dests; j++)
			show_counters(&state->services[i].key, &state->services[i].dests[j]);
}

int ipvs_genl_dump(struct ipvs_genl *genl, struct ipvs_state *ret_state, struct err *err)
{
	struct pair_kernel *kernel = &genl->node->kernel;
	int code = reading(kernel, err);

	if (code < 0)
		return code;
	state_copy(&kernel->table, ret_state);
	show(ret_state);
	return 0;
}

int ipvs_genl_services(struct ipvs_genl *genl, struct ipvs_state *ret_state, struct err *err)
{
	int code = ipvs_genl_dump(genl, ret_state, err);

	for (size_t i = 0; code == 0 && i < ret_state->n_services; i++) {
		free(ret_state->services[i].dests);
		ret_state->services[i].dests = NULL;
		ret_state->services[i].n_dests = ret_state->services[i].cap_dests = 0;
	}
	return code;
}

static void copy_dests(struct pair_kernel *kernel, const struct svckey *key, struct ipvs_service *to)
{
	const struct ipvs_service *from = ipvs_state_find(&kernel->table, key);

	for (size_t i = 0; from && i < from->n_dests; i++) {
		struct ipvs_dest *dest = ipvs_service_add(to, &from->dests[i].ep);

		*dest = from->dests[i];
		show_counters(key, dest);
	}
}

int ipvs_genl_dests(struct ipvs_genl *genl, struct ipvs_service *service, struct err *err)
{
	int code = reading(&genl->node->kernel, err);

	if (code < 0)
		return code;
	service->n_dests = 0;
	copy_dests(&genl->node->kernel, &service->key, service);
	return 0;
}

int ipvs_genl_dump_dests(struct ipvs_genl *genl, const struct svckey *key,
			 struct ipvs_state *ret_state, struct err *err)
{
	int code = reading(&genl->node->kernel, err);

	if (code < 0)
		return code;
	copy_dests(&genl->node->kernel, key, ipvs_state_add(ret_state, key));
	return 0;
}

/* --- operations --- */

/* lvsd is about to make a destination leave, or give it weight 0. */
static void claim_leaves(struct pair_node *node, const struct ipvs_op *op)
{
	const struct ipvs_service *service = ipvs_state_find(&node->kernel.table, &op->service.key);
	bool is_deleted = op->kind == IPVS_OP_DEL_DEST || op->kind == IPVS_OP_DEL_SERVICE;
	const struct ipvs_dest *dest;

	if (!service)
		return;
	pair_claim_foreign(node, op);
	if (op->kind == IPVS_OP_DEL_SERVICE)
		for (size_t i = 0; i < service->n_dests; i++)
			pair_claim_leaves(node, &service->key, &service->dests[i], true);
	if (op->kind != IPVS_OP_DEL_DEST && (op->kind != IPVS_OP_EDIT_DEST || op->dest.weight))
		return;
	dest = ipvs_service_find(service, &op->dest.ep);
	if (dest)
		pair_claim_leaves(node, &service->key, dest, is_deleted);
}

/* What lvsd began before a death or a refusal may come into the kernel long after. */
static bool is_late(const struct pair_node *node)
{
	struct mono before = mono_add_ns(world_now(), -LATE_NS);

	return mono_before(before, node->clear_since) || mono_before(before, node->kernel.troubled) ||
	       mono_before(before, node->kernel.slowed);
}

/* What the kernel remembers of the destinations of op, once it is carried out. */
static void remember(struct pair_node *node, const struct ipvs_op *op)
{
	struct pair_kernel *kernel = &node->kernel;
	const struct svckey *key = &op->service.key;
	struct pair_dest *dest;

	if (op->kind == IPVS_OP_DEL_SERVICE)
		for (size_t i = kernel->dests.n; i-- > 0;)
			if (svckey_cmp(&kernel->dests.items[i].service, key) == 0)
				forget(kernel, &kernel->dests.items[i]);
	if (op->kind < IPVS_OP_ADD_DEST)
		return;
	dest = pair_kernel_dest(kernel, key, &op->dest.ep);
	if (op->kind == IPVS_OP_DEL_DEST) {
		forget(kernel, dest);
	} else if (op->dest.weight) {
		if (pair_server_of(&op->dest.ep.addr) >= 0)
			pair_happened(PAIR_CAME_BACK);
		dest->zero_since = MONO_NEVER;
		dest->is_foreign = false;
	} else if (mono_is_never(dest->zero_since)) {
		dest->zero_since = world_now();
		dest->is_late = is_late(node);
		dest->timeout_s = pair_drain_timeout(node, key);
	}
}

static int apply(struct pair_node *node, const struct ipvs_op *op)
{
	struct pair_kernel *kernel = &node->kernel;
	size_t pool = pool_of_turn(node, &op->service.key);
	char text[SVCKEY_TEXT_MAX], ep[ENDPOINT_TEXT_MAX];
	int code;

	kernel->n_ops++;
	if (pair_permille(kernel->faults.refuse)) {
		trouble(kernel);
		pair_happened(PAIR_REFUSED);
		return -ENOMEM;
	}
	claim_leaves(node, op);
	code = ipvs_op_apply(op, &kernel->table);
	if (pair_is_tracing)
		pair_trace(node, "kernel: %s %s %s weight %u: %d", ipvs_op_kind_name(op->kind),
			   svckey_format(&op->service.key, text),
			   op->kind >= IPVS_OP_ADD_DEST ? endpoint_format(&op->dest.ep, ep) : "",
			   op->dest.weight, code);
	if (code < 0) {
		trouble(kernel);
		pair_happened(PAIR_STALE);
		return code;
	}
	remember(node, op);
	if (!has_weight(ipvs_state_find(&kernel->table, &op->service.key)))
		kernel->pools[pool].was_empty = true;
	return 0;
}

int ipvs_genl_apply(struct ipvs_genl *genl, const struct ipvs_plan *plan, int *results,
		    struct err *err)
{
	struct pair_node *node = genl->node;
	struct pair_kernel *kernel = &node->kernel;
	bool is_lost = pair_permille(kernel->faults.lost);
	size_t n_answered = is_lost ? pair_below(plan->ops.n + 1) : plan->ops.n;
	int n_failed = 0;

	be_slow(kernel);
	if (pair_permille(kernel->faults.meddle)) {
		pair_happened(PAIR_MEDDLED);
		pair_kernel_meddle(node);
	}
	for (size_t i = 0; i < plan->ops.n; i++) {
		int code = pair_act() ? apply(node, &plan->ops.items[i]) : -EIO;

		if (results)
			results[i] = i < n_answered ? code : -ENOBUFS;
		n_failed += code < 0;
	}
	if (!is_lost)
		return n_failed;
	trouble(kernel);
	pair_happened(PAIR_LOST);
	return err_set(err, -ENOBUFS, "answers of the kernel were lost");
}

void ipvs_genl_counters(const struct ipvs_genl *genl, struct ipvs_genl_counters *ret_counters)
{
	(void)genl;
	*ret_counters = (struct ipvs_genl_counters){0};
}

int ipvs_genl_daemons(struct ipvs_genl *genl, struct sync_daemon daemons[static 2], size_t *ret_n,
		      struct err *err)
{
	const struct pair_kernel *kernel = &genl->node->kernel;
	size_t n = 0;

	(void)err;
	for (unsigned i = 0; i < 2; i++)
		if (kernel->sync_roles & 1u << i)
			daemons[n++] = kernel->sync_daemons[i];
	*ret_n = n;
	return 0;
}

/* -errno when the kernel refuses a role. */
static int change_role(struct pair_kernel *kernel, struct err *err)
{
	if (!pair_act())
		return err_set(err, -EIO, "dead");
	if (!pair_permille(kernel->faults.refuse))
		return 0;
	trouble(kernel);
	pair_happened(PAIR_REFUSED);
	return err_set(err, -ENOMEM, "a role of connection sync is refused");
}

int ipvs_genl_daemon_start(struct ipvs_genl *genl, const struct sync_daemon *daemon, struct err *err)
{
	struct pair_kernel *kernel = &genl->node->kernel;
	int code = change_role(kernel, err);

	if (code < 0)
		return code;
	pair_trace(genl->node, "kernel: role %u starts", daemon->role);
	kernel->sync_roles |= daemon->role;
	kernel->sync_daemons[daemon->role - 1] = *daemon;
	return 0;
}

int ipvs_genl_daemon_stop(struct ipvs_genl *genl, enum sync_role role, struct err *err)
{
	struct pair_kernel *kernel = &genl->node->kernel;
	int code = change_role(kernel, err);

	if (code < 0)
		return code;
	pair_trace(genl->node, "kernel: role %u stops", role);
	kernel->sync_roles &= ~(unsigned)role;
	return 0;
}

/* --- in the place of ipvs/genl_admin.c --- */

int ipvs_admin_open(struct ipvs_admin **ret_admin, struct err *err)
{
	(void)err;
	*ret_admin = mem_calloc(1, sizeof(**ret_admin));
	(*ret_admin)->node = pair_caller();
	return 0;
}

void ipvs_admin_close(struct ipvs_admin *admin)
{
	free(admin);
}

void ipvs_admin_on_result(struct ipvs_admin *admin, ipvs_admin_result_fn *fn, void *arg)
{
	admin->fn = fn;
	admin->arg = arg;
}

int ipvs_admin_set_timeouts(struct ipvs_admin *admin, const struct ipvs_timeouts *timeouts,
			    struct err *err)
{
	struct ipvs_timeouts *now = &admin->node->kernel.timeouts;

	(void)err;
	if (!pair_act())
		return 0;
	now->tcp = timeouts->tcp ? timeouts->tcp : now->tcp;
	now->tcp_fin = timeouts->tcp_fin ? timeouts->tcp_fin : now->tcp_fin;
	now->udp = timeouts->udp ? timeouts->udp : now->udp;
	admin->fn(0, 0, admin->arg);
	return 0;
}

int ipvs_admin_run(struct ipvs_admin *admin, struct err *err)
{
	(void)admin;
	(void)err;
	return 0;
}

int ipvs_admin_timeouts(struct ipvs_admin *admin, struct ipvs_timeouts *ret_timeouts,
			struct err *err)
{
	(void)err;
	*ret_timeouts = admin->node->kernel.timeouts;
	return 0;
}
