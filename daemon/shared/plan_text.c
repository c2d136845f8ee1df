/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/plan_text.h"
#include "host/plan.h"
#include "ipvs/plan.h"

#include <string.h>

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

/*
 * The operations towards want. They are made in the model, so that the next call goes on from
 * there: what comes later is a plan of its own, as it will be in the daemon.
 */
static size_t print_services(struct plan_input *input, const struct ipvs_state *want,
			     const char *remark, FILE *out)
{
	struct ipvs_plan plan = {0};
	size_t n;

	ipvs_plan(want, &input->have, input->owned.keys.items, input->owned.keys.n, &plan);
	n = plan.ops.n;
	for (size_t i = 0; i < n; i++) {
		ipvs_op_print(&plan.ops.items[i], out);
		print_remarks(&plan.ops.items[i], &input->drain, out);
		fprintf(out, "%s\n", remark);
		ipvs_op_apply(&plan.ops.items[i], &input->have);
	}
	ipvs_plan_free(&plan);
	return n;
}

static size_t print_host(const struct plan_input *input, FILE *out)
{
	struct host_plan plan = {0};
	size_t n;

	host_plan(&input->host_want, &input->host_have, &plan);
	n = plan.ops.n;
	for (size_t i = 0; i < n; i++) {
		host_op_print(&plan.ops.items[i], out);
		fputc('\n', out);
	}
	host_plan_free(&plan);
	return n;
}

static size_t print_timeout(const char *name, uint32_t now, uint32_t change, FILE *out)
{
	if (!change)
		return 0;
	fprintf(out, "set timeout=%s value=%u->%u\n", name, now, change);
	return 1;
}

static size_t print_timeouts(const struct plan_input *input, FILE *out)
{
	const struct ipvs_timeouts *now = &input->timeouts_now, *change = &input->timeouts_change;

	return print_timeout("tcp", now->tcp, change->tcp, out) +
	       print_timeout("tcpfin", now->tcp_fin, change->tcp_fin, out) +
	       print_timeout("udp", now->udp, change->udp, out);
}

static size_t print_sync(const struct plan_input *input, FILE *out)
{
	struct sync_op ops[SYNC_OPS_MAX];
	size_t n =
	    sync_want(&input->sync, input->daemons, input->n_daemons, input->is_sync_ours, ops);

	for (size_t i = 0; i < n; i++) {
		const struct sync_daemon *daemon = &ops[i].daemon;
		const char *role = daemon->role == SYNC_ROLE_MASTER ? "master" : "backup";

		if (ops[i].kind == SYNC_OP_START)
			fprintf(out, "start sync role=%s interface=%s syncid=%u\n", role,
				daemon->interface, daemon->syncid);
		else
			fprintf(out, "stop sync role=%s\n", role);
	}
	return n;
}

size_t plan_text_print(struct plan_input *input, FILE *out)
{
	size_t n = print_host(input, out);

	n += print_services(input, &input->now, "", out);
	n += print_timeouts(input, out);
	n += print_sync(input, out);
	n += print_services(input, &input->later, PLAN_TEXT_WAITS, out);
	if (n == 0)
		fputs("nothing to do\n", out);
	return n;
}

void plan_input_fini(struct plan_input *input)
{
	ipvs_state_clear(&input->now);
	ipvs_state_clear(&input->later);
	ipvs_state_clear(&input->have);
	ipvs_owned_free(&input->owned);
	host_state_clear(&input->host_want);
	host_state_clear(&input->host_have);
	ipvs_drain_free(&input->drain);
}
