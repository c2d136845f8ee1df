/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the kernel's table at a level: computes the wanted table from the configuration and the
 * health model, compares it with the table in the kernel, and sends the difference in one or two
 * batches. If only the health of some servers has changed, this is done for their services alone,
 * so that it costs no more in a large table. The table as applied last tells whether a difference
 * is a repair or a change of what is wanted. Between two readings of the kernel (read.c) the
 * picture of it is kept up to date with the applied operations. After any failed operation the
 * table is read again before the next plan is made.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "daemon/director/table/adopt.h"
#include "daemon/director/table/kernel.h"
#include "daemon/director/table/decide.h"
#include "daemon/director/table/timeouts.h"
#include "ipvs/drift.h"
#include "ipvs/plan_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* If a plan has more operations, only their number is logged. */
#define LOGGED_OPS_MAX 40

static void on_reconcile_due(void *arg)
{
	(void)arg; /* kernel_settle() in the same turn reads the time */
}

int kernel_open(struct kernel *k, struct err *err)
{
	return k->genl ? 0 : ipvs_genl_open(&k->genl, err);
}

static void refusals_clear(struct refusals *refusals)
{
	for (size_t i = 0; i < refusals->n; i++)
		free(refusals->texts[i]);
	refusals->n = 0;
}

void kernel_close(struct kernel *k)
{
	loop_timer_free(k->timer);
	vec_free(&k->changed);
	ipvs_state_clear(&k->have);
	ipvs_state_clear(&k->applied);
	ipvs_owned_free(&k->owned);
	refusals_clear(&k->said);
	drains_close(&k->drains);
	ipvs_genl_close(k->genl);
}

void kernel_adopt(struct kernel *k, const struct conf *conf)
{
	bool is_start = !k->timer && !k->is_restart;
	struct err err;

	k->conf = conf;
	drains_configure(k);
	if (!k->timer) {
		k->timer = loop_timer_new(k->loop, on_reconcile_due, k);
		k->read_due = loop_now(k->loop);
		ipvs_recon_init(&k->recon, k->read_due, 0);
	}
	kernel_want_changed(k);
	vec_clear(&k->changed);
	k->is_sync_set = false;
	if (!k->genl) {
		/* The configuration needs no table, and none was opened. */
		ipvs_recon_step(&k->recon, IPVS_RECON_RUN_OK, loop_now(k->loop));
		return;
	}
	k->is_whole_read_due = true;
	if (kernel_read(k, &err) < 0)
		log_error("%s", err.text); /* the reconciler tries again */
	/* With lvs_flush everything that is not in the file is removed by the first plan; the rest
	 * stays as it is. */
	if (is_start && k->conf->global.is_flushing)
		ipvs_owned_claim(&k->owned, &k->have);
	adopt_report(&k->have, &k->drains.set, k->health);
	if (!k->is_applied_known) {
		drains_adopt(k);
		adopt_ramps(&k->have, k->health, loop_now(k->loop));
	}
	k->is_adopted = true;
	for (size_t i = 0; i < conf->n_virtual_servers && k->is_adopted; i++)
		k->is_adopted = adopt_has_all(&k->have, &conf->virtual_servers[i]);
}

void kernel_want_changed(struct kernel *k)
{
	k->is_want_changed = true;
}

void kernel_service_changed(struct kernel *k, const struct health_vs *vs)
{
	size_t n;

	*vec_push(&k->changed) = (size_t)(vs - health_services(k->health, &n));
}

void kernel_host_ready(struct kernel *k, unsigned parts)
{
	if (k->ready == parts)
		return;
	k->ready = parts;
	kernel_want_changed(k);
}

static bool was_said(const struct refusals *said, const char *text)
{
	for (size_t i = 0; i < said->n; i++)
		if (!strcmp(said->texts[i], text))
			return true;
	return false;
}

static void log_refusal(const struct refusals *said, struct refusals *now, const struct ipvs_op *op,
			int result)
{
	struct err err;

	if (result == -ECANCELED && op->kind == IPVS_OP_ADD_DEST)
		return; /* the refusal of its service was logged */
	if (now->n == REFUSALS_MAX)
		return;
	ipvs_op_explain(op, result, &err);
	if (!was_said(said, err.text))
		log_warning("kernel: %s; lvsd tries again", err.text);
	now->texts[now->n++] = mem_strdup(err.text);
}

/* The kernel usually refuses the same operation again and again. Logs each refusal once, and again
 * only after the operation has succeeded in between. */
static void log_refusals(struct refusals *said, const struct ipvs_plan *plan, const int *results)
{
	struct refusals now = {0};

	for (size_t i = 0; i < plan->ops.n; i++)
		if (results[i] < 0)
			log_refusal(said, &now, &plan->ops.items[i], results[i]);
	refusals_clear(said);
	*said = now;
}

