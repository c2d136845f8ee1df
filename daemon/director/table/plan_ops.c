/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/table/plan_ops.h"
#include "base/mem.h"
#include "daemon/director/table/decide.h"
#include "healthcheck/health_whatif.h"
#include "host/plan.h"

#include <stdio.h>
#include <stdlib.h>

/* Collects the text of an operation while it is printed. */
struct writer {
	FILE *out;
	char *text;
	size_t size;
};

static void op_begin(struct writer *writer)
{
	writer->out = open_memstream(&writer->text, &writer->size);
	if (!writer->out)
		mem_exhausted(0);
}

static void end(struct writer *writer, bool is_waiting, struct plan_ops *ops)
{
	fclose(writer->out);
	*vec_push(&ops->items) = (struct plan_op){writer->text, is_waiting};
}

static void add_host(const struct plan_input *input, struct plan_ops *ops)
{
	struct host_plan plan = {0};
	struct writer writer;

	host_plan(&input->host_want, &input->host_have, &plan);
	for (size_t i = 0; i < plan.ops.n; i++) {
		op_begin(&writer);
		host_op_print(&plan.ops.items[i], writer.out);
		end(&writer, false, ops);
	}
	host_plan_free(&plan);
}

static void print_remarks(const struct ipvs_op *op, const struct ipvs_drain *drain, FILE *out)
{
	const char *cost = ipvs_op_cost(op);
	const struct ipvs_drain_entry *entry = NULL;

	if (op->kind == IPVS_OP_EDIT_DEST)
		entry = ipvs_drain_find(drain, &op->service.key, &op->dest.ep);
	if (cost)
		fprintf(out, " # %s", cost);
	if (entry)
		fprintf(out, " # it is deleted when its connections are gone, after %lld s at most",
			(long long)(mono_sub(entry->deadline, entry->since) / NS_PER_S));
}

/* Applies each operation to the model, too, so that the next plan begins with its result. */
static void add_plan(struct plan_input *input, const struct ipvs_plan *plan, bool is_waiting,
		     struct plan_ops *ops)
{
	struct writer writer;

	for (size_t i = 0; i < plan->ops.n; i++) {
		const struct ipvs_op *op = &plan->ops.items[i];

		op_begin(&writer);
		ipvs_op_print(op, writer.out);
		print_remarks(op, &input->drain, writer.out);
		end(&writer, is_waiting, ops);
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
		*vec_push(&ops->items) = (struct plan_op){
		    mem_printf("set timeout=%s value=%u->%u", name, now, change), false};
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
	size_t n = sync_want(&input->conf->global.sync_daemon, input->daemons, input->n_daemons,
			     input->is_sync_ours, changes);

	for (size_t i = 0; i < n; i++) {
		const struct sync_daemon *daemon = &changes[i].daemon;
		const char *role = sync_role_name(daemon->role);
		char *text = changes[i].kind == SYNC_OP_START
				 ? mem_printf("start sync role=%s interface=%s syncid=%u", role,
					      daemon->interface, daemon->syncid)
				 : mem_printf("stop sync role=%s", role);

		*vec_push(&ops->items) = (struct plan_op){text, false};
	}
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

void plan_ops_fini(struct plan_ops *ops)
{
	for (size_t i = 0; i < ops->items.n; i++)
		free(ops->items.items[i].text);
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
