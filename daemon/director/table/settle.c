/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's table as a level: what is wanted is computed from the configuration and the health
 * model, compared with what is there, and the difference is sent in one batch or two. What was
 * applied last tells a repair from a wish that has changed. Between looks (look.c) the picture is
 * kept current with what was applied; any failed operation makes it stale, so the table is read
 * again before the next plan.
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

/* A plan up to this size is logged operation by operation, a larger one as a count. */
#define LOGGED_OPS_MAX 40

static void on_reconcile_due(void *arg)
{
	(void)arg; /* the turn's settle looks at the time */
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
		k->look_due = loop_now(k->loop);
		ipvs_recon_init(&k->recon, k->look_due, 0);
	}
	kernel_want_changed(k);
	k->is_sync_set = false;
	if (!k->genl) {
		/* Nothing is wanted in a table that nobody has opened. */
		ipvs_recon_step(&k->recon, IPVS_RECON_RUN_OK, loop_now(k->loop));
		return;
	}
	k->is_whole_look_due = true;
	if (kernel_look(k, &err) < 0)
		log_error("%s", err.text); /* the reconciler tries again */
	/* Whatever is not in the file goes with the first plan; what is there stays as it is. */
	if (is_start && k->conf->global.is_flushing)
		ipvs_owned_claim(&k->owned, &k->have);
	adopt_tell(&k->have, &k->drains.set, k->health);
	if (!k->is_applied_known)
		adopt_ramps(&k->have, k->health, loop_now(k->loop));
	k->is_adopted = true;
	for (size_t i = 0; i < conf->n_virtual_servers && k->is_adopted; i++)
		k->is_adopted = adopt_has_all(&k->have, &conf->virtual_servers[i]);
}

void kernel_want_changed(struct kernel *k)
{
	k->is_want_changed = true;
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
		return; /* its service's own refusal says it */
	if (now->n == REFUSALS_MAX)
		return;
	ipvs_op_explain(op, result, &err);
	if (!was_said(said, err.text))
		log_warning("kernel: %s; it is tried again", err.text);
	now->texts[now->n++] = mem_strdup(err.text);
}

/* What the kernel refuses it mostly refuses for long: each sentence once, until it is taken. */
static void log_refusals(struct refusals *said, const struct ipvs_plan *plan, const int *results)
{
	struct refusals now = {0};

	for (size_t i = 0; i < plan->ops.n; i++)
		if (results[i] < 0)
			log_refusal(said, &now, &plan->ops.items[i], results[i]);
	refusals_clear(said);
	*said = now;
}

/* The destinations that came back with a service. */
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

/* A repair is a line in any case; of what is wanted in a large plan only the refusals are. */
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
		/* What was held back waits for an operation that has a code of its own. */
		if (results[i] == 0 || results[i] == -ECANCELED)
			continue;
		if (!ipvs_op_is_stale(&plan->ops.items[i], results[i]))
			return IPVS_RECON_RUN_FAILED;
		worst = IPVS_RECON_RUN_STALE;
	}
	return worst;
}

/* What lvsd has just made it knows, so that a look need not read it at once. */
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

/* After a refusal the table is read anew. */
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

/* Sends the plan; what was wanted is taken over as what was applied. */
static enum ipvs_recon_event bring(struct kernel *k, struct table_decision *decision)
{
	const struct ipvs_plan *plan = &decision->plan;
	enum ipvs_recon_event event = IPVS_RECON_RUN_OK;
	int *results = mem_calloc(plan->ops.n, sizeof(*results));

	if (plan->ops.n > 0)
		event = plan_send(k, plan, results);
	else
		refusals_clear(&k->said);
	if (plan->ops.n > 0 && event == IPVS_RECON_RUN_OK &&
	    ipvs_owned_trim(&k->owned, &decision->want, &k->have))
		owned_store(k);
	ipvs_drift_follow(&k->applied, &decision->want, plan, results);
	k->is_applied_known = true;
	free(results);
	return event;
}

/* One look if it is time, plan and apply. */
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
	enum ipvs_recon_event event;
	struct err err;

	k->is_want_changed = false;
	if ((!k->is_have_valid || mono_reached(loop_now(k->loop), k->look_due)) &&
	    kernel_look(k, &err) < 0) {
		log_error("kernel: %s", err.text);
		return IPVS_RECON_RUN_FAILED;
	}
	table_decide(&facts, &k->drains.set, &decision);
	drains_take(k, &decision);
	if (ipvs_owned_claim(&k->owned, &decision.want) || k->is_owned_unsaved)
		owned_store(k); /* before they are in the kernel */
	event = bring(k, &decision);
	if (event == IPVS_RECON_RUN_OK)
		drains_forget_gone(k);
	table_decision_fini(&decision);
	return event;
}

void kernel_settle(struct kernel *k)
{
	struct mono now = loop_now(k->loop);
	bool is_look_due = k->genl && mono_reached(now, k->look_due), has_run;
	struct ipvs_recon_next next;

	if (!k->genl)
		return;
	if (drains_settle(k))
		kernel_want_changed(k);
	next = ipvs_recon_step(
	    &k->recon,
	    k->is_want_changed || is_look_due ? IPVS_RECON_WANT_CHANGED : IPVS_RECON_TICK, now);
	has_run = next.is_run_due;
	while (next.is_run_due)
		next = ipvs_recon_step(&k->recon, table_run(k), now);
	k->is_sync_due = k->is_sync_due || is_look_due || (has_run && !k->is_sync_set);
	loop_timer_set(k->timer, mono_min(mono_min(next.wake, k->look_due), drains_wake(k)));
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
	k->look_due = loop_now(k->loop);
	k->is_whole_look_due = true;
	kernel_settle(k);
}

int kernel_reconcile(struct kernel *k, struct kernel_mended *ret_mended, struct err *err)
{
	uint64_t n_repairs = ipvs_drift_repairs(&k->drift), n_foreign = k->drift.foreign;

	if (!k->genl)
		return err_set(err, -ENOENT, "nothing of the configuration needs the kernel's IPVS");
	kernel_refresh(k);
	if (k->recon.state != IPVS_RECON_SETTLED)
		return err_set(err, -EIO, "the kernel could not be brought to what is wanted: the "
					  "log says why; it is tried again");
	*ret_mended = (struct kernel_mended){.n_repairs = ipvs_drift_repairs(&k->drift) - n_repairs,
					     .n_foreign = k->drift.foreign - n_foreign,
					     .n_services = k->have.n_services};
	for (size_t i = 0; i < k->have.n_services; i++)
		ret_mended->n_dests += k->have.services[i].n_dests;
	return 0;
}