/* Counts the destinations that were restored together with their service. */
static size_t count_restored(const struct ipvs_plan *plan, const int *results, size_t at)
{
	size_t n = 0;

	for (at++; at < plan->ops.n && plan->ops.items[at].cause == IPVS_CAUSE_RESTORED; at++)
		n += results[at] == 0;
	return n;
}

static void log_done(const struct ipvs_plan *plan, const int *results, size_t at)
{
	const struct ipvs_op *op = &plan->ops.items[at];
	char *text = NULL;
	size_t size, n = count_restored(plan, results, at);
	FILE *out = open_memstream(&text, &size);

	if (!out)
		mem_exhausted(0);
	ipvs_op_print(op, out);
	if (n > 0)
		fprintf(out, ", with %zu destination%s", n, plural(n));
	fclose(out);
	if (op->cause == IPVS_CAUSE_DRIFT)
		log_warning("kernel: somebody else changed the IPVS table; repaired: %s", text);
	else if (op->cause == IPVS_CAUSE_FOREIGN)
		log_warning("kernel: exclusive: %s", text);
	else
		log_info("kernel: %s", text);
	free(text);
}

/* Logs a plan. Repairs are always logged; of the other operations of a large plan only those that
 * the kernel refused. */
static void log_plan(const struct ipvs_plan *plan, const int *results)
{
	bool is_small = plan->ops.n <= LOGGED_OPS_MAX;
	size_t n_done = 0;

	for (size_t i = 0; i < plan->ops.n; i++) {
		enum ipvs_op_cause cause = plan->ops.items[i].cause;

		n_done += results[i] == 0;
		if (results[i] == 0 && cause != IPVS_CAUSE_RESTORED &&
		    (is_small || cause != IPVS_CAUSE_WANTED))
			log_done(plan, results, i);
	}
	if (n_done == plan->ops.n)
		log_info("kernel: plan of %zu operation%s applied", n_done, plural(n_done));
	else if (n_done > 0)
		log_info("kernel: %zu of the plan's %zu operations applied", n_done, plan->ops.n);
}

static enum ipvs_recon_event results_judge(const struct ipvs_plan *plan, const int *results)
{
	enum ipvs_recon_event worst = IPVS_RECON_RUN_OK;

	for (size_t i = 0; i < plan->ops.n; i++) {
		/*
		 * An operation that was held back waits for another one, whose own code is logged.
		 */
		if (results[i] == 0 || results[i] == -ECANCELED)
			continue;
		if (!ipvs_op_is_stale(&plan->ops.items[i], results[i]))
			return IPVS_RECON_RUN_FAILED;
		worst = IPVS_RECON_RUN_STALE;
	}
	return worst;
}

/* lvsd knows the objects that it has just made, so they need not be read again at once. */
static void mark_read(struct ipvs_state *have, const struct ipvs_plan *plan, struct mono now)
{
	for (size_t i = 0; i < plan->ops.n; i++) {
		const struct ipvs_op *op = &plan->ops.items[i];
		struct ipvs_service *service = op->kind == IPVS_OP_ADD_SERVICE
						   ? ipvs_state_find(have, &op->service.key)
						   : NULL;

		if (service)
			service->read_at = now;
	}
}

static int send_batch(void *arg, const struct ipvs_plan *batch, int *results, struct err *err)
{
	return ipvs_genl_apply(arg, batch, results, err);
}

/* Sends the plan. After a refusal the table is read again. */
static enum ipvs_recon_event plan_send(struct kernel *k, const struct ipvs_plan *plan, int *results)
{
	enum ipvs_recon_event event = IPVS_RECON_RUN_FAILED;
	struct err err;

	if (ipvs_plan_run(plan, &k->have, send_batch, k->genl, results, &err) < 0)
		log_error("kernel: %s", err.text);
	else
		event = results_judge(plan, results);
	log_refusals(&k->said, plan, results);
	log_plan(plan, results);
	ipvs_drift_count(&k->drift, plan, results);
	if (event == IPVS_RECON_RUN_OK)
		mark_read(&k->have, plan, loop_now(k->loop));
	else
		k->is_have_valid = false;
	return event;
}

/* Sends the plan, and records the wanted table as applied. is_whole: it is the whole table. */
static enum ipvs_recon_event bring(struct kernel *k, struct table_decision *decision, bool is_whole)
{
	const struct ipvs_plan *plan = &decision->plan;
	enum ipvs_recon_event event = IPVS_RECON_RUN_OK;
	int *results = mem_calloc(plan->ops.n, sizeof(*results));

	if (plan->ops.n > 0)
		event = plan_send(k, plan, results);
	else
		refusals_clear(&k->said);
	if (is_whole && plan->ops.n > 0 && event == IPVS_RECON_RUN_OK &&
	    ipvs_owned_trim(&k->owned, &decision->want, &k->have))
		owned_store(k);
	if (is_whole)
		ipvs_drift_follow(&k->applied, &decision->want, plan, results);
	else
		ipvs_drift_follow_some(&k->applied, &decision->want, plan, results);
	k->is_applied_known = true;
	free(results);
	return event;
}

