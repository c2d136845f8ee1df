/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/table/plan_ops.h"
#include "daemon/director/table/decide.h"
#include "healthcheck/health_whatif.h"
#include "ipvs/want.h"

static void add_host(const struct plan_input *input, struct plan_ops *ops)
{
	struct host_plan plan = {0};

	host_plan(&input->host_want, &input->host_have, &plan);
	for (size_t i = 0; i < plan.ops.n; i++)
		*vec_push(&ops->items) =
		    (struct plan_op){.kind = PLAN_OP_HOST, .host = plan.ops.items[i]};
	host_plan_free(&plan);
}

static bool is_kept_for_passages(const struct conf *conf, uint32_t mark)
{
	uint32_t first = conf->global.through_vip_marks;

	return mark >= first && mark - first < CONF_THROUGH_MARKS;
}

/* Is it a service for checks with through_vip, of this configuration or of the one before? */
static bool is_private(const struct plan_input *input, const struct ipvs_service *service)
{
	uint32_t mark = service->key.fwmark;

	return ipvs_is_like_passage(service) &&
	       (is_kept_for_passages(input->conf, mark) ||
		(input->before && is_kept_for_passages(input->before, mark)));
}

/* Applies each operation to the model, too, so that the next plan begins with its result. */
static void add_plan(struct plan_input *input, const struct ipvs_plan *plan, bool is_waiting,
		     struct plan_ops *ops)
{
	for (size_t i = 0; i < plan->ops.n; i++) {
		const struct ipvs_op *op = &plan->ops.items[i];
		const struct ipvs_drain_entry *drains =
		    op->kind == IPVS_OP_EDIT_DEST
			? ipvs_drain_find(&input->drain, &op->service.key, &op->dest.ep)
			: NULL;
		struct plan_op *added = vec_push(&ops->items);

		*added = (struct plan_op){
		    .kind = PLAN_OP_IPVS, .is_waiting = is_waiting, .ipvs = {.op = *op}};
		added->ipvs.is_private = is_private(input, &op->service);
		if (drains) {
			added->ipvs.is_draining = true;
			added->ipvs.drain_s =
			    mono_sub(drains->deadline, drains->since) / NS_PER_S;
		}
		ipvs_op_apply(op, &input->have);
	}
}

/* Does what a run of the director would do if all rules were in place. */
static void add_services(struct plan_input *input, const struct ipvs_drain_policies *policies,
			 bool is_waiting, struct plan_ops *ops)
{
	const struct table_facts facts = {.conf = input->conf,
					  .health = input->health,
					  .have = &input->have,
					  .applied = input->applied,
					  .owned = &input->owned,
					  .policies = policies,
					  .ready = TABLE_ALL_READY,
					  .now = input->now};
	struct table_decision decision;

	table_decide(&facts, &input->drain, &decision);
	add_plan(input, &decision.plan, is_waiting, ops);
	ipvs_owned_claim(&input->owned, &decision.want);
	ipvs_state_clear(&input->brought);
	input->brought = decision.want;
	input->applied = &input->brought;
	decision.want = (struct ipvs_state){0};
	table_decision_fini(&decision);
}

static void add_timeout(const char *name, uint32_t now, uint32_t change, struct plan_ops *ops)
{
	if (change)
		*vec_push(&ops->items) =
		    (struct plan_op){.kind = PLAN_OP_TIMEOUT, .timeout = {name, now, change}};
}

static void add_timeouts(const struct plan_input *input, struct plan_ops *ops)
{
	const struct ipvs_timeouts *now = &input->timeouts_now, *change = &input->timeouts_change;

	add_timeout("tcp", now->tcp, change->tcp, ops);
	add_timeout("tcpfin", now->tcp_fin, change->tcp_fin, ops);
	add_timeout("udp", now->udp, change->udp, ops);
}

static void add_sync(const struct plan_input *input, struct plan_ops *ops)
{
	struct sync_op changes[SYNC_OPS_MAX];
	const struct sync_roles roles = sync_roles_wanted(input->conf);
	size_t n = sync_want_roles(&roles, input->daemons, input->n_daemons, input->is_sync_ours, changes);

	for (size_t i = 0; i < n; i++)
		*vec_push(&ops->items) =
		    (struct plan_op){.kind = PLAN_OP_SYNC, .sync = changes[i]};
}

void plan_ops_make(struct plan_input *input, struct plan_ops *ops)
{
	struct ipvs_drain_policies policies = {0};

	if (input->before)
		ipvs_drain_policies_take(&policies, input->before);
	ipvs_drain_policies_take(&policies, input->conf);
	table_take_maintained(input->health, &policies);
	add_host(input, ops);
	add_services(input, &policies, false, ops);
	add_timeouts(input, ops);
	add_sync(input, ops);
	health_assume_success(input->health, input->now);
	add_services(input, &policies, true, ops);
	ipvs_drain_policies_free(&policies);
}

static void print_remarks(const struct plan_op *op, FILE *out)
{
	const char *cost = ipvs_op_cost(&op->ipvs.op);

	if (op->ipvs.is_private)
		fprintf(out, " # private: for checks with through_vip");
	else if (cost)
		fprintf(out, " # %s", cost);
	if (op->ipvs.is_draining)
		fprintf(out, " # it is deleted when its connections are gone, after %lld s at most",
			(long long)op->ipvs.drain_s);
}

static void print_sync(const struct sync_op *op, FILE *out)
{
	const char *role = sync_role_name(op->daemon.role);

	if (op->kind == SYNC_OP_START)
		fprintf(out, "start sync role=%s interface=%s syncid=%u", role,
			op->daemon.interface, op->daemon.syncid);
	else
		fprintf(out, "stop sync role=%s", role);
}

void plan_op_print(const struct plan_op *op, FILE *out)
{
	switch (op->kind) {
	case PLAN_OP_HOST:
		host_op_print(&op->host, out);
		break;
	case PLAN_OP_IPVS:
		ipvs_op_print(&op->ipvs.op, out);
		print_remarks(op, out);
		break;
	case PLAN_OP_TIMEOUT:
		fprintf(out, "set timeout=%s value=%u->%u", op->timeout.name, op->timeout.before,
			op->timeout.after);
		break;
	case PLAN_OP_SYNC:
		print_sync(&op->sync, out);
		break;
	}
}

void plan_ops_fini(struct plan_ops *ops)
{
	vec_free(&ops->items);
}

void plan_input_fini(struct plan_input *input)
{
	ipvs_state_clear(&input->have);
	ipvs_state_clear(&input->brought);
	ipvs_owned_free(&input->owned);
	host_state_clear(&input->host_want);
	host_state_clear(&input->host_have);
	ipvs_drain_free(&input->drain);
}