static int compare_indexes(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Decides about the services that have changed, if nothing else is to be done. Otherwise returns false. */
static bool decide_some(struct kernel *k, const struct table_facts *facts, struct table_decision *decision)
{
	size_t n = 0, *changed = k->changed.items;

	if (!k->changed.n || k->is_want_changed || !k->is_have_valid || k->is_owned_unsaved ||
	    mono_reached(facts->now, k->read_due))
		return false;
	qsort(changed, k->changed.n, sizeof(*changed), compare_indexes);
	for (size_t i = 1; i < k->changed.n; i++)
		if (changed[i] != changed[n])
			changed[++n] = changed[i];
	return table_decide_some(facts, changed, n + 1, &k->drains.set, decision);
}

/* Decides about the whole table, and reads it before if it is time. Returns 0, or -errno if it cannot be read. */
static int decide_whole(struct kernel *k, const struct table_facts *facts, struct table_decision *decision)
{
	struct err err;

	k->is_want_changed = false;
	if ((!k->is_have_valid || mono_reached(facts->now, k->read_due)) && kernel_read(k, &err) < 0) {
		log_error("kernel: %s", err.text);
		return -EIO;
	}
	table_decide(facts, &k->drains.set, decision);
	return 0;
}

/* One run: reads the table if it is time, plans and applies. */
static enum ipvs_recon_event table_run(struct kernel *k)
{
	const struct table_facts facts = {.conf = k->conf,
					  .health = k->health,
					  .have = &k->have,
					  .applied = k->is_applied_known ? &k->applied : NULL,
					  .owned = &k->owned,
					  .policies = &k->drains.policies,
					  .ready = k->ready,
					  .now = loop_now(k->loop)};
	struct table_decision decision;
	bool is_whole = !decide_some(k, &facts, &decision);
	enum ipvs_recon_event event;

	vec_clear(&k->changed);
	if (is_whole && decide_whole(k, &facts, &decision) < 0)
		return IPVS_RECON_RUN_FAILED;
	k->runs.n++;
	k->runs.n_whole += is_whole;
	k->runs.n_services += decision.want.n_services;
	drains_take(k, &decision);
	if (is_whole && (ipvs_owned_claim(&k->owned, &decision.want) || k->is_owned_unsaved))
		owned_store(k); /* before the kernel has the services */
	event = bring(k, &decision, is_whole);
	if (event == IPVS_RECON_RUN_OK)
		drains_forget_gone(k);
	table_decision_fini(&decision);
	return event;
}

void kernel_settle(struct kernel *k)
{
	struct mono now = loop_now(k->loop);
	bool is_read_due = k->genl && mono_reached(now, k->read_due), has_run;
	struct ipvs_recon_next next;

	if (!k->genl)
		return;
	if (drains_settle(k))
		kernel_want_changed(k);
	next = ipvs_recon_step(&k->recon,
			       k->is_want_changed || k->changed.n || is_read_due ? IPVS_RECON_WANT_CHANGED
										 : IPVS_RECON_TICK,
			       now);
	has_run = next.is_run_due;
	while (next.is_run_due)
		next = ipvs_recon_step(&k->recon, table_run(k), now);
	k->is_sync_due = k->is_sync_due || is_read_due || (has_run && !k->is_sync_set);
	loop_timer_set(k->timer, mono_min(mono_min(next.wake, k->read_due), drains_wake(k)));
}

bool kernel_take_sync_due(struct kernel *k)
{
	bool is_due = k->is_sync_due;

	k->is_sync_due = false;
	return is_due;
}

void kernel_sync_done(struct kernel *k, bool is_set)
{
	k->is_sync_set = is_set;
}

void kernel_refresh(struct kernel *k)
{
	k->read_due = loop_now(k->loop);
	k->is_whole_read_due = true;
	kernel_settle(k);
}

int kernel_reconcile(struct kernel *k, struct kernel_mended *ret_mended, struct err *err)
{
	uint64_t n_repairs = ipvs_drift_repairs(&k->drift), n_foreign = k->drift.foreign;

	if (!k->genl)
		return err_set(err, -ENOENT, "the configuration does not need the kernel's IPVS");
	kernel_refresh(k);
	if (k->recon.state != IPVS_RECON_QUIET)
		return err_set(err, -EIO, "the kernel's table could not be made as wanted: the log "
					  "says why; lvsd tries again");
	*ret_mended = (struct kernel_mended){.n_repairs = ipvs_drift_repairs(&k->drift) - n_repairs,
					     .n_foreign = k->drift.foreign - n_foreign,
					     .n_services = k->have.n_services};
	for (size_t i = 0; i < k->have.n_services; i++)
		ret_mended->n_dests += k->have.services[i].n_dests;
	return 0;
}
